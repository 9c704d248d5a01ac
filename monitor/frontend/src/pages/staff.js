// Staff start backfills and repairs: what would be done is shown first, and is done when it is confirmed.
import { address, ask, send } from "../api.js";
import { el, plainTable } from "../dom.js";
import { toldSecond } from "../times.js";
import { told } from "../told.js";

const ACTIONS = [
  ["backfill", "Backfill: load days that have not run"],
  ["repair", "Repair: load again days that have run"],
];
const SHOWN_DAYS = 12;

export function staff(context) {
  const log = () => showLog(context, logPanel);
  const logPanel = context.panel("log");
  const panel = context.panel("load");
  const answer = el("div", { class: "answer", role: "status" });
  const form = wantedForm(new URLSearchParams(window.location.search));
  form.addEventListener("submit", (event) => {
    event.preventDefault();
    propose(context, Object.fromEntries(new FormData(form)), answer).finally(log);
  });
  form.addEventListener("input", () => answer.replaceChildren());
  answer.addEventListener("started", log);
  panel.show(form, answer);
  log();
}

function wantedForm(given) {
  const field = (text, name, attributes) =>
    el("label", {}, text, el("input", { name, required: true, value: given.get(name) ?? "", ...attributes }));
  const choice = el(
    "select",
    { name: "action" },
    ACTIONS.map(([value, text]) => el("option", { value, selected: value === given.get("action") }, text)),
  );
  return el(
    "form",
    { class: "load" },
    el("label", {}, "What", choice),
    field("First day (UTC)", "first", { type: "date" }),
    field("Last day", "last", { type: "date" }),
    field("Reason, for the log", "reason", { minlength: 3, maxlength: 500 }),
    el("button", { type: "submit" }, "See what it would load"),
  );
}

/** Ask what would be done, and offer to do it. */
async function propose(context, wanted, answer) {
  answer.replaceChildren(el("p", { class: "say loading" }, "Asking Airflow ..."));
  await told(answer, async () => {
    const { days, confirmation } = await send(context.root, "actions", wanted);
    if (!days.length) return [el("p", { class: "say empty" }, nothingText(wanted))];
    const yes = el("button", { type: "button", class: "primary" }, `Load ${daysWord(days.length)}`);
    const no = el("button", { type: "button", onclick: () => answer.replaceChildren() }, "Cancel");
    yes.addEventListener("click", () => start(context, { ...wanted, confirmation }, answer, yes));
    const more = days.length > SHOWN_DAYS ? ` and ${days.length - SHOWN_DAYS} more` : "";
    const names = days.slice(0, SHOWN_DAYS).map((day) => day.slice(0, 10));
    return [
      el("p", {}, `Airflow would make ${runsWord(days.length)}, oldest first, one at a time: ${names.join(", ")}${more}.`),
      el("p", { class: "buttons" }, yes, no),
    ];
  });
}

async function start(context, wanted, answer, button) {
  button.disabled = true;
  await told(answer, async () => {
    const { backfill } = await send(context.root, "actions", wanted);
    return [el("p", { class: "say done" }, `Started: backfill ${backfill} of Airflow. The Archive page shows its hours.`)];
  });
  answer.dispatchEvent(new Event("started"));
}

const daysWord = (number) => `${number} ${number === 1 ? "day" : "days"}`;
const runsWord = (number) => `${number} ${number === 1 ? "run" : "runs"}`;

const nothingText = ({ action }) =>
  action === "backfill"
    ? "Nothing to load: all of these days have run. A repair loads them again."
    : "Nothing to load: Airflow has no schedule for these days.";

async function showLog({ root }, panel) {
  try {
    const entries = await ask(address(root, "actions/log"));
    if (!entries.length) panel.empty("Nobody has started anything yet.");
    else
      panel.show(
        plainTable(
          "Audit log",
          ["When (UTC)", "Who", "From", "What", "Days", "Reason", "What came of it"],
          entries.map((one) => [
            toldSecond(one.at),
            one.user,
            one.address,
            one.action,
            one.window.replace("/", " to "),
            one.reason,
            one.outcome,
          ]),
        ),
      );
  } catch (problem) {
    panel.failed(problem, () => showLog({ root }, panel));
  }
}
