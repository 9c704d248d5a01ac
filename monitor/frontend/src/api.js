// Questions to the JSON interface. At most some at a time: a page must not crowd out others.
const AT_ONCE = 6;
const NO_CONTENT = 204;
let running = 0;
const waiting = [];

/** Why there is no answer, as the interface told it. */
export class Problem extends Error {
  constructor(status, told) {
    super(told.error);
    this.status = status;
    this.remedy = told.remedy ?? "";
  }
}

/** The address of a question below `root`; parameters that are null are left out. */
export function address(root, path, parameters = {}) {
  const given = Object.entries(parameters).filter(([, value]) => value !== null && value !== undefined && value !== "");
  const search = new URLSearchParams(given).toString();
  return `${root}${path}${search ? `?${search}` : ""}`;
}

/** The answer at an address. Throws a Problem, whatever went wrong; AbortError where it was called off. */
export const ask = (url, signal) => request(url, { signal });

/** Send what changes something, below `root`; the answer, null for none. Throws as `ask` does. */
export async function send(root, path, body, method = "POST") {
  const { csrf } = await ask(address(root, "account"));
  return request(address(root, path), {
    method,
    body: body && JSON.stringify(body),
    headers: { "Content-Type": "application/json", "X-CSRFToken": csrf },
  });
}

async function request(url, { headers, ...options }) {
  if (running >= AT_ONCE) await new Promise((go) => waiting.push(go));
  running += 1;
  try {
    const response = await fetch(url, {
      headers: { Accept: "application/json", ...headers },
      credentials: "same-origin",
      ...options,
    });
    return await answerOf(response);
  } catch (error) {
    if (error instanceof Problem || error.name === "AbortError") throw error;
    throw new Problem(0, { error: "the monitor does not answer", remedy: "look at your network, then try again" });
  } finally {
    running -= 1;
    waiting.shift()?.();
  }
}

async function answerOf(response) {
  if (response.status === NO_CONTENT) return null;
  const told = await response.json().catch(() => null);
  if (response.ok && told) return told;
  throw new Problem(
    response.status,
    told?.error
      ? told
      : { error: `the monitor answered with status ${response.status}`, remedy: "try again in a minute" },
  );
}
