// The tries of a job before it, which its parent's number leads to.
import { el, link, plainTable } from "./dom.js";
import { NO_RELATIVE } from "./job_facts.js";
import { stateMark } from "./jobs_table.js";
import { toldMinute } from "./times.js";

export async function drawTries(context, panel, record, url) {
  if (NO_RELATIVE.includes(record.parentid)) {
    panel.empty("This is the first try.");
    return;
  }
  const jobLink = (pandaid) => link(context.page("job", { pandaid: String(pandaid) }), pandaid);
  const errorLink = ({ component, code }) =>
    link(context.page("error", context.state.errorChanges(component, code)), `${component}:${code}`);
  const draw = ({ earlier, further }) => {
    const rows = earlier.map((one) => [
      jobLink(one.pandaid),
      one.attemptnr ?? "",
      stateMark(one.jobstatus),
      link(context.page("site", { computingsite: one.computingsite }), one.computingsite),
      toldMinute(one.modificationtime),
      el("span", { class: "codes" }, one.errors.map((error) => [errorLink(error), " "])),
    ]);
    const left = further && el("p", { class: "note" }, `The try before, ${further}, is neither archived nor in PanDA.`);
    const head = ["PANDAID", "Attempt", "State", "Site", "Last modified (UTC)", "Errors"];
    panel.exports(url);
    panel.show(...[rows.length ? plainTable("Earlier tries", head, rows) : null, left].filter(Boolean));
  };
  await panel.fill(url, draw, { exportUrl: null });
}
