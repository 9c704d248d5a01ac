// Where it happens: sites, users and tasks, of all jobs and of one error; heat maps of sites by time.
import { cutText, MOST_ROWS } from "./cut.js";
import { el } from "./dom.js";
import { heatChart } from "./heat_chart.js";
import { count } from "./numbers.js";
import { errorsColumn, failureShare, lossColumn, placeColumn, samplesColumn } from "./columns.js";
import { LARGEST_FIRST } from "./over_time.js";
import { bucketTime, heat } from "./series.js";
import { serverTable } from "./table.js";

const KINDS = {
  site: ["computingsite", "Site"],
  user: ["produsername", "User"],
  task: ["jeditaskid", "Task"],
};

/** Sites, users or tasks with their jobs and failures. */
export function entitiesTable(context, kind, { name = `${kind}s`, size = 10, beginning } = {}) {
  const [column, title] = KINDS[kind];
  const place = placeColumn(context, column, kind, title);
  return serverTable(context.panel(name), {
    name,
    label: `${title}s`,
    first: { column: "failed", dir: "desc" },
    root: context.root,
    path: `entities/${kind}`,
    parameters: context.parameters({ beginning }),
    size,
    nothing: `No ${kind}s with jobs in this window.`,
    columns: [
      { ...place, name: "entity", cell: (row) => place.cell({ [column]: row.entity }) },
      { name: "jobs", title: "Jobs", numeric: true },
      { name: "failed", title: "Failed", numeric: true },
      {
        name: "share",
        title: "Failed of all",
        sort: false,
        least: 110,
        cell: ({ failed, jobs }) => failureShare(failed, jobs - failed),
      },
    ],
  });
}

/** Sites, users or tasks of one error. */
export function placesOfError(context, kind, { size = 10 } = {}) {
  const [column, title] = KINDS[kind];
  const { error } = context.state;
  return serverTable(context.panel(`${kind}s`), {
    name: `${kind}s`,
    label: `${title}s with this error`,
    root: context.root,
    path: "errors",
    parameters: context.parameters({ by: column, [error.column]: error.code }),
    size,
    nothing: `This error occurs at no ${kind} in this window.`,
    columns: [placeColumn(context, column, kind, title), errorsColumn, lossColumn, samplesColumn(context)],
  });
}

/** What `column` names, of the place in the filters `takes`, with its jobs and failures. */
export function outcomesTable(context, name, takes, column, label) {
  return serverTable(context.panel(name), {
    name,
    label,
    first: { column: "failed_with_code", dir: "desc" },
    root: context.root,
    path: "outcomes",
    parameters: context.parameters(
      { by: column.name, fields: `${column.name},jobs,failed_with_code,failed_without_code` },
      takes,
    ),
    size: 10,
    nothing: "No completed jobs in this window.",
    columns: [
      column,
      { name: "jobs", title: "Jobs", numeric: true },
      {
        name: "failed_with_code",
        title: "Failed",
        numeric: true,
        cell: ({ failed_with_code: coded, failed_without_code: other }) => count(coded + other),
      },
      {
        name: "share",
        title: "Failed of all",
        sort: false,
        least: 110,
        cell: ({ jobs, failed_with_code: coded, failed_without_code: other }) =>
          failureShare(coded + other, jobs - coded - other),
      },
    ],
  });
}

const MAPPED_SITES = 15;

/** Failed jobs of the sites that fail most, by hour or day. */
export function sitesHeat(context) {
  const panel = context.panel("sites-heat");
  const url = context.question("entities/site", {
    by: `${context.bucket},entity`,
    fields: `${context.bucket},entity,failed`,
    sortby: "failed-descending",
    limit: MOST_ROWS,
  });
  return panel.fill(
    url,
    ({ rows }) => {
      const failed = rows.filter((row) => row.failed > 0);
      if (!failed.length) return false;
      const map = heat(failed, context.times, {
        nameOf: (row) => row.entity,
        timeOf: bucketTime,
        valueOf: (row) => row.failed,
        most: MAPPED_SITES,
      });
      siteHeat(context, panel, map, "failed jobs");
      return true;
    },
    { nothing: "No failed jobs in this window.", cut: cutFailures },
  );
}

/** Rows are those with most failed jobs first: where the last has none, all that is shown is there. */
const cutFailures = (answer) => (answer.rows.at(-1)?.failed ? cutText(answer) : null);

/** A heat map of sites; choosing a cell leads to the site in that hour or day. */
export function siteHeat(context, panel, map, unit) {
  heatChart(panel, {
    label: `${unit} by site and ${context.bucket}`,
    times: context.times,
    bucket: context.bucket,
    ...map,
    unit,
    picked: (site, place) => {
      const from = new Date(context.times[place]).toISOString();
      const to = new Date(context.times[place] + context.step).toISOString();
      window.location.assign(
        context.page("site", { computingsite: site, date_from: from.slice(0, 16), date_to: to.slice(0, 16) }),
      );
    },
  });
  if (map.left > 0) panel.body.append(el("p", { class: "quiet" }, `${count(map.left)} sites with fewer are not shown.`));
}

/** Sites by time of one error, from one answer. */
export function errorSitesHeat(context) {
  const panel = context.panel("sites-heat");
  const { error } = context.state;
  const url = context.question("errors", {
    by: `${context.bucket},computingsite`,
    [error.column]: error.code,
    ...LARGEST_FIRST,
  });
  return panel.fill(url, ({ rows }) => {
    const map = heat(rows, context.times, {
      nameOf: (row) => row.computingsite,
      timeOf: bucketTime,
      valueOf: (row) => row.n_errors,
      most: 20,
    });
    siteHeat(context, panel, map, "errors");
  });
}
