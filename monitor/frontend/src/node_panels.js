// Panels of one worker node. The interface has nodes site by site, so its rows are picked here.
import { timeChart } from "./time_chart.js";
import { descriptionColumn, errorColumn, errorsColumn } from "./columns.js";
import { drawOrigins } from "./frame.js";
import { coveredBy } from "./provenance.js";
import { bucketTime, stacked } from "./series.js";
import { localTable } from "./table.js";

/** Its errors over time and by code. */
export async function nodePanels(context) {
  const { computingsite, node } = context.state.filters;
  const chart = context.panel("errors-time");
  const table = context.panel("errors");
  const ask = (by) => context.question("errors", { computingsite, by: `${by},node,component,code`, limit: 10000 });
  const own = ({ rows }) => rows.filter((row) => row.node === node);
  const nothing = `No errors on ${node} in this window.`;
  const answer = await chart.fill(
    ask(context.bucket),
    (told) => {
      if (!own(told).length) return false;
      const covered = coveredBy(told.parts);
      timeChart(chart, {
        label: `Errors on ${node} by ${context.bucket}`,
        times: context.times,
        bucket: context.bucket,
        series: stacked(own(told), context.times, {
          nameOf: ({ component, code }) => `${component}:${code}`,
          timeOf: bucketTime,
          valueOf: (row) => row.n_errors,
          covered: (at) => covered(at, context.step),
        }),
        zoomed: (first, last) => context.zoom(first, last),
      });
      return true;
    },
    { nothing },
  );
  drawOrigins(answer);
  const by = "node,component,code";
  table.fill(
    context.question("errors", { computingsite, by, limit: 10000 }),
    (told) => {
      if (!own(told).length) return false;
      localTable(table, {
        rows: own(told),
        label: "Errors of the node",
        columns: [errorColumn(context), descriptionColumn, errorsColumn],
      });
      return true;
    },
    { nothing },
  );
}
