// One site, user, task or request: how its jobs end, what goes wrong, and its newest failed jobs.
import { address, ask } from "../api.js";
import { MOST_ROWS } from "../cut.js";
import { el, link } from "../dom.js";
import { errorsColumn, placeColumn } from "../columns.js";
import { jobsPanel } from "../jobs_table.js";
import { categoriesPanel, errorsOverTime, errorsTable } from "../error_panels.js";
import { messagesTable } from "../messages.js";
import { activePanel, outcomesPanels } from "../outcome_panels.js";
import { outcomesTable } from "../place_panels.js";
import { serverTable } from "../table.js";
import { headOf, needs } from "../heading.js";
import { spanOf } from "../series.js";
import { dayText } from "../times.js";

export function site(context) {
  if (!needs(context, "computingsite", "a site", "sites")) return;
  headOf(context, "computingsite");
  common(context, ["computingsite"]);
  categoriesPanel(context, ["computingsite"]);
  messagesTable(context, ["computingsite"]);
  nodes(context);
}

export function user(context) {
  if (!needs(context, "produsername", "a user", "users")) return;
  headOf(context, "produsername");
  common(context, ["produsername"]);
  tasksOf(context, ["produsername"]);
}

/** Without a window: the task's whole life, which the archive knows. */
export async function task(context) {
  if (!needs(context, "jeditaskid", "a task", "tasks")) return;
  headOf(
    context,
    "jeditaskid",
    link(`?jeditaskid=${encodeURIComponent(context.state.filters.jeditaskid)}`, "whole life"),
  );
  if (!context.state.given && (await toWholeLife(context))) return;
  common(context, ["jeditaskid"]);
  messagesTable(context, ["jeditaskid"]);
}

async function toWholeLife(context) {
  const { jeditaskid } = context.state.filters;
  const answer = await ask(address(context.root, "outcomes", { jeditaskid, by: "day", limit: MOST_ROWS })).catch(
    () => null,
  );
  if (!answer?.rows.length) return false;
  const { start, end } = spanOf(answer.rows);
  window.location.replace(`?${new URLSearchParams({ jeditaskid, date_from: dayText(start), date_to: dayText(end) })}`);
  return true;
}

export function request(context) {
  if (!needs(context, "reqid", "a request", "overview")) return;
  headOf(context, "reqid");
  common(context, ["reqid"]);
  tasksOf(context, ["reqid"]);
}

function common(context, takes) {
  outcomesPanels(context, takes);
  const errorFilters = context.state.errorFilters(takes);
  errorsOverTime(context, errorFilters);
  errorsTable(context, errorFilters);
  activePanel(context, takes);
  newestFailedJobs(context);
}

function newestFailedJobs(context) {
  const parameters = { jobstatus: "failed" };
  jobsPanel(context, context.panel("jobs"), { parameters, limit: 15 });
  const all = document.querySelector("[data-all-jobs]");
  all?.append(
    link(context.page("jobs", parameters), "all failed jobs"),
    " \u00b7 ",
    link(context.page("jobs", { jobstatus: null }), "all jobs"),
  );
}

/** Worker nodes: those with the one error, or all with how their jobs ended. */
function nodes(context) {
  const { state } = context;
  const { computingsite } = state.filters;
  const node = {
    name: "node",
    title: "Worker node",
    grow: 3,
    cell: (row) => link(context.page("node", { computingsite, node: row.node }), row.node),
  };
  if (!state.error) {
    outcomesTable(context, "nodes", ["computingsite"], node, "Worker nodes with their jobs");
    return;
  }
  serverTable(context.panel("nodes"), {
    name: "nodes",
    label: "Worker nodes with this error",
    root: context.root,
    path: "errors",
    parameters: context.parameters({ by: "node" }, state.errorFilters(["computingsite"])),
    size: 10,
    nothing: "No errors in this window.",
    columns: [node, errorsColumn],
  });
}

/** Tasks of a user or a request. */
const tasksOf = (context, takes) =>
  outcomesTable(context, "tasks", takes, placeColumn(context, "jeditaskid", "task", "Task"), "Tasks with their jobs");

/** One worker node: how its jobs end, and its errors. */
export function node(context) {
  if (!needs(context, "computingsite", "a site", "sites") || !needs(context, "node", "a node", "sites")) return;
  headOf(
    context,
    "node",
    el("span", {}, "at ", link(context.page("site", { node: null }), context.state.filters.computingsite)),
  );
  outcomesPanels(context, ["computingsite", "node"]);
  const takes = context.state.errorFilters(["computingsite"]);
  errorsOverTime(context, takes);
  errorsTable(context, takes);
  newestFailedJobs(context);
}
