// Stacked bars over time, with a rate, gaps, and zoom by marking a stretch.
import { AXIS, drawn, SPLIT, TOOLTIP } from "./chart_box.js";
import { plainTable } from "./dom.js";
import { count, percent, short } from "./numbers.js";
import { OTHER, seriesColour } from "./palette.js";
import { OTHER_NAME } from "./series.js";
import { bucketText } from "./times.js";

/**
 * Stacked bars over time. `line`: {name, values} in percent, on the right. `holes`: [first, last] places of buckets
 * that are not counted. `zoomed(first, last)`: what to do when a stretch of buckets is marked with the pointer.
 */
export function timeChart(panel, { label, times, bucket, series, line, holes = [], colourOf, zoomed, picked }) {
  const names = times.map((at) => bucketText(at, bucket));
  const colour = colourOf ?? ((name, place) => (name === OTHER_NAME ? OTHER : seriesColour(place)));
  const options = {
    legend: { type: "scroll", top: 0, left: 0, right: 40, icon: "roundRect", itemWidth: 14, itemHeight: 10 },
    grid: { left: 8, right: line ? 8 : 16, top: 36, bottom: 4, containLabel: true },
    tooltip: { ...TOOLTIP, trigger: "axis", axisPointer: { type: "shadow" } },
    toolbox: {
      right: 0,
      top: 0,
      itemSize: 0,
      feature: { dataZoom: { yAxisIndex: "none", filterMode: "none" } },
    },
    xAxis: { type: "category", data: names, ...AXIS, axisTick: { alignWithLabel: true } },
    yAxis: [
      { type: "value", minInterval: 1, ...AXIS, ...SPLIT },
      ...(line ? [{ type: "value", min: 0, max: 100, ...AXIS, splitLine: { show: false } }] : []),
    ],
    series: [
      ...series.map(({ name, values }, place) => ({
        name,
        type: "bar",
        stack: "all",
        barCategoryGap: "12%",
        data: values,
        itemStyle: { color: colour(name, place), borderColor: "#fff", borderWidth: 0.5 },
        emphasis: { focus: "series" },
        ...(place === 0 ? { markArea: holeArea(holes, names) } : {}),
      })),
      ...(line ? [rateLine(line)] : []),
    ],
  };
  options.tooltip.formatter = (points) => tooltip(points, line?.name);
  options.yAxis[0].axisLabel = { ...AXIS.axisLabel, formatter: short };
  if (line) options.yAxis[1].axisLabel = { ...AXIS.axisLabel, formatter: "{value} %" };
  const table = plainTable(
    label,
    ["UTC", ...series.map((one) => one.name), ...(line ? [line.name] : [])],
    names.map((name, place) => [
      name,
      ...series.map((one) => (one.values[place] === null ? "not counted" : count(one.values[place]))),
      ...(line ? [percent(line.values[place], line.values[place] === null ? 0 : 100)] : []),
    ]),
  );
  const chart = drawn(panel, label, 260, options, table);
  if (zoomed && times.length > 1) zoomable(chart, zoomed);
  if (picked)
    chart.on("click", ({ seriesName }) => seriesName !== OTHER_NAME && seriesName !== line?.name && picked(seriesName));
  return chart;
}

/** Marking a stretch with the pointer narrows the window: no click on a tool is needed first. */
function zoomable(chart, zoomed) {
  const arm = () =>
    chart.dispatchAction({ type: "takeGlobalCursor", key: "dataZoomSelect", dataZoomSelectActive: true });
  arm();
  chart.on("datazoom", (event) => {
    const zoom = event.batch?.[0] ?? event;
    if (zoom.startValue !== undefined) zoomed(Math.round(zoom.startValue), Math.round(zoom.endValue));
  });
}

const rateLine = ({ name, values }) => ({
  name,
  type: "line",
  yAxisIndex: 1,
  data: values.map((value) => (value === null ? null : Math.round(value * 10) / 10)),
  symbol: "circle",
  symbolSize: 5,
  lineStyle: { color: "#1c2733", width: 2, type: "dashed" },
  itemStyle: { color: "#1c2733" },
  z: 5,
});

const holeArea = (holes, names) => ({
  silent: true,
  itemStyle: { color: "#d5dade", opacity: 0.6 },
  label: { show: holes.length > 0, color: "#4a5762", position: "insideTop" },
  data: holes.map(([first, last, state]) => [{ xAxis: names[first], name: state }, { xAxis: names[last] }]),
});

function tooltip(points, rateName) {
  const shown = points.filter((point) => point.value !== undefined && point.value !== null && point.value !== 0);
  if (!shown.length) return `${points[0].name}\nnothing`;
  const lines = shown.map(
    ({ seriesName, value }) => `${seriesName}: ${seriesName === rateName ? `${value} %` : count(value)}`,
  );
  return [`${points[0].name} UTC`, ...lines].join("\n");
}
