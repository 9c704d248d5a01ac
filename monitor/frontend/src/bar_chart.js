// Bars by name.
import { AXIS, drawn, SPLIT, TOOLTIP } from "./chart_box.js";
import { link, plainTable } from "./dom.js";
import { count, short } from "./numbers.js";
import { seriesColour } from "./palette.js";

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
