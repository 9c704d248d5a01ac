// One site, user, task or request: how its jobs end, what goes wrong, and its newest failed jobs.
import { address, ask } from "../api.js";
import { MOST_ROWS } from "../cut.js";
import { el, link } from "../dom.js";
import { drawOrigins } from "../frame.js";
import { failureShare, placeColumn } from "../columns.js";
import { jobsPanel } from "../jobs_table.js";
import { categoriesPanel, errorsOverTime, errorsTable } from "../error_panels.js";
import { activePanel, outcomesPanels } from "../outcome_panels.js";
import { localTable, serverTable } from "../table.js";
import { headOf, needs } from "../heading.js";
import { spanOf } from "../series.js";
import { dayText } from "../times.js";

export function site(context) {
  if (!needs(context, "computingsite", "a site", "sites")) return;
  headOf(context, "computingsite");
  common(context, ["computingsite"]);
  categoriesPanel(context, ["computingsite"]);
  nodes(context);
}

export function user(context) {
  if (!needs(context, "produsername", "a user", "users")) return;
  headOf(context, "produsername");
  common(context, ["produsername"]);
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
  outcomesPanels(context, ["reqid"]);
  tasksOfRequest(context);
}

function common(context, takes) {
  outcomesPanels(context, takes);
  const errorFilters = context.state.errorFilters(takes);
  errorsOverTime(context, errorFilters);
  errorsTable(context, errorFilters);
  activePanel(context, takes);
  const parameters = { jobstatus: "failed" };
  jobsPanel(context, context.panel("jobs"), { parameters, limit: 15 });
  const all = document.querySelector("[data-all-jobs]");
  all?.append(
    link(context.page("jobs", parameters), "all failed jobs"),
    " \u00b7 ",
    link(context.page("jobs", { jobstatus: null }), "all jobs"),
  );
}

function nodes(context) {
  const { state } = context;
  const { computingsite } = state.filters;
  serverTable(context.panel("nodes"), {
    name: "nodes",
    label: "Worker nodes with errors",
    root: context.root,
    path: "errors",
    parameters: context.parameters({ by: "node" }, state.errorFilters(["computingsite"])),
    size: 10,
    nothing: "No errors in this window.",
    columns: [
      {
        name: "node",
        title: "Worker node",
        grow: 3,
        cell: ({ node }) => link(context.page("node", { computingsite, node }), node),
      },
      { name: "n_errors", title: "Errors", numeric: true },
    ],
  });
}

/** Tasks of a request with their jobs by state. */
function tasksOfRequest(context) {
  const panel = context.panel("tasks");
  const url = context.question("outcomes", { by: "jeditaskid,jobstatus", limit: MOST_ROWS }, ["reqid"]);
  return panel.fill(url, ({ rows }) => {
    const tasks = new Map();
    for (const { jeditaskid, jobstatus, jobs } of rows) {
      const one = tasks.get(jeditaskid) ?? { jeditaskid, jobs: 0, finished: 0, failed: 0 };
      one.jobs += jobs;
      if (jobstatus in one) one[jobstatus] += jobs;
      tasks.set(jeditaskid, one);
    }
    localTable(panel, {
      rows: [...tasks.values()].sort((a, b) => b.failed - a.failed || b.jobs - a.jobs),
      label: "Tasks of the request",
      columns: [
        placeColumn(context, "jeditaskid", "task", "Task"),
        { name: "jobs", title: "Jobs", numeric: true },
        { name: "finished", title: "Finished", numeric: true },
        { name: "failed", title: "Failed", numeric: true },
        {
          name: "share",
          title: "Failure rate",
          sort: false,
          least: 120,
          cell: ({ failed, finished }) => failureShare(failed, finished),
        },
      ],
    });
  });
}

/** One worker node: its errors. */
export function node(context) {
  if (!needs(context, "computingsite", "a site", "sites") || !needs(context, "node", "a node", "sites")) return;
  headOf(
    context,
    "node",
    el("span", {}, "at ", link(context.page("site", { node: null }), context.state.filters.computingsite)),
  );
  const takes = context.state.errorFilters(["computingsite"]);
  errorsOverTime(context, takes).then(drawOrigins);
  errorsTable(context, takes);
}
