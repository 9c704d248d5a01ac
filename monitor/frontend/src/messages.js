// Groups of messages behind errors.
import { address, ask } from "./api.js";
import { el, link } from "./dom.js";
import { count } from "./numbers.js";
import { jobLink } from "./columns.js";

const MOST_ERRORS = 5;
const MOST_MESSAGES = 8;

/** The most frequent messages of a site, or of its one error. */
export function messagesOfSite(context) {
  const { error } = context.state;
  const panel = context.panel("messages");
  const url = context.question("messages", { limit: MOST_MESSAGES }, [
    "computingsite",
    ...(error ? [error.column] : []),
  ]);
  const draw = ({ rows }) => show(context, panel, error ? rows.map((row) => ({ ...row, ...error })) : rows);
  return panel.fill(url, draw, { nothing: "No errors in this window.", cut: mostFrequentOnly });
}

/** The most frequent messages of the most frequent errors: of all sites messages are kept by error. */
export async function topMessages(context) {
  const panel = context.panel("messages");
  const url = context.question("errors", { by: "component,code", limit: MOST_ERRORS });
  return panel.fill(
    url,
    ({ rows }) => {
      list(context, panel, rows).catch((problem) => panel.failed(problem));
    },
    { nothing: "No errors in this window.", cut: mostFrequentOnly },
  );
}

/** The first errors are all that is meant to be shown. */
const mostFrequentOnly = () => null;

async function list(context, panel, errors) {
  panel.loading();
  const found = await Promise.all(errors.map((error) => messagesOf(context, error)));
  const groups = found
    .flat()
    .sort((a, b) => b.n_errors - a.n_errors)
    .slice(0, MOST_MESSAGES);
  if (groups.length) show(context, panel, groups);
  else panel.empty("The errors of this window have no messages.");
}

function show(context, panel, groups) {
  panel.show(
    el(
      "ol",
      { class: "messages" },
      groups.map((group) => item(context, group)),
    ),
  );
}

async function messagesOf(context, { component, code }) {
  const changes = context.state.errorChanges(component, code);
  const answer = await ask(address(context.root, "messages", context.parameters({ ...changes, limit: 3 })));
  return answer.rows.map((row) => ({ ...row, component, code }));
}

function item(context, { component, code, message_group: group, n_errors: errors, template, sample, samples }) {
  const changes = context.state.errorChanges(component, code);
  return el(
    "li",
    {},
    el("code", { class: "message", title: sample ?? "" }, template || sample || "(no message)"),
    el(
      "div",
      { class: "quiet" },
      `${count(errors)} errors of `,
      link(context.page("error", changes), `${component}:${code}`),
      " \u00b7 ",
      link(context.page("message", { ...changes, message_group: group }), "history"),
      samples?.length ? " \u00b7 for example job " : "",
      samples?.length ? jobLink(context, samples[0]) : "",
    ),
  );
}
