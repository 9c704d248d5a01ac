import assert from "node:assert/strict";
import { test } from "node:test";
import { csvText, cutText } from "../src/cut.js";

const NEXT = "/api/v1/errors?offset=10000";
const rows = (length) => Array(length).fill({});

test("an answer that goes on is told to be cut, with how many rows there are", () => {
  const told = "Cut at 10,000 of 24,312 rows: narrow the window";
  assert.equal(cutText({ rows: rows(10_000), total: 24_312, next: NEXT }), told);
  assert.equal(cutText({ rows: rows(12), total: 12, next: null }), null);
});

test("an export that cannot have all rows says so", () => {
  assert.equal(csvText("/api/v1/errors?limit=15", { total: 10_000, next: NEXT }), "CSV");
  assert.equal(csvText("/api/v1/errors?limit=15", { total: 10_001, next: NEXT }), "CSV (at most 10,000 rows)");
  assert.equal(csvText("/api/v1/jobs?limit=15", { total: null, next: NEXT }), "CSV (at most 1,000 rows)");
  assert.equal(csvText("/api/v1/jobs?limit=15", { total: null, next: null }), "CSV");
});
