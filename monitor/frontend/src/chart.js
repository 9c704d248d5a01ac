// Charts by Apache ECharts, drawn on canvas; only what is used of it is bundled. Tooltips are drawn, not markup: so
// nothing a user wrote can become markup, and no inline style is needed.
import { BarChart, HeatmapChart, LineChart } from "echarts/charts";
import {
  AriaComponent,
  DataZoomComponent,
  GridComponent,
  LegendComponent,
  MarkAreaComponent,
  ToolboxComponent,
  TooltipComponent,
  VisualMapComponent,
} from "echarts/components";
import * as echarts from "echarts/core";
import { CanvasRenderer } from "echarts/renderers";
import { el, link, plainTable } from "./dom.js";
import { count, percent, short } from "./numbers.js";
import { HEAT, OTHER, seriesColour } from "./palette.js";
import { OTHER_NAME } from "./series.js";
import { bucketText } from "./times.js";

echarts.use([
  BarChart,
  HeatmapChart,
  LineChart,
  AriaComponent,
  DataZoomComponent,
  GridComponent,
  LegendComponent,
  MarkAreaComponent,
  ToolboxComponent,
  TooltipComponent,
  VisualMapComponent,
  CanvasRenderer,
]);

const TEXT = { fontFamily: "system-ui, sans-serif", color: "#26323c", fontSize: 12 };
const AXIS = { axisLabel: { color: "#4a5762", hideOverlap: true }, axisLine: { lineStyle: { color: "#b8c1c9" } } };
const SPLIT = { splitLine: { lineStyle: { color: "#e7ebee" } } };
const TOOLTIP = { renderMode: "richText", confine: true, textStyle: { fontSize: 12, color: "#26323c" } };

/** Draw into a box of a panel; gives the chart, which follows the size of the box. */
function drawn(panel, label, height, options, table) {
  const box = el("div", { class: "chart", role: "img", "aria-label": label });
  box.style.height = `${height}px`;
  panel.show(box, el("details", { class: "as-table" }, el("summary", {}, "As a table"), table));
  const chart = echarts.init(box, null, { renderer: "canvas" });
  const animation = !window.matchMedia("(prefers-reduced-motion: reduce)").matches;
  chart.setOption({ textStyle: TEXT, animation, animationDuration: 250, ...options });
  new ResizeObserver(() => chart.resize()).observe(box);
  return chart;
}

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

/** Names down, time across, few to many by colour. `picked(name, place)`: a cell was chosen. */
export function heatChart(panel, { label, times, bucket, names, values, largest, unit, picked }) {
  const across = times.map((at) => bucketText(at, bucket));
  const options = {
    grid: { left: 8, right: 12, top: 8, bottom: 44, containLabel: true },
    tooltip: {
      ...TOOLTIP,
      formatter: ({ value }) => `${names[value[1]]}\n${across[value[0]]} UTC\n${count(value[2])} ${unit}`,
    },
    xAxis: {
      type: "category",
      data: across,
      ...AXIS,
      splitArea: { show: true, areaStyle: { color: ["#f6f8f9", "#f1f4f6"] } },
    },
    yAxis: {
      type: "category",
      data: names,
      inverse: true,
      ...AXIS,
      axisLabel: { ...AXIS.axisLabel, width: 170, overflow: "truncate", interval: 0 },
    },
    visualMap: {
      min: 0,
      max: Math.max(1, largest),
      calculable: true,
      orient: "horizontal",
      left: "center",
      bottom: 0,
      itemHeight: 140,
      itemWidth: 12,
      inRange: { color: HEAT },
      formatter: (value) => short(Math.round(value)),
    },
    series: [{ type: "heatmap", data: values, itemStyle: { borderColor: "#fff", borderWidth: 1 } }],
  };
  const table = plainTable(
    label,
    ["", "UTC", unit],
    values
      .toSorted((a, b) => b[2] - a[2])
      .slice(0, 100)
      .map(([x, y, value]) => [names[y], across[x], count(value)]),
  );
  const chart = drawn(panel, label, 90 + 20 * names.length, options, table);
  if (picked) chart.on("click", ({ value }) => picked(names[value[1]], value[0]));
  return chart;
}

/** Bars by name, longest first; a bar with `href` leads there. */
export function barChart(panel, { label, bars, unit, format = count, colourOf }) {
  const names = bars.map((bar) => bar.name);
  const options = {
    grid: { left: 8, right: 60, top: 4, bottom: 4, containLabel: true },
    tooltip: { ...TOOLTIP, formatter: ({ name, value }) => `${name}\n${format(value)} ${unit}` },
    xAxis: { type: "value", ...SPLIT, axisLabel: { ...AXIS.axisLabel, formatter: short } },
    yAxis: {
      type: "category",
      inverse: true,
      data: names,
      ...AXIS,
      axisLabel: { ...AXIS.axisLabel, width: 190, overflow: "truncate", interval: 0 },
    },
    series: [
      {
        type: "bar",
        data: bars.map(({ name, value }, place) => ({
          value,
          itemStyle: { color: colourOf?.(name, place) ?? seriesColour(0) },
        })),
        barMaxWidth: 18,
        label: { show: true, position: "right", formatter: ({ value }) => short(value), color: "#26323c" },
      },
    ],
  };
  const table = plainTable(
    label,
    ["", unit],
    bars.map(({ name, value, href }) => [href ? link(href, name) : name, format(value)]),
  );
  const chart = drawn(panel, label, 40 + 26 * bars.length, options, table);
  chart.on("click", ({ dataIndex }) => bars[dataIndex].href && window.location.assign(bars[dataIndex].href));
  return chart;
}
