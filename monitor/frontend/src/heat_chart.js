// Heat maps: names down, time across.
import { AXIS, drawn, TOOLTIP } from "./chart_box.js";
import { plainTable } from "./dom.js";
import { count, short } from "./numbers.js";
import { HEAT } from "./palette.js";
import { bucketText } from "./times.js";

/** Names down, time across, few to many by colour. `picked(name, place)`: a cell was chosen. */
export function heatChart(panel, { label, times, bucket, names, values, largest, unit, picked }) {
  const across = times.map((at) => bucketText(at, bucket));
  const options = {
    grid: { left: 8, right: 12, top: 8, bottom: 64, containLabel: true },
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
    ["Name", "UTC", unit],
    values
      .toSorted((a, b) => b[2] - a[2])
      .slice(0, 100)
      .map(([x, y, value]) => [names[y], across[x], count(value)]),
  );
  const chart = drawn(panel, label, 110 + 20 * names.length, options, table);
  if (picked) chart.on("click", ({ value }) => picked(names[value[1]], value[0]));
  return chart;
}
