// Everything on one job.
import { address, ask } from "../api.js";
import { headOf, needs } from "../heading.js";
import { drawFacts, drawErrors, drawLosses } from "../job_facts.js";
import { drawRecord } from "../job_record.js";
import { drawTries } from "../job_tries.js";
import { categoryNames, dictionary } from "../words.js";

export async function job(context) {
  if (!needs(context, "pandaid", "a job", "jobs")) return;
  headOf(context, "pandaid");
  const { pandaid } = context.state.filters;
  const panels = Object.fromEntries(
    ["facts", "job-errors", "losses", "tries", "record"].map((name) => [name, context.panel(name)]),
  );
  const url = address(context.root, `jobs/${encodeURIComponent(pandaid)}`);
  let answer;
  try {
    answer = await ask(url);
  } catch (problem) {
    for (const [name, panel] of Object.entries(panels)) {
      if (name === "facts") panel.failed(problem, () => window.location.reload());
      else panel.empty("No record of this job is at hand.");
    }
    return;
  }
  const [record] = answer.records;
  const [counted] = answer.counted;
  const names = await categoryNames(context);
  drawFacts(context, panels.facts, answer, record, counted, names);
  drawErrors(context, panels["job-errors"], counted, await codesOf(context));
  drawLosses(panels.losses, counted);
  drawRecord(panels.record, answer, url);
  drawTries(context, panels.tries, record, `${url}/earlier`);
}

const codesOf = (context) =>
  dictionary(context).then(
    ({ codes }) => new Map(codes.map((one) => [`${one.component}:${one.code}`, one])),
    () => new Map(),
  );
