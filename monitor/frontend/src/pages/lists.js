// Which sites, users and tasks there are; all errors; lists of jobs.
import { el, link } from "../dom.js";
import { drawOrigins } from "../frame.js";
import { JOB_FILTERS, jobsPanel } from "../jobs_table.js";
import { categoriesPanel, errorsOverTime, errorsTable } from "../error_panels.js";
import { outcomesPanels } from "../outcome_panels.js";
import { entitiesTable, sitesHeat } from "../place_panels.js";
import { categoryNames } from "../words.js";

/** A page of all sites, users or tasks, to be looked up by how the name begins. */
const listOf = (kind) => (context) => {
  const beginning = context.state.search.get("beginning") ?? "";
  lookUp(context, kind, beginning);
  outcomesPanels(context, []);
  entitiesTable(context, kind, { name: "entities", size: 25, beginning });
  if (kind === "site") sitesHeat(context);
};
export const sites = listOf("site");
export const users = listOf("user");
export const tasks = listOf("task");

function lookUp(context, kind, beginning) {
  const input = el("input", { type: "search", name: "beginning", value: beginning, id: "beginning" });
  const form = el(
    "form",
    { class: "look-up" },
    el("label", { for: "beginning" }, `${kind === "task" ? "Numbers" : "Names"} that begin with`),
    input,
    el("button", { type: "submit" }, "Look up"),
  );
  form.addEventListener("submit", (event) => {
    event.preventDefault();
    window.location.assign(`?${context.state.parameters({ beginning: input.value.trim() })}`);
  });
  document.querySelector("[data-look-up]").replaceChildren(form);
}

/** All errors of the window, at one place if the address names one, of one category if it names that. */
export async function errors(context) {
  const { state } = context;
  const { place } = state;
  outcomesPanels(context, place);
  const takes = [...state.errorFilters(place), "errorcategory"];
  errorsOverTime(context, takes);
  categoriesPanel(
    context,
    place.filter((name) => name === "computingsite"),
  );
  errorsTable(context, takes, { size: 25 });
  const names = await categoryNames(context);
  const all = [["", "all categories"], ...Object.entries(names)];
  const select = el(
    "select",
    { id: "category" },
    all.map(([value, name]) => el("option", { value, selected: value === (state.filters.errorcategory ?? "") }, name)),
  );
  select.addEventListener("change", () =>
    window.location.assign(`?${state.parameters({ errorcategory: select.value || null })}`),
  );
  document.querySelector("[data-category]")?.replaceChildren(el("label", { for: "category" }, "Category "), select);
}

/** Jobs, newest first, by filters of which one at least is needed. */
export function jobs(context) {
  const { state } = context;
  drawFilters(context);
  const panel = context.panel("jobs");
  if (!state.place.length && !state.error) {
    panel.empty(
      "Lists of jobs are of a site, a user, a task, a request or an error: fill in one of them, or choose one from ",
      link(context.page("overview"), "the overview"),
    );
    return;
  }
  jobsPanel(context, panel, { paged: true }).then(drawOrigins);
}

const STATES = ["", "finished", "failed", "cancelled", "closed"];
const TITLES = { computingsite: "Site", produsername: "User", jeditaskid: "Task", reqid: "Request" };
const NUMBERS = ["jeditaskid", "reqid"];

function drawFilters({ state }) {
  const field = (name) =>
    el(
      "label",
      {},
      `${TITLES[name]} `,
      el("input", { name, value: state.filters[name] ?? "", inputmode: NUMBERS.includes(name) ? "numeric" : null }),
    );
  const option = (value) =>
    el("option", { value, selected: value === (state.filters.jobstatus ?? "") }, value || "any");
  const error = state.error;
  const component = el(
    "select",
    { name: "component" },
    ["", ...Object.keys(state.components)].map((name) =>
      el("option", { value: name, selected: name === (error?.component ?? "") }, name || "any"),
    ),
  );
  const form = el(
    "form",
    { class: "look-up" },
    JOB_FILTERS.filter((name) => TITLES[name]).map(field),
    el("label", {}, "State ", el("select", { name: "jobstatus" }, STATES.map(option))),
    el("label", {}, "Error of ", component),
    el("label", {}, "code ", el("input", { name: "code", value: error?.code ?? "", inputmode: "numeric", size: 8 })),
    el("button", { type: "submit" }, "List"),
  );
  form.addEventListener("submit", (event) => {
    event.preventDefault();
    window.location.assign(`?${state.parameters(changesOf(state, new FormData(form)))}`);
  });
  document.querySelector("[data-look-up]").replaceChildren(form);
}

function changesOf(state, given) {
  const asked = JOB_FILTERS.filter((name) => given.has(name));
  const changes = Object.fromEntries(asked.map((name) => [name, given.get(name).trim() || null]));
  for (const column of Object.values(state.components)) changes[column] = null;
  const column = state.components[given.get("component")];
  const code = given.get("code").trim();
  return column && code ? { ...changes, [column]: code } : changes;
}
