// The box at the head of every page: to a job, task, request, site or user by its number or name.
const COLUMNS = { job: "pandaid", task: "jeditaskid", request: "reqid", site: "computingsite", user: "produsername" };
const NUMBERED = new Set(["job", "task", "request"]);

export function finder(context) {
  const form = document.querySelector("[data-finder]");
  if (!form) return;
  const input = form.elements.namedItem("what");
  const kind = form.elements.namedItem("kind");
  input.addEventListener("input", () => input.setCustomValidity(""));
  form.addEventListener("submit", (event) => {
    event.preventDefault();
    const what = input.value.trim();
    if (NUMBERED.has(kind.value) && !/^\d{1,18}$/.test(what)) {
      input.setCustomValidity(`A ${kind.value} is looked up by its number.`);
      input.reportValidity();
      return;
    }
    if (!what) return;
    // A task is looked at over its whole life unless a window was chosen.
    const search = new URLSearchParams(context.state.given || kind.value !== "task" ? context.state.edges : {});
    search.set(COLUMNS[kind.value], what);
    window.location.assign(`${context.path(kind.value)}?${search}`);
  });
}
