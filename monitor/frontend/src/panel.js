// A panel: a headed part of a page that is loading, has something to show, has nothing, or says what went wrong.
import { ask, Problem } from "./api.js";
import { csvText, cutText, mostRows } from "./cut.js";
import { notNarrowedBy } from "./url_state.js";
import { el, link } from "./dom.js";
import { gaps, lengths, MEANINGS, summary } from "./provenance.js";
import { lengthText } from "./times.js";

/** The panel of a page by its name (data-panel), as templates write it. */
export class Panel {
  constructor(root) {
    this.root = root;
    this.body = el("div", { class: "panel-body" });
    this.state = el("div", { class: "panel-state", role: "status" });
    this.foot = el("div", { class: "panel-foot" });
    root.append(this.state, this.body, this.foot);
    this.loading();
  }

  loading() {
    this.root.setAttribute("aria-busy", "true");
    this.say("loading", "Loading ...");
  }

  /** Show these nodes. */
  show(...nodes) {
    this.root.removeAttribute("aria-busy");
    this.state.replaceChildren();
    this.body.replaceChildren(...nodes);
  }

  /** Nothing there, and why; `nodes`: what to do about it. */
  empty(text, ...nodes) {
    this.root.removeAttribute("aria-busy");
    this.body.replaceChildren();
    this.say("empty", text, ...nodes);
  }

  /** What went wrong, what helps, and a button to try again. */
  failed(problem, again) {
    this.root.removeAttribute("aria-busy");
    this.body.replaceChildren();
    const text = problem.message ? `${problem.message[0].toUpperCase()}${problem.message.slice(1)}.` : "No answer.";
    const remedy = problem.remedy ? ` ${problem.remedy[0].toUpperCase()}${problem.remedy.slice(1)}.` : "";
    this.say("failed", text + remedy, again && el("button", { type: "button", onclick: again }, "Try again"));
    this.state.firstChild.setAttribute("role", "alert");
  }

  say(kind, text, ...nodes) {
    this.state.replaceChildren(el("p", { class: `say ${kind}` }, text, " ", ...nodes.filter(Boolean)));
  }

  /** Exports of the question that fills the panel, what of the window it lacks, and which rows (`cut`, in words). */
  footer(url, answer, cut = null) {
    const { parts } = answer;
    const nodes = [];
    if (cut) nodes.push(el("span", { class: "badge partly" }, cut));
    const left = url ? notNarrowedBy(url, window.location.search) : [];
    if (left.length)
      nodes.push(el("span", { class: "badge wide-of", title: LEFT_OUT_MEANING }, `Not narrowed by ${left.join(", ")}`));
    if (parts && gaps(parts).length)
      nodes.push(el("span", { class: "badge partly", title: summary(parts) }, partlyText(parts)));
    if (url) nodes.push(exportsOf(exported(url, "csv"), csvText(url, answer), exported(url, "json")));
    this.foot.replaceChildren(...nodes);
  }

  /** Exports of what is whole in one answer and is no question to the archive. */
  exports(url) {
    this.foot.replaceChildren(exportsOf(withParameter(url, "format", "csv"), "CSV", url));
  }

  /**
   * Ask, then show; loading, empty, failed and partly archived states on the way. `draw` gives false for nothing;
   * `cut` says which rows of the answer the panel lacks, null for none.
   */
  async fill(url, draw, { nothing = "Nothing in this window.", exportUrl = url, cut = cutText } = {}) {
    this.loading();
    try {
      const answer = await ask(url);
      this.footer(exportUrl, answer, cut(answer));
      if (answer.rows?.length === 0 || draw(answer) === false) this.empty(nothingText(answer, nothing));
      return answer;
    } catch (error) {
      if (error instanceof Problem) {
        this.failed(error, () => this.fill(url, draw, { nothing, exportUrl, cut }));
        return null;
      }
      this.failed({ message: "this part of the page broke", remedy: "reload the page" });
      throw error;
    }
  }
}

/** Links to the rows of a panel and to the answer that fills it. */
export const exportsOf = (csvUrl, csvName, jsonUrl, download = "") =>
  el(
    "span",
    { class: "exports" },
    link(csvUrl, csvName, { download, title: "Rows of this panel as CSV" }),
    link(jsonUrl, "JSON", { title: "The answer as JSON, with where it came from" }),
  );

function withParameter(url, name, value) {
  const [path, search] = url.split("?");
  const parameters = new URLSearchParams(search);
  parameters.set(name, value);
  return `${path}?${parameters}`;
}

/** An export of a question: all of its rows that one answer may have. */
export function exported(url, format) {
  const [path, search] = url.split("?");
  const parameters = new URLSearchParams(search);
  for (const name of ["offset", "after", "limit"]) parameters.delete(name);
  parameters.set("format", format);
  parameters.set("limit", String(mostRows(url)));
  return `${path}?${parameters}`;
}

const LEFT_OUT_MEANING = "No summary takes this filter here. Lists of jobs take sites, nodes, users, tasks, requests, states, errors.";

function partlyText(parts) {
  const left = lengths(gapsOnly(parts));
  return `Without ${left.map(([state, length]) => `${lengthText(length)} (${state})`).join(", ")}`;
}

const gapsOnly = (parts) => parts.filter((part) => !["verified", "refreshing", "live"].includes(part.state));

function nothingText(answer, nothing) {
  if (!answer.parts?.length || !gaps(answer.parts).length) return nothing;
  const states = [...new Set(gaps(answer.parts).map((part) => part.state))];
  return `${nothing} Part of the window is ${states.join(", ")}: ${states.map((state) => MEANINGS[state]).join("; ")}.`;
}
