// Sites and errors that fail far more than in the same hours of the days before, in words.
import { ask } from "./api.js";
import { placeLink } from "./columns.js";
import { el, link } from "./dom.js";
import { count } from "./numbers.js";
import { DAY, parseTime, windowText } from "./times.js";

const LEAST_DAYS = 3;

export async function anomaliesPanel(context) {
  const panel = context.panel("anomalies");
  const { start, end } = context.state.window;
  if (end - start > DAY) {
    panel.empty("Windows up to a day are compared with the days before.");
    return;
  }
  const url = context.question("anomalies");
  try {
    const { rows, rule, complete, lacking, days_before: days } = await ask(url);
    if (rows.length) panel.exports(url);
    else panel.foot.replaceChildren(el("span", { class: "exports" }, link(url, "JSON")));
    const partly = complete ? "" : notCounted(lacking);
    if (days < LEAST_DAYS) panel.empty(tooFew(days), partly);
    else if (rows.length) panel.show(list(context, rows), quiet(`Shown: ${rule}. ${partly}`));
    else panel.empty(partly || `Nothing stands out (${rule}; ${days} days).`);
  } catch (problem) {
    panel.failed(problem, () => window.location.reload());
  }
}

const tooFew = (days) =>
  `Of the same hours of the seven days before, ${days ? `only ${days} are` : "none are"} archived; it takes three.`;

/** Hours of the window that are left out or still being loaded, from windows as START/END. */
const notCounted = (lacking) =>
  `Not counted for certain: ${lacking.map(inWords).join(", ")}. What stands out there is not shown.`;

function inWords(window) {
  const [start, end] = window.split("/").map(parseTime);
  return windowText({ start, end });
}

const list = (context, rows) => el("ul", { class: "anomalies" }, rows.map((row) => line(context, row)));

const quiet = (text) => el("p", { class: "quiet" }, text);

function line(context, row) {
  const what =
    row.kind === "site"
      ? ["Site ", placeLink(context, "site", "computingsite", row.computingsite)]
      : ["Error ", link(context.page("error", context.state.errorChanges(row.component, row.code)), nameOf(row))];
  const usual = row.usual === 0 ? "usually none" : `usually ${count(Math.round(row.usual))}`;
  return el("li", {}, ...what, ": ", el("strong", {}, count(row.count)), ` failed jobs, ${usual}`);
}

const nameOf = ({ component, code }) => `${component}:${code}`;
