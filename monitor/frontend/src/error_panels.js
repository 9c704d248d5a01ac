// What goes wrong: errors over time and by code, failed jobs by category, the history of a message. `takes`: filters of
// the address that a panel's question is narrowed by.
import { address } from "./api.js";
import { barChart } from "./bar_chart.js";
import { timeChart } from "./time_chart.js";
import { MOST_ROWS } from "./cut.js";
import { categoryColumn, descriptionColumn, errorColumn, errorsColumn, lossColumn, samplesColumn } from "./columns.js";
import { holesOf, LARGEST_FIRST, stackOf } from "./over_time.js";
import { stateColour } from "./palette.js";
import { coveredBy } from "./provenance.js";
import { bucketTime, spanOf, stacked } from "./series.js";
import { serverTable } from "./table.js";
import { buckets, DAY } from "./times.js";
import { categoryNames } from "./words.js";

/** Errors over time, stacked by code; choosing a code leads to its page. */
export function errorsOverTime(context, takes) {
  const panel = context.panel("errors-time");
  const url = context.question("errors", { by: `${context.bucket},component,code`, ...LARGEST_FIRST }, takes);
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
  const url = context.question("errors", { by: context.bucket, limit: MOST_ROWS }, takes);
  return panel.fill(url, (told) => {
    timeChart(panel, {
      label: `Errors by ${context.bucket}`,
      times: context.times,
      bucket: context.bucket,
      series: stackOf(
        context,
        told,
        () => "errors",
        (row) => row.n_errors,
        1,
      ),
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
    columns: [
      errorColumn(context),
      descriptionColumn,
      categoryColumn(names),
      errorsColumn,
      lossColumn,
      samplesColumn(context),
    ],
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

/** How often a group of messages was seen, day by day over all that is known of it. */
export function historyChart(context, panel, answer, group) {
  panel.footer(address(context.root, `messages/${encodeURIComponent(group)}`, { by: "day" }), answer);
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
    series: stacked(answer.rows, times, {
      nameOf: () => "errors",
      timeOf: bucketTime,
      valueOf: (row) => row.n_errors,
      covered: (at) => covered(at, DAY),
    }),
  });
}
