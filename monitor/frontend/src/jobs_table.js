// Lists of jobs, newest first, page by page: the archive keeps them in this order.
import { el, link } from "./dom.js";
import { jobLink, placeLink } from "./columns.js";
import { coreTime, count } from "./numbers.js";
import { stateColour } from "./palette.js";
import { localTable } from "./table.js";

/** Filters that lists of jobs take, beside codes. */
export const JOB_FILTERS = ["computingsite", "node", "produsername", "jeditaskid", "reqid", "jobstatus"];

/** A state with its colour beside it. */
export function stateMark(state) {
  const mark = el("i", { class: "mark" });
  mark.style.backgroundColor = stateColour(state);
  return el("span", {}, mark, state);
}

const columnsOf = (context) => [
  { name: "modificationtime", title: "Modified (UTC)", least: 160 },
  { name: "pandaid", title: "Job", least: 110, cell: ({ pandaid }) => jobLink(context, pandaid) },
  { name: "jobstatus", title: "State", least: 100, cell: ({ jobstatus }) => stateMark(jobstatus) },
  { name: "label", title: "Label", least: 130, cell: ({ label }) => labelLinks(context, label) },
  {
    name: "computingsite",
    title: "Site",
    least: 150,
    cell: (row) => placeLink(context, "site", "computingsite", row.computingsite),
  },
  {
    name: "node",
    title: "Node",
    least: 130,
    cell: ({ node, computingsite }) => link(context.page("node", { computingsite, node }), node),
  },
  { name: "produsername", title: "User", cell: (row) => placeLink(context, "user", "produsername", row.produsername) },
  {
    name: "jeditaskid",
    title: "Task",
    cell: (row) => (row.jeditaskid ? placeLink(context, "task", "jeditaskid", row.jeditaskid) : "none"),
  },
  {
    name: "reqid",
    title: "Request",
    cell: (row) => (row.reqid ? placeLink(context, "request", "reqid", row.reqid) : "none"),
  },
  { name: "attemptnr", title: "Attempt", numeric: true },
  { name: "cores", title: "Cores", numeric: true, least: 76 },
  {
    name: "walltime",
    title: "Wall time",
    numeric: true,
    least: 120,
    cell: ({ walltime }) =>
      walltime === null ? "" : el("span", { title: `${count(walltime)} core-seconds` }, coreTime(walltime)),
  },
  { name: "starttime", title: "Started (UTC)", least: 160 },
  { name: "endtime", title: "Ended (UTC)", least: 160 },
  { name: "processingtype", title: "Processing" },
  { name: "transformation", title: "Transformation" },
];

/** A label, `component:code` with commas between: a link for each. */
function labelLinks(context, label) {
  const links = (label ?? "").split(",").map((part) => {
    const [component, code] = part.split(":");
    const known = context.state.components[component] && /^\d+$/.test(code ?? "");
    return known ? link(context.page("error", context.state.errorChanges(component, code)), part) : part;
  });
  return el(
    "span",
    {},
    links.flatMap((one, place) => (place ? [", ", one] : [one])),
  );
}

/** The jobs of this view's filters in a panel; `limit` jobs, with a pager where `paged`. */
export function jobsPanel(context, panel, { parameters = {}, limit = 50, paged = false } = {}) {
  const { state } = context;
  const codes = Object.values(state.components);
  const after = paged ? state.search.get("after") : null;
  const url = context.question("jobs", { limit, after, ...parameters }, [...JOB_FILTERS, ...codes]);
  const draw = (answer) => {
    const pager = paged ? [pagerOf(context, answer, after)] : [];
    const wide = answer.rows.length > 1;
    localTable(panel, {
      rows: answer.rows,
      columns: columnsOf(context),
      label: "Jobs, newest first",
      after: [
        el(
          "p",
          { class: "quiet" },
          `${count(answer.rows.length)} jobs, newest first${wide ? "; heads of columns sort these" : ""}. `,
        ),
        ...pager,
      ],
    });
    // A page of a filtered list may be empty and go on.
    return answer.rows.length > 0 || !answer.next;
  };
  return panel.fill(url, draw, { nothing: "No such jobs in this window.", cut: newestOnly }).then((answer) => {
    if (answer && !answer.rows.length && answer.next) {
      panel.empty("None of the newest jobs match; older ones may. ", nextLink(context, answer, "Look further"));
    }
    return answer;
  });
}

/** The newest jobs are all that is meant to be shown. */
const newestOnly = () => null;

function pagerOf(context, answer, after) {
  const first = after
    ? link(`?${context.state.parameters()}`, "\u2039 newest")
    : el("span", { class: "off" }, "\u2039 newest");
  const next = answer.next
    ? nextLink(context, answer, "older \u203a")
    : el("span", { class: "off" }, "these are the oldest");
  return el("nav", { class: "pager", "aria-label": "Pages of jobs" }, first, next);
}

function nextLink(context, answer, text) {
  const after = new URLSearchParams(answer.next.split("?")[1]).get("after");
  return link(`?${context.state.parameters({ after })}`, text);
}
