import assert from "node:assert/strict";
import { test } from "node:test";
import { bucketOf, buckets, bucketText, DAY, HOUR, lengthText, parseTime, windowText } from "../src/times.js";

const at = (text) => Date.parse(`${text}Z`);

test("times without a zone are UTC, wherever the browser is", () => {
  assert.equal(parseTime("2026-07-01"), at("2026-07-01T00:00"));
  assert.equal(parseTime("2026-07-01 10:30:15"), at("2026-07-01T10:30:15"));
  assert.equal(parseTime("2026-07-01T10:00Z"), at("2026-07-01T10:00"));
  assert.equal(parseTime("2026-07-01T12:00+02:00"), at("2026-07-01T10:00"));
  assert.equal(parseTime("2026-07-01T10:00:00.123456Z"), at("2026-07-01T10:00:00.123"));
});

test("what is no time is none", () => {
  for (const text of ["", "yesterday", "2026-13-01", "01.07.2026", "2026-07-01T10"])
    assert.ok(Number.isNaN(parseTime(text)), text);
});

test("buckets cover the window: hours up to four days, days beyond", () => {
  const start = at("2026-07-01T22:00");
  const short = { start, end: start + 3 * HOUR };
  assert.equal(bucketOf(short), "hour");
  assert.deepEqual(buckets(short, "hour"), [start, start + HOUR, start + 2 * HOUR]);
  const long = { start, end: start + 4 * DAY + HOUR };
  assert.equal(bucketOf(long), "day");
  const days = buckets(long, "day");
  assert.equal(days[0], at("2026-07-01T00:00"));
  assert.equal(days.at(-1), at("2026-07-05T00:00"));
});

test("windows and lengths are told as short as can be", () => {
  assert.equal(windowText({ start: at("2026-07-01T00:00"), end: at("2026-07-02T00:00") }), "2026-07-01 UTC");
  assert.equal(
    windowText({ start: at("2026-07-01T10:00"), end: at("2026-07-01T16:00") }),
    "2026-07-01 10:00 to 16:00 UTC",
  );
  assert.equal(
    windowText({ start: at("2026-07-01T10:00"), end: at("2026-07-02T16:00") }),
    "2026-07-01 10:00 to 2026-07-02 16:00 UTC",
  );
  assert.equal(lengthText(HOUR), "1 hour");
  assert.equal(lengthText(2 * DAY + 3 * HOUR), "2 days 3 hours");
  assert.equal(bucketText(at("2026-07-01T10:00"), "hour"), "07-01 10:00");
});
