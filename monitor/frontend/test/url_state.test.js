import assert from "node:assert/strict";
import { test } from "node:test";
import { HOUR } from "../src/times.js";
import { notNarrowedBy, State, windowOf } from "../src/url_state.js";

const NOW = Date.parse("2026-07-10T12:34:56Z");
const CODES = { pilot: "piloterrorcode", transform: "transexitcode" };
const stateOf = (search) => new State(search, CODES, NOW);
const windowOfText = (search) => {
  const { start, end } = windowOf(new URLSearchParams(search), NOW);
  return [new Date(start).toISOString().slice(0, 16), new Date(end).toISOString().slice(0, 16)];
};

test("without a window the last twelve full hours are shown", () => {
  assert.deepEqual(windowOfText(""), ["2026-07-10T01:00", "2026-07-10T13:00"]);
});

test("windows are widened to full hours and never lie ahead", () => {
  assert.deepEqual(windowOfText("hours=6"), ["2026-07-10T07:00", "2026-07-10T13:00"]);
  assert.deepEqual(windowOfText("days=2"), ["2026-07-08T13:00", "2026-07-10T13:00"]);
  assert.deepEqual(windowOfText("date_from=2026-07-01T10:20&date_to=2026-07-01T11:01"), [
    "2026-07-01T10:00",
    "2026-07-01T12:00",
  ]);
  assert.deepEqual(windowOfText("date_from=2026-07-01&date_to=2026-07-01T11:00"), [
    "2026-07-01T00:00",
    "2026-07-01T11:00",
  ]);
  assert.deepEqual(windowOfText("date_from=2026-07-10&date_to=2027-01-01"), ["2026-07-10T00:00", "2026-07-10T13:00"]);
});

test("an address without a proper window is refused in words", () => {
  for (const search of [
    "hours=x",
    "hours=-1",
    "days=0",
    "date_from=soon",
    "date_from=2026-07-02&date_to=2026-07-01",
    "date_from=2027-01-01",
  ]) {
    assert.throws(() => windowOfText(search), RangeError, search);
  }
});

test("links keep the window, fixed, and all filters", () => {
  const state = stateOf("hours=6&computingsite=A%26B&jobstatus=failed");
  const search = new URLSearchParams(state.link("/site/").split("?")[1]);
  assert.deepEqual(Object.fromEntries(search), {
    computingsite: "A&B",
    jobstatus: "failed",
    date_from: "2026-07-10T07:00Z",
    date_to: "2026-07-10T13:00Z",
  });
});

test("a link's window is the window it was made in", () => {
  const state = stateOf("days=3&piloterrorcode=1099");
  const again = new State(state.link("/error/").split("?")[1], CODES, NOW + 50 * HOUR);
  assert.deepEqual(again.window, state.window);
  assert.deepEqual(again.filters, state.filters);
});

test("one error replaces another", () => {
  const state = stateOf("piloterrorcode=1099&computingsite=A");
  const search = state.parameters(state.errorChanges("transform", 65));
  assert.equal(search.get("transexitcode"), "65");
  assert.equal(search.get("piloterrorcode"), null);
  assert.equal(search.get("computingsite"), "A");
  assert.deepEqual(state.error, { component: "pilot", column: "piloterrorcode", code: "1099" });
});

test("what a job's or message's page is of does not follow to other pages, unless it is asked for", () => {
  const state = stateOf("pandaid=7&message_group=abc&computingsite=A");
  assert.equal(new URLSearchParams(state.link("/site/").split("?")[1]).get("pandaid"), null);
  assert.match(state.link("/job/", { pandaid: "8" }), /pandaid=8/);
  assert.match(state.withWindow({ start: NOW - HOUR, end: NOW }), /message_group=abc/);
});

test("what is typed into a field of the page stays when the window changes, and does not follow to other pages", () => {
  const state = stateOf("errormessage=no+space&beginning=CERN&hours=1");
  assert.match(state.withWindow({ start: NOW - HOUR, end: NOW }), /errormessage=no\+space&beginning=CERN/);
  assert.doesNotMatch(state.link("/site/"), /errormessage|beginning/);
});

test("parameters that no filter is called are left out of links", () => {
  assert.doesNotMatch(stateOf("evil=%3Cscript%3E&hours=1").link("/"), /evil/);
});

test("moving and widening keep to full hours and to the past", () => {
  const latest = Date.parse("2026-07-10T13:00Z");
  const state = stateOf("hours=6");
  assert.deepEqual(state.shifted(1, latest), state.window);
  assert.equal(state.shifted(-1, latest).end, state.window.start);
  const wide = state.widened(latest);
  assert.equal(wide.end, latest);
  assert.equal(wide.end - wide.start, 12 * HOUR);
});

test("an error leaves the state of jobs behind, as its jobs have failed, unless it is asked for", () => {
  const state = stateOf("jobstatus=finished&computingsite=A");
  const changes = state.errorChanges("pilot", 1099);
  assert.equal(state.parameters(changes).get("jobstatus"), null);
  assert.equal(state.parameters({ ...changes, jobstatus: "failed" }).get("jobstatus"), "failed");
});

test("a message is of one error, and of all places", () => {
  const search = "?computingsite=A&piloterrorcode=1099&message_group=abc";
  assert.deepEqual(notNarrowedBy("/api/v1/messages/abc?by=day", search), ["site"]);
  assert.deepEqual(notNarrowedBy("/api/v1/messages?piloterrorcode=1099", search), ["site", "message"]);
});

test("summaries are narrowed by the narrowest place", () => {
  assert.deepEqual(stateOf("reqid=5&produsername=u&computingsite=A").place, ["reqid"]);
  assert.deepEqual(stateOf("reqid=5&jeditaskid=7").place, ["jeditaskid"]);
});

test("a node does not follow to another site", () => {
  const state = stateOf("computingsite=A&node=n");
  assert.equal(state.parameters({ computingsite: "A" }).get("node"), "n");
  assert.equal(state.parameters({ computingsite: "B" }).get("node"), null);
  assert.equal(state.parameters({ computingsite: null }).get("node"), null);
});

test("errors of a place are narrowed by the error, those of a site by its node too", () => {
  const state = stateOf("computingsite=A&node=n&piloterrorcode=1099&transexitcode=65");
  assert.deepEqual(state.errorFilters(["computingsite"]), ["computingsite", "node", "piloterrorcode"]);
  assert.deepEqual(state.errorFilters(["jeditaskid"]), ["jeditaskid", "piloterrorcode"]);
  assert.deepEqual(state.errorFilters([]), []);
});

test("the window that an address gives is told as it stands there", () => {
  assert.deepEqual(stateOf("days=3&day=2026-07-01").givenWindow, { days: "3" });
  assert.deepEqual(stateOf("day=2026-07-01").givenWindow, {});
});

test("filters that a question does not take are named", () => {
  const search = "?computingsite=A&piloterrorcode=1099&node=n&hours=3";
  assert.deepEqual(notNarrowedBy("/api/v1/messages?piloterrorcode=1099", search), ["site", "node"]);
  assert.deepEqual(notNarrowedBy("/api/v1/errors?piloterrorcode=1099&computingsite=A&node=n", search), []);
  assert.deepEqual(notNarrowedBy("/api/v1/jobs/12", "?pandaid=12"), []);
});

test("summaries are narrowed by one place, the narrowest", () => {
  assert.deepEqual(stateOf("computingsite=A&jeditaskid=5").place, ["jeditaskid"]);
  assert.deepEqual(stateOf("").place, []);
});
