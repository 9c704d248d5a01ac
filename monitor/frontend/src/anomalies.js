// Sites and errors that fail far more than in the same hours of the days before, in words.
import { ask } from "./api.js";
import { placeLink } from "./columns.js";
import { el, link } from "./dom.js";
import { count } from "./numbers.js";
import { DAY } from "./times.js";

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
    const { rows, rule, days_before: days } = await ask(url);
    panel.foot.replaceChildren(el("span", { class: "exports" }, link(url, "JSON")));
    if (days < LEAST_DAYS) panel.empty(tooFew(days));
    else if (!rows.length) panel.empty(`Nothing stands out (${rule}; ${days} days).`);
    else panel.show(el("ul", { class: "anomalies" }, rows.map((row) => line(context, row))), quiet(`Shown: ${rule}.`));
  } catch (problem) {
    panel.failed(problem, () => window.location.reload());
  }
}

const tooFew = (days) =>
  `Of the same hours of the seven days before, ${days ? `only ${days} are` : "none are"} archived; it takes three.`;

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
