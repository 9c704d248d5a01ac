// From rows of an answer to what charts draw.
import { DAY, parseTime } from "./times.js";

export const OTHER_NAME = "all others";

/**
 * Stacked series: one a name, with one value a bucket. Buckets without a row are 0, those that no part of the answer
 * covers are null, so that a gap in the archive does not look like a quiet hour.
 * `nameOf`, `timeOf`, `valueOf` read a row; the `most` largest are kept, the rest is summed.
 */
export function stacked(rows, times, { nameOf, timeOf, valueOf, most = 7, covered = () => true }) {
  const place = new Map(times.map((at, index) => [at, index]));
  const sums = new Map();
  for (const row of rows) sums.set(nameOf(row), (sums.get(nameOf(row)) ?? 0) + valueOf(row));
  const ranked = [...sums.keys()].sort((a, b) => sums.get(b) - sums.get(a) || (a < b ? -1 : 1));
  const kept = ranked.length > most + 1 ? ranked.slice(0, most) : ranked;
  const blank = () => times.map((at) => (covered(at) ? 0 : null));
  const series = new Map(kept.map((name) => [name, blank()]));
  if (kept.length < ranked.length) series.set(OTHER_NAME, blank());
  for (const row of rows) {
    const index = place.get(timeOf(row));
    if (index === undefined) continue;
    const values = series.get(nameOf(row)) ?? series.get(OTHER_NAME);
    values[index] = (values[index] ?? 0) + valueOf(row);
  }
  return [...series].map(([name, values]) => ({ name, values }));
}

/** The time of a row's bucket in ms: of its hour, or its day. */
export const bucketTime = (row) => parseTime(row.hour ?? row.day);

/** Percent of `part` in all series, by bucket; null where there are no jobs. */
export function shareOf(series, part) {
  const length = series[0]?.values.length ?? 0;
  return Array.from({ length }, (_, place) => {
    let all = 0;
    let some = 0;
    for (const one of series) {
      all += one.values[place] ?? 0;
      if (one.name === part) some += one.values[place] ?? 0;
    }
    return all ? (100 * some) / all : null;
  });
}

/**
 * A heat map: names down (largest sum first, at most `most`), times across; [column, row, value] of each cell that
 * has one. `left`: how many names are not shown.
 */
export function heat(rows, times, { nameOf, timeOf, valueOf, most = 25 }) {
  const column = new Map(times.map((at, index) => [at, index]));
  const sums = new Map();
  const cells = new Map();
  for (const row of rows) {
    const at = column.get(timeOf(row));
    if (at === undefined) continue;
    const name = nameOf(row);
    sums.set(name, (sums.get(name) ?? 0) + valueOf(row));
    const key = `${at}\u0000${name}`;
    cells.set(key, (cells.get(key) ?? 0) + valueOf(row));
  }
  const ranked = [...sums.keys()].sort((a, b) => sums.get(b) - sums.get(a) || (a < b ? -1 : 1));
  const names = ranked.slice(0, most);
  const line = new Map(names.map((name, index) => [name, index]));
  const values = [];
  for (const [key, value] of cells) {
    const split = key.indexOf("\u0000");
    const row = line.get(key.slice(split + 1));
    if (row !== undefined && value > 0) values.push([Number(key.slice(0, split)), row, value]);
  }
  return {
    names,
    values,
    largest: Math.max(0, ...values.map((value) => value[2])),
    left: ranked.length - names.length,
  };
}

/** Sums of a column by the value of another: {name: sum}. */
export function sumBy(rows, name, value) {
  const sums = {};
  for (const row of rows) sums[row[name]] = (sums[row[name]] ?? 0) + (row[value] ?? 0);
  return sums;
}

/** From the first to the last day that rows are of, in ms; rows have `day`, and there is one at least. */
export function spanOf(rows) {
  const days = rows.map((row) => parseTime(row.day));
  return { start: Math.min(...days), end: Math.max(...days) + DAY };
}
