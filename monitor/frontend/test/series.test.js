import assert from "node:assert/strict";
import { test } from "node:test";
import { bucketTime, heat, OTHER_NAME, shareOf, spanOf, stacked, sumBy } from "../src/series.js";
import { DAY, HOUR } from "../src/times.js";

const T = Date.parse("2026-07-01T10:00Z");
const TIMES = [T, T + HOUR, T + 2 * HOUR];
const row = (hour, name, n) => ({ hour: new Date(hour).toISOString().slice(0, 19), name, n });
const READ = { nameOf: (one) => one.name, timeOf: bucketTime, valueOf: (one) => one.n };

test("buckets without rows are 0, those outside the answer are gaps", () => {
  const series = stacked([row(T, "a", 3)], TIMES, { ...READ, covered: (at) => at < T + 2 * HOUR });
  assert.deepEqual(series, [{ name: "a", values: [3, 0, null] }]);
});

test("the largest series come first and the rest is summed, so nothing is lost", () => {
  const rows = Array.from({ length: 20 }, (_, place) => row(TIMES[place % 3], `s${place}`, place + 1));
  const series = stacked(rows, TIMES, { ...READ, most: 4 });
  assert.deepEqual(
    series.map(({ name }) => name),
    ["s19", "s18", "s17", "s16", OTHER_NAME],
  );
  const all = series.flatMap(({ values }) => values).reduce((sum, value) => sum + value, 0);
  assert.equal(all, (20 * 21) / 2);
});

test("one series too many is shown rather than called others", () => {
  const rows = ["a", "b", "c"].map((name) => row(T, name, 1));
  assert.deepEqual(
    stacked(rows, TIMES, { ...READ, most: 2 }).map(({ name }) => name),
    ["a", "b", "c"],
  );
});

test("names of objects' own properties are names like others", () => {
  const series = stacked([row(T, "__proto__", 1), row(T, "constructor", 2)], TIMES, READ);
  assert.deepEqual(
    series.map(({ name }) => name),
    ["constructor", "__proto__"],
  );
});

test("the share is of all series, and none where there are no jobs", () => {
  const series = [
    { name: "failed", values: [1, 0, null] },
    { name: "finished", values: [3, 0, null] },
  ];
  assert.deepEqual(shareOf(series, "failed"), [25, null, null]);
  assert.deepEqual(shareOf([], "failed"), []);
});

test("a heat map has the largest names first and says how many are left out", () => {
  const map = heat([row(T, "a", 1), row(T, "b", 5), row(T + HOUR, "b", 2), row(T, "b", 1), row(T, "c", 0)], TIMES, {
    ...READ,
    most: 2,
  });
  assert.deepEqual(map.names, ["b", "a"]);
  assert.deepEqual(map.values, [
    [0, 1, 1],
    [0, 0, 6],
    [1, 0, 2],
  ]);
  assert.equal(map.largest, 6);
  assert.equal(map.left, 1);
});

test("sums and spans", () => {
  assert.deepEqual(
    sumBy(
      [
        { s: "x", n: 1 },
        { s: "y", n: 2 },
        { s: "x", n: 3 },
      ],
      "s",
      "n",
    ),
    { x: 4, y: 2 },
  );
  const { start, end } = spanOf([{ day: "2026-07-03" }, { day: "2026-07-01" }]);
  assert.equal(end - start, 3 * DAY);
});
