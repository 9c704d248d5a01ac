// Panels that several pages have. `takes`: filters of the address that a panel's question is narrowed by.
import { barChart, heatChart, timeChart } from "./chart.js";
import { address, ask } from "./api.js";
import { categoryColumn, descriptionColumn, errorColumn, errorsColumn, failureShare, lossColumn, placeColumn, samplesColumn } from "./columns.js";
import { el, link } from "./dom.js";
import { drawOrigins } from "./frame.js";
import { co2, coreTime, count, percent } from "./numbers.js";
import { stateColour } from "./palette.js";
import { coveredBy, gaps } from "./provenance.js";
import { bucketTime, heat, shareOf, spanOf, stacked, sumBy } from "./series.js";
import { serverTable } from "./table.js";
import { buckets, DAY, dayText, parseTime } from "./times.js";
import { categoryNames } from "./words.js";

/** Places of buckets that lie in gaps of an answer: [first, last, state]. */
function holesOf(context, parts) {
  return gaps(parts ?? []).map(({ start, end, state }) => {
    const inside = context.times.map((at, place) => [at, place]).filter(([at]) => at < end && at + context.step > start);
    return [inside[0]?.[1] ?? 0, inside.at(-1)?.[1] ?? 0, state];
  });
}

function stackOf(context, answer, nameOf, valueOf, most) {
  const covered = coveredBy(answer.parts ?? []);
  return stacked(answer.rows, context.times, { nameOf, timeOf: bucketTime, valueOf, most, covered: (at) => covered(at, context.step) });
}

/** Jobs by state over time with the failure rate, and the tiles above it from the same answer. */
export async function outcomesPanels(context, takes, { tilesName = "tiles", chartName = "states" } = {}) {
  const tiles = context.panel(tilesName);
  const panel = context.panel(chartName);
  const url = context.question("outcomes", { by: `${context.bucket},jobstatus`, limit: 10000 }, takes);
  const answer = await panel.fill(
    url,
    (told) => {
      const series = stackOf(context, told, (row) => row.jobstatus, (row) => row.jobs, 8);
      const rate = shareOf(series.filter(({ name }) => name === "failed" || name === "finished"), "failed");
      timeChart(panel, {
        label: `Jobs by state, by ${context.bucket}, and failure rate`,
        times: context.times,
        bucket: context.bucket,
        series,
        line: { name: "failure rate", values: rate },
        holes: holesOf(context, told.parts),
        colourOf: stateColour,
        zoomed: (first, last) => context.zoom(first, last),
      });
    },
    { nothing: "No completed jobs in this window." },
  );
  drawOrigins(answer);
  if (!tiles) return answer;
  if (!answer) tiles.failed({ message: "figures are missing, see the next panel" });
  else if (answer.rows.length) tiles.show(tilesOf(answer));
  else pointElsewhere(context, tiles);
  return answer;
}

/** Nothing in the window: lead to the last day that is archived, if there is one within a year. */
async function pointElsewhere(context, tiles) {
  const text = "No completed jobs in this window. ";
  const archive = link(context.path("coverage"), "see what is archived");
  tiles.empty(text, archive);
  const year = address(context.root, "coverage", { days: 365 });
  const last = (await ask(year).catch(() => null))?.days.findLast((day) => day.verified);
  if (!last) return;
  const next = dayText(parseTime(last.day) + DAY);
  const there = `?${context.state.parameters({ date_from: last.day, date_to: next })}`;
  tiles.empty(text, link(there, `Show ${last.day}, the last day that is archived`), ", or ", archive);
}

function tilesOf({ rows }) {
  const jobs = sumBy(rows, "jobstatus", "jobs");
  const cost = sumBy(rows, "jobstatus", "walltime");
  const all = Object.values(jobs).reduce((sum, one) => sum + one, 0);
  const carbon = Object.values(sumBy(rows, "jobstatus", "co2")).reduce((sum, one) => sum + one, 0);
  const failed = jobs.failed ?? 0;
  const wall = Object.values(cost).reduce((sum, one) => sum + one, 0);
  const rest = Object.entries(jobs).filter(([state]) => state !== "failed" && state !== "finished");
  const tile = (name, value, more, kind = "") =>
    el("div", { class: `tile ${kind}` }, el("span", { class: "tile-name" }, name), el("strong", {}, value), el("span", { class: "quiet" }, more ?? ""));
  return el(
    "div",
    { class: "tiles" },
    tile("Completed jobs", count(all)),
    tile("Failure rate", percent(failed, failed + (jobs.finished ?? 0)) || "none ended", "failed / (failed + finished)", "bad"),
    tile("Failed", count(failed), percent(failed, all), "bad"),
    tile("Finished", count(jobs.finished ?? 0), percent(jobs.finished ?? 0, all), "good"),
    ...rest.map(([state, value]) => tile(`${state[0].toUpperCase()}${state.slice(1)}`, count(value), percent(value, all))),
    tile("Wall time of failed jobs", coreTime(cost.failed ?? 0), `${percent(cost.failed ?? 0, wall)} of all`),
    tile("CO\u2082, all jobs", co2(carbon)),
  );
}

/** Errors over time, stacked by code; choosing a code leads to its page. */
export function errorsOverTime(context, takes) {
  const panel = context.panel("errors-time");
  const url = context.question("errors", { by: `${context.bucket},component,code`, limit: 10000 }, takes);
  const nameOf = ({ component, code }) => `${component}:${code}`;
  return panel.fill(
    url,
    (told) => {
      timeChart(panel, {
        label: `Errors by code, by ${context.bucket}`,
        times: context.times,
        bucket: context.bucket,
        series: stackOf(context, told, nameOf, (row) => row.n_errors, 7),
        holes: holesOf(context, told.parts),
        zoomed: (first, last) => context.zoom(first, last),
        picked: (name) => {
          const [component, code] = name.split(":");
          window.location.assign(context.page("error", context.state.errorChanges(component, code)));
        },
      });
    },
    { nothing: "No errors in this window." },
  );
}

/** How one error developed (at the places that `takes` names). */
export function oneErrorOverTime(context, takes, colour) {
  const panel = context.panel("error-time");
  const url = context.question("errors", { by: context.bucket, limit: 10000 }, takes);
  return panel.fill(url, (told) => {
    timeChart(panel, {
      label: `Errors by ${context.bucket}`,
      times: context.times,
      bucket: context.bucket,
      series: stackOf(context, told, () => "errors", (row) => row.n_errors, 1),
      holes: holesOf(context, told.parts),
      colourOf: () => colour ?? stateColour("failed"),
      zoomed: (first, last) => context.zoom(first, last),
    });
  });
}

/** The table of errors, most first. */
export async function errorsTable(context, takes, { parameters = {}, size = 15 } = {}) {
  const names = await categoryNames(context);
  return serverTable(context.panel("errors"), {
    name: "errors",
    label: "Errors",
    root: context.root,
    path: "errors",
    parameters: context.parameters({ by: "component,code", ...parameters }, takes),
    size,
    nothing: "No errors in this window.",
    columns: [errorColumn(context), descriptionColumn, categoryColumn(names), errorsColumn, lossColumn, samplesColumn(context)],
  });
}

/** Failed jobs by category of their one label: these add up. */
export async function categoriesPanel(context, takes) {
  const panel = context.panel("categories");
  const names = await categoryNames(context);
  const url = context.question("labels", { by: "category" }, takes);
  return panel.fill(
    url,
    ({ rows }) => {
      const bars = rows
        .map(({ category, jobs }) => ({
          name: names[category] ?? `category ${category}`,
          value: jobs,
          href: context.page("errors", { errorcategory: String(category) }),
        }))
        .sort((a, b) => b.value - a.value);
      barChart(panel, {
        label: "Failed jobs by category",
        bars,
        unit: "failed jobs",
      });
    },
    { nothing: "No failed jobs with an error code in this window." },
  );
}

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
      { name: "share", title: "Failed of all", sort: false, least: 110, cell: ({ failed, jobs }) => failureShare(failed, jobs - failed) },
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

const MAPPED_SITES = 15;

/** Failed jobs of the sites that fail most, by hour: the interface has them site by site. */
export async function sitesHeat(context) {
  const panel = context.panel("sites-heat");
  const ranking = context.question("entities/site", { sortby: "failed-descending", limit: MAPPED_SITES });
  return panel.fill(ranking, ({ rows }) => {
    const sites = rows.filter(({ failed }) => failed > 0).map(({ entity }) => entity);
    if (!sites.length) return false;
    drawSitesHeat(context, panel, sites).catch((problem) => panel.failed(problem));
    return true;
  }, { nothing: "No failed jobs in this window." });
}

async function drawSitesHeat(context, panel, sites) {
  panel.loading();
  const question = (site) => context.question("outcomes", { computingsite: site, jobstatus: "failed", by: context.bucket, limit: 10000 });
  const answers = await Promise.all(sites.map((site) => ask(question(site))));
  const rows = answers.flatMap((answer, place) => answer.rows.map((row) => ({ ...row, site: sites[place] })));
  const map = heat(rows, context.times, { nameOf: (row) => row.site, timeOf: bucketTime, valueOf: (row) => row.jobs });
  siteHeat(context, panel, map, "failed jobs");
}

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
      window.location.assign(context.page("site", { computingsite: site, date_from: from.slice(0, 16), date_to: to.slice(0, 16) }));
    },
  });
}

/** Sites by time of one error, from one answer. */
export function errorSitesHeat(context) {
  const panel = context.panel("sites-heat");
  const { error } = context.state;
  const url = context.question("errors", { by: `${context.bucket},computingsite`, [error.column]: error.code, limit: 10000 });
  return panel.fill(url, ({ rows }) => {
    const map = heat(rows, context.times, { nameOf: (row) => row.computingsite, timeOf: bucketTime, valueOf: (row) => row.n_errors, most: 20 });
    siteHeat(context, panel, map, "errors");
  });
}

/** How often a group of messages was seen, day by day over all that is known of it. */
export function historyChart(context, panel, answer, group) {
  panel.footer(address(context.root, `messages/${encodeURIComponent(group)}`, { by: "day" }), answer.parts);
  if (!answer.rows.length) {
    panel.empty("Never seen.");
    return;
  }
  const times = buckets(spanOf(answer.rows), "day");
  const covered = coveredBy(answer.parts);
  timeChart(panel, {
    label: "Errors with this message, by day",
    times,
    bucket: "day",
    colourOf: () => stateColour("failed"),
    series: stacked(answer.rows, times, { nameOf: () => "errors", timeOf: bucketTime, valueOf: (row) => row.n_errors, covered: (at) => covered(at, DAY) }),
  });
}

/** Jobs that are not completed, by state, as PanDA's own database has them now. */
export async function activePanel(context, takes) {
  const panel = context.panel("active");
  const places = Object.fromEntries(takes.map((name) => [name, context.state.filters[name]]));
  const url = address(context.root, "active", places);
  try {
    const { states, total, as_of: asOf } = await ask(url);
    const when = `Now, as of ${asOf.slice(0, 16).replace("T", " ")} UTC; not of the window above.`;
    panel.foot.replaceChildren(el("span", { class: "exports" }, link(url, "JSON")));
    if (!total) {
      panel.empty(`No jobs on their way. ${when}`);
      return;
    }
    const bars = Object.entries(states).map(([name, value]) => ({ name, value }));
    barChart(panel, { label: "Jobs on their way by state", bars, unit: "jobs", colourOf: stateColour });
    panel.body.prepend(el("p", { class: "quiet" }, `${count(total)} jobs. ${when}`));
  } catch (problem) {
    panel.failed(problem, () => window.location.reload());
  }
}
