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
import { el } from "./dom.js";

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

export const AXIS = {
  axisLabel: { color: "#4a5762", hideOverlap: true },
  axisLine: { lineStyle: { color: "#b8c1c9" } },
};

export const SPLIT = { splitLine: { lineStyle: { color: "#e7ebee" } } };

export const TOOLTIP = { renderMode: "richText", confine: true, textStyle: { fontSize: 12, color: "#26323c" } };

/** Draw into a box of a panel; gives the chart, which follows the size of the box. */
export function drawn(panel, label, height, options, table) {
  const box = el("div", { class: "chart", role: "img", "aria-label": label });
  box.style.height = `${height}px`;
  panel.show(box, el("details", { class: "as-table" }, el("summary", {}, "As a table"), table));
  const chart = echarts.init(box, null, { renderer: "canvas" });
  const animation = !window.matchMedia("(prefers-reduced-motion: reduce)").matches;
  chart.setOption({ textStyle: TEXT, animation, animationDuration: 250, ...options });
  new ResizeObserver(() => chart.resize()).observe(box);
  return chart;
}
