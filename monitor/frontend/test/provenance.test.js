import assert from "node:assert/strict";
import { test } from "node:test";
import { coveredBy, gaps, lengths, summary } from "../src/provenance.js";
import { HOUR, parseTime } from "../src/times.js";

const part = (start, end, state) => ({
  start: `2026-07-01T${start}:00Z`,
  end: `2026-07-01T${end}:00Z`,
  state,
  newest: null,
});
const PARTS = [part("00", "06", "verified"), part("06", "08", "not archived"), part("08", "10", "live")];

test("what is counted covers its buckets, what is left out does not", () => {
  const covered = coveredBy(PARTS);
  const at = (hour) => parseTime(`2026-07-01T${hour}:00Z`);
  assert.equal(covered(at("05"), HOUR), true);
  assert.equal(covered(at("06"), HOUR), false);
  assert.equal(covered(at("09"), HOUR), true);
  assert.equal(covered(at("06"), 4 * HOUR), true);
});

test("the summary says how much rests on what", () => {
  assert.equal(summary(PARTS), "Incomplete: 6 hours verified, 2 hours live, 2 hours not archived.");
  assert.equal(summary(PARTS.slice(0, 1)), "Complete: 6 hours verified.");
  assert.equal(summary(PARTS.slice(1, 2)), "Nothing of this window can be counted: 2 hours not archived.");
  assert.equal(summary([]), "");
  assert.deepEqual(
    lengths(PARTS).map(([state]) => state),
    ["verified", "live", "not archived"],
  );
  assert.deepEqual(
    gaps(PARTS).map(({ state }) => state),
    ["not archived"],
  );
});
