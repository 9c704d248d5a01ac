import assert from "node:assert/strict";
import { test } from "node:test";
import { address } from "../src/api.js";
import { loadsOf, months, stateOfDay } from "../src/calendar.js";
import { co2, coreTime, count, percent, short } from "../src/numbers.js";
import { tableState, withTableState } from "../src/table_state.js";

test("figures as people read them", () => {
  assert.equal(count(1234567), "1,234,567");
  assert.equal(count(null), "");
  assert.equal(short(1234), "1.2k");
  assert.equal(short(34_500_000), "34.5M");
  assert.equal(short(12), "12");
  assert.equal(percent(1, 8), "12.5 %");
  assert.equal(percent(0, 0), "");
  assert.equal(coreTime(59), "59 core-s");
  assert.equal(coreTime(7200), "2 core-h");
  assert.equal(coreTime(86_400 * 3.5), "3.5 core-d");
  assert.equal(co2(123_456), "1.2 kg");
});

test("questions are addressed without what is not given, and escaped", () => {
  assert.equal(
    address("/api/v1/", "jobs", { computingsite: "A&b=c", after: null, jobstatus: "" }),
    "/api/v1/jobs?computingsite=A%26b%3Dc",
  );
  assert.equal(address("/api/v1/", "dictionary"), "/api/v1/dictionary");
});

test("a table's sorting and page go into the address and come back", () => {
  const search = withTableState("?hours=3", "errors", { sort: "-n_errors", page: 4 });
  assert.deepEqual(tableState(search, "errors"), { sort: { column: "n_errors", dir: "desc" }, page: 4 });
  assert.equal(withTableState(search, "errors", { sort: null, page: 1 }), "?hours=3");
  assert.deepEqual(tableState("?errors_sort=%3Cscript%3E&errors_page=-2", "errors"), { sort: null, page: 1 });
});

test("the calendar has the newest month first, its days in order", () => {
  const days = ["2026-06-30", "2026-07-01", "2026-07-02"].map((day) => ({ day }));
  assert.deepEqual(
    months(days).map(({ month, days: own }) => [month, own.length]),
    [
      ["2026-07", 2],
      ["2026-06", 1],
    ],
  );
});

test("a day is told by its hours", () => {
  assert.equal(stateOfDay(Array(24).fill("verified")), "verified");
  assert.equal(stateOfDay([...Array(20).fill("verified"), ...Array(4).fill("live")]), "20 h verified, 4 h live");
});

test("the ledger's entries are told load by load", () => {
  const entry = (load, state, at, jobs) => ({
    window: "2026-07-01T00:00Z",
    load,
    state,
    at,
    note: "",
    rows: jobs === undefined ? {} : { job: jobs },
    snapshot: null,
  });
  const loads = loadsOf([entry("a", "extracted", 1, 5), entry("b", "extracted", 2, 6), entry("a", "verified", 3)]);
  assert.deepEqual(
    loads.map(({ load, state, states, jobs, ended }) => [load, state, states, jobs, ended]),
    [
      ["a", "verified", ["extracted", "verified"], 5, 3],
      ["b", "extracted", ["extracted"], 6, 2],
    ],
  );
});
