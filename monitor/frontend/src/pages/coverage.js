// What is archived: a calendar of days, their hours, and the ledger of one day.
import { address, ask } from "../api.js";
import { el, link, plainTable } from "../dom.js";
import { count } from "../numbers.js";
import { PARTS } from "../palette.js";
import { loadsOf, months, stateOfDay } from "../calendar.js";
import { DAY, HOUR, dayText, minuteText, parseTime, toldMinute, toldSecond } from "../times.js";

const LONGEST = 400 * DAY;

export async function coverage(context) {
  const panel = context.panel("calendar");
  const { state } = context;
  const { end } = state.window;
  const start = Math.max(state.window.start, end - LONGEST);
  const url = address(context.root, "coverage", { date_from: minuteText(start), date_to: minuteText(end) });
  try {
    const answer = await ask(url);
    drawCalendar(context, panel, answer);
    panel.exports(url);
    const chosen = state.search.get("day") ?? answer.days.findLast((day) => day.verified)?.day;
    if (chosen) ledger(context, chosen);
    else context.panel("ledger").empty("No day of this window is archived.");
  } catch (problem) {
    panel.failed(problem, () => window.location.reload());
    context.panel("ledger").empty("The ledger is in the archive.");
  }
}

function drawCalendar(context, panel, { days, live_from: liveFrom }) {
  const live = parseTime(liveFrom);
  const verified = days.reduce((sum, day) => sum + day.verified, 0);
  const legend = ["verified", "refreshing", "live", "not archived"].map((state) =>
    el("span", { class: "origin" }, mark(state), state),
  );
  panel.show(
    el(
      "p",
      { class: "quiet" },
      `${count(verified)} of ${count(days.length * 24)} hours are verified. Hours since ${toldMinute(liveFrom)} UTC are counted from PanDA's database until they are archived.`,
    ),
    el(
      "div",
      { class: "origins" },
      legend,
      el("span", { class: "quiet" }, "each cell is a day, each stripe in it an hour"),
    ),
    el(
      "div",
      { class: "calendar" },
      months(days).map(({ month, days: own }) =>
        el(
          "div",
          { class: "month" },
          el("h3", {}, month),
          el(
            "div",
            { class: "days" },
            own.map((day) => cell(context, day, live)),
          ),
        ),
      ),
    ),
  );
}

function mark(state) {
  const node = el("i", { class: "mark" });
  node.style.backgroundColor = PARTS[state];
  return node;
}

function cell(context, day, live) {
  const start = parseTime(day.day);
  const states = day.hours.map((state, hour) =>
    state === "not archived" && start + hour * HOUR >= live ? "live" : state,
  );
  const search = new URLSearchParams({ ...context.state.givenWindow, day: day.day });
  const text = `${day.day}: ${stateOfDay(states)}${day.rolled_up ? ", rolled up" : ""}${day.newest ? `, snapshot ${day.newest.slice(0, 16)}` : ""}`;
  const bar = el("span", { class: "hours" }, states.map(stripe));
  const chosen = context.state.search.get("day") === day.day;
  return link(`?${search}#ledger`, "", {
    class: "day",
    title: text,
    "aria-label": text,
    "aria-current": chosen ? "true" : null,
  })
    .appendChild(bar)
    .parentNode.appendChild(el("span", { class: "day-number" }, day.day.slice(8))).parentNode;
}

function stripe(state) {
  const node = el("i");
  node.style.backgroundColor = PARTS[state];
  return node;
}

/** All that happened to the hours of a day. */
async function ledger(context, day) {
  const panel = context.panel("ledger");
  document.querySelector("[data-ledger-day]").textContent = day;
  const url = address(context.root, `coverage/${encodeURIComponent(day)}`);
  const draw = (answer) => {
    panel.exports(url);
    return drawLedger(context, panel, day, answer);
  };
  await panel.fill(url, draw, { nothing: `Nothing of ${day} has been loaded yet.`, exportUrl: null });
}

/** False where nothing has happened yet. */
function drawLedger(context, panel, day, { hours, roll_ups: rollUps }) {
  const loads = [...loadsOf(hours), ...loadsOf(rollUps).map((one) => ({ ...one, rollUp: true }))];
  if (!loads.length) return false;
  const from = parseTime(day);
  const show = link(
    `${context.path("overview")}?${new URLSearchParams({ date_from: day, date_to: dayText(from + DAY) })}`,
    "Overview of this day",
  );
  const rows = loads.map((one) => [
    one.rollUp ? "roll-up" : one.window.slice(11, 16),
    el("span", {}, one.state === "verified" ? mark("verified") : "", one.state),
    one.load,
    toldSecond(one.snapshot),
    `${toldSecond(one.begun)} to ${toldSecond(one.ended).slice(11)}`,
    one.jobs === null ? "" : count(one.jobs),
    one.extraction ? link(`${context.path("report")}${encodeURIComponent(one.load)}/${one.extraction}/`, "report") : "",
    el(
      "details",
      {},
      el("summary", {}, one.note || one.states.join(", ")),
      el("code", {}, JSON.stringify(one.entries, null, 1)),
    ),
  ]);
  const head = ["Hour", "State", "Load", "Snapshot (UTC)", "Worked on (UTC)", "Jobs", "Run report", "Steps"];
  panel.show(el("p", {}, show), plainTable(`Ledger of ${day}`, head, rows));
  return true;
}

