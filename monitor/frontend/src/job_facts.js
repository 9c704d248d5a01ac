// What matters of a job: where and whose it was, its errors with their words, what it cost.
// Diags, names and parameters are texts of users: they become text nodes only.
import { el, link, plainTable } from "./dom.js";
import { stateMark } from "./jobs_table.js";
import { co2, coreTime, count } from "./numbers.js";
import { MEANINGS } from "./provenance.js";
import { parseTime, toldMinute } from "./times.js";

/** What PanDA writes where a job has no task, request or parent. */
export const NO_RELATIVE = [null, undefined, "", 0, "0"];

export function drawFacts(context, panel, answer, record, counted, names) {
  const to = (page, column, value) =>
    NO_RELATIVE.includes(value) ? "none" : link(context.page(page, { [column]: String(value) }), value);
  const site = counted.computingsite;
  const facts = [
    ["State", stateMark(record.jobstatus)],
    [
      "Label",
      counted.label ? `${counted.label} (${names[counted.category] ?? `category ${counted.category}`})` : "none",
    ],
    ["Site", to("site", "computingsite", site)],
    ["Worker node", link(context.page("node", { computingsite: site, node: counted.node }), counted.node)],
    ["User", to("user", "produsername", counted.produsername)],
    ["Task", to("task", "jeditaskid", counted.jeditaskid)],
    ["Request", to("request", "reqid", counted.reqid)],
    ["Created", `${record.creationtime ?? ""} UTC`],
    [
      "Started",
      record.starttime ? `${record.starttime} UTC, after ${between(record.creationtime, record.starttime)}` : "never",
    ],
    [
      "Ended",
      record.endtime
        ? `${record.endtime} UTC, ${record.starttime ? `after ${between(record.starttime, record.endtime)}` : ""}`
        : "not known",
    ],
    ["Last modified", `${record.modificationtime} UTC`],
    ["Attempt", `${record.attemptnr ?? 0} of ${record.maxattempt ?? "?"}`],
    [
      "Retry of",
      NO_RELATIVE.includes(record.parentid)
        ? "no job"
        : link(context.page("job", { pandaid: String(record.parentid) }), record.parentid),
    ],
    [
      "This answer",
      `${answer.source === "cassandra" ? "the archive" : "PanDA's database"}: ${answer.state}, ${MEANINGS[answer.state] ?? "the job is not completed yet"}${answer.as_of ? `; as of ${toldMinute(answer.as_of)} UTC` : ""}`,
    ],
  ];
  const log = logLink(record.pilotid);
  if (log) facts.push(["Pilot's log", log]);
  if (answer.records.length > 1)
    facts.push(["Records", `PanDA holds this job ${answer.records.length} times; this is the newest`]);
  panel.show(
    el(
      "dl",
      { class: "facts" },
      facts.map(([name, value]) => [el("dt", {}, name), el("dd", {}, value)]),
    ),
  );
}

/** The first part of PILOTID is the address of the pilot's log, where it is one. */
function logLink(pilotid) {
  const [first] = (pilotid ?? "").split("|");
  if (!/^https?:\/\/[^\s"<>]+$/.test(first)) return null;
  return link(first, first, { rel: "noreferrer noopener", target: "_blank" });
}

function between(from, to) {
  const seconds = Math.round((parseTime(to) - parseTime(from)) / 1000);
  if (Number.isNaN(seconds)) return "an unknown time";
  const hours = Math.floor(Math.abs(seconds) / 3600);
  const minutes = Math.floor((Math.abs(seconds) % 3600) / 60);
  return `${seconds < 0 ? "minus " : ""}${hours ? `${hours} h ` : ""}${minutes} min`;
}

export function drawErrors(context, panel, counted, codes) {
  if (!counted.errors.length) {
    panel.empty(counted.jobstatus === "failed" ? "This job failed without an error code." : "No error codes.");
    return;
  }
  const rows = counted.errors.map(({ component, code, message, message_group: group, description }) => {
    const changes = context.state.errorChanges(component, code);
    return [
      link(context.page("error", changes), `${component}:${code}`),
      [codes.get(`${component}:${code}`)?.acronym, description].filter(Boolean).join(": "),
      el("span", { class: "diag" }, message || "(no message)"),
      group ? link(context.page("message", { ...changes, message_group: group }), "since when") : "",
    ];
  });
  panel.show(plainTable("All error codes of the job", ["Error", "What it means", "Diag", "History"], rows));
}

export function drawLosses(panel, counted) {
  const failed = counted.jobstatus === "failed";
  const rows = [
    ["Wall time x cores", coreTime(counted.walltime ?? 0), `${count(counted.walltime)} core-seconds`],
    ["CPU time", coreTime(counted.cputime ?? 0), `${count(counted.cputime)} CPU seconds`],
    ["Cores", count(counted.cores), ""],
    ["HS06", `${count(counted.hs06sec)} HS06 seconds`, ""],
    ["CO\u2082", co2(counted.co2 ?? 0), "by the global intensity"],
  ];
  const flagged = counted.walltime_flagged
    ? [el("p", { class: "note" }, "The wall time is negative or over 30 days: it is not to be trusted.")]
    : [];
  panel.show(
    el(
      "p",
      { class: "quiet" },
      failed ? "The job failed: all of this is lost." : "The job did not fail: none of this is lost.",
    ),
    plainTable("What the job cost", ["Figure", "Value", "Also"], rows),
    ...flagged,
  );
}
