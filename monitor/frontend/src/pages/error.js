// One error: what it means, since when and where it occurs, with which messages; and the history of one message.
import { address, ask } from "../api.js";
import { jobLink } from "../columns.js";
import { MOST_ROWS } from "../cut.js";
import { el, link } from "../dom.js";
import { needs } from "../heading.js";
import { jobsPanel } from "../jobs_table.js";
import { count } from "../numbers.js";
import { MESSAGES_OF, messagesTable } from "../messages.js";
import { historyChart, oneErrorOverTime } from "../error_panels.js";
import { errorSitesHeat, placesOfError } from "../place_panels.js";
import { lengthText, parseTime } from "../times.js";
import { drawOrigins } from "../frame.js";
import { dictionary } from "../words.js";

export async function error(context) {
  const { state } = context;
  const one = state.error;
  if (!one) {
    needs(context, "piloterrorcode", "an error", "errors");
    return;
  }
  nameError(context, one);
  oneErrorOverTime(context, [...state.errorFilters(state.place), one.column]).then((answer) => {
    drawOrigins(answer);
    sinceWhen(context, answer);
  });
  errorSitesHeat(context);
  for (const kind of ["site", "user", "task"]) placesOfError(context, kind);
  messagesTable(
    context,
    state.place.filter((name) => MESSAGES_OF.includes(name)),
  );
  jobsPanel(context, context.panel("jobs"), { limit: 15 });
  document.querySelector("[data-all-jobs]")?.append(link(context.page("jobs"), "all jobs with this error"));
}

async function nameError(context, { component, code }) {
  document.querySelector("h1").replaceChildren(`${component}:${code}`);
  document.title = `${component}:${code} - ${document.title}`;
  const lead = document.querySelector(".lead");
  try {
    const { codes, categories } = await dictionary(context);
    const known = codes.find((entry) => entry.component === component && String(entry.code) === code);
    const category = categories.find((entry) => entry.category === known?.category);
    const words = known
      ? [known.description, known.acronym, category?.name, known.status === "legacy" ? "in old records only" : ""]
      : ["This code is not in the dictionary"];
    lead.textContent = words.filter(Boolean).join(" \u00b7 ");
  } catch (problem) {
    lead.textContent = `The dictionary does not answer: ${problem.message}.`;
  }
}

/** First and last bucket of the window with the error. */
function sinceWhen(context, answer) {
  const times = (answer?.rows ?? [])
    .filter((row) => row.n_errors > 0)
    .map((row) => row.hour ?? row.day)
    .sort();
  const box = document.querySelector("[data-since]");
  if (!box || !times.length) return;
  const sum = answer.rows.reduce((all, row) => all + row.n_errors, 0);
  const begun = parseTime(times[0]) <= context.state.window.start;
  const text = begun
    ? `${count(sum)} errors; they were there when the window began (zoom out to see since when). `
    : `${count(sum)} errors in this window, the first in the ${context.bucket} of ${times[0].slice(0, 16)} UTC, ${lengthText(context.now - parseTime(times[0]))} ago. `;
  box.replaceChildren(text, `The last in the ${context.bucket} of ${times.at(-1).slice(0, 16)} UTC.`);
}

/** The history of one group of messages; without a window: ever. */
export async function message(context) {
  if (!needs(context, "message_group", "a message", "errors")) return;
  const { message_group: group } = context.state.filters;
  const panel = context.panel("history");
  const ever = await ask(
    address(context.root, `messages/${encodeURIComponent(group)}`, { by: "day", limit: MOST_ROWS }),
  ).catch((problem) => problem);
  if (ever instanceof Error) {
    context.panel("message").failed(ever);
    panel.failed(ever);
    return;
  }
  drawOrigins(ever);
  describe(context, ever, group);
  historyChart(context, panel, ever, group);
}

function describe(context, ever, group) {
  const panel = context.panel("message");
  const last = ever.rows.at(-1);
  if (!last) {
    panel.empty(`No message of the group ${group} is known.`);
    return;
  }
  const changes = context.state.errorChanges(last.component, last.code);
  const days = ever.rows.map((row) => row.day).sort();
  const line = (name, ...value) => [el("dt", {}, name), el("dd", {}, ...value)];
  panel.show(
    el(
      "dl",
      { class: "facts" },
      line("All of them say", el("code", { class: "message" }, last.template || "(no message)")),
      line("The newest", el("code", { class: "message" }, last.sample || "(no message)")),
      line("Error", link(context.page("error", changes), `${last.component}:${last.code}`)),
      line(
        "Seen",
        `${count(ever.rows.reduce((sum, row) => sum + row.n_errors, 0))} times on ${days.length} days, first on ${days[0]}, last on ${days.at(-1)}`,
      ),
      line("Jobs", ...(last.samples ?? []).flatMap((id, place) => [place ? ", " : "", jobLink(context, id)])),
    ),
  );
}
