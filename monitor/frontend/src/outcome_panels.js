// How jobs ended: figures, states over time, and jobs on their way.
import { address, ask } from "./api.js";
import { barChart } from "./bar_chart.js";
import { timeChart } from "./time_chart.js";
import { MOST_ROWS } from "./cut.js";
import { el, link } from "./dom.js";
import { drawOrigins } from "./frame.js";
import { co2, coreTime, count, percent } from "./numbers.js";
import { holesOf, stackOf } from "./over_time.js";
import { stateColour } from "./palette.js";
import { shareOf, sumBy } from "./series.js";
import { DAY, dayText, parseTime, toldMinute } from "./times.js";

/** Jobs by state over time with the failure rate, and the tiles above it from the same answer. */
export async function outcomesPanels(context, takes, { tilesName = "tiles", chartName = "states" } = {}) {
  const tiles = context.panel(tilesName);
  const panel = context.panel(chartName);
  const url = context.question("outcomes", { by: `${context.bucket},jobstatus`, limit: MOST_ROWS }, takes);
  const answer = await panel.fill(
    url,
    (told) => {
      const series = stackOf(
        context,
        told,
        (row) => row.jobstatus,
        (row) => row.jobs,
        8,
      );
      const rate = shareOf(
        series.filter(({ name }) => name === "failed" || name === "finished"),
        "failed",
      );
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
    el(
      "div",
      { class: `tile ${kind}` },
      el("span", { class: "tile-name" }, name),
      el("strong", {}, value),
      el("span", { class: "quiet" }, more ?? ""),
    );
  return el(
    "div",
    { class: "tiles" },
    tile("Completed jobs", count(all)),
    tile(
      "Failure rate",
      percent(failed, failed + (jobs.finished ?? 0)) || "none ended",
      "failed / (failed + finished)",
      "bad",
    ),
    tile("Failed", count(failed), percent(failed, all), "bad"),
    tile("Finished", count(jobs.finished ?? 0), percent(jobs.finished ?? 0, all), "good"),
    ...rest.map(([state, value]) =>
      tile(`${state[0].toUpperCase()}${state.slice(1)}`, count(value), percent(value, all)),
    ),
    tile("Wall time of failed jobs", coreTime(cost.failed ?? 0), `${percent(cost.failed ?? 0, wall)} of all`),
    tile("CO\u2082, all jobs", co2(carbon)),
  );
}

/** Jobs that are not completed, by state, as PanDA's own database has them now. */
export async function activePanel(context, takes) {
  const panel = context.panel("active");
  const places = Object.fromEntries(takes.map((name) => [name, context.state.filters[name]]));
  const url = address(context.root, "active", places);
  try {
    const { states, total, as_of: asOf } = await ask(url);
    const when = `Now, as of ${toldMinute(asOf)} UTC; not of the window above.`;
    panel.exports(url);
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
