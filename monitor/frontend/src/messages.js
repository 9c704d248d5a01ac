// Groups of messages behind errors.
import { address, ask } from "./api.js";
import { el, link } from "./dom.js";
import { count } from "./numbers.js";
import { errorColumn, errorsColumn, jobLink } from "./columns.js";
import { serverTable } from "./table.js";

/** Filters of places that messages are kept of. */
export const MESSAGES_OF = ["computingsite", "jeditaskid"];
const MOST_ERRORS = 5;
const MOST_MESSAGES = 8;

/**
 * Groups of messages with a field to look in them: of the one error of the view, or of all errors of the places that
 * `takes` names.
 */
export function messagesTable(context, takes) {
  const { error } = context.state;
  const changes = error ? { [error.column]: error.code } : {};
  const wanted = context.state.search.get("errormessage") ?? "";
  document.querySelector("[data-find-message]")?.replaceChildren(finder(context, wanted));
  const group = ({ message_group: id, component, code }) =>
    context.page("message", { ...(error ? changes : context.state.errorChanges(component, code)), message_group: id });
  return serverTable(context.panel("messages"), {
    name: "messages",
    label: error ? "Messages of this error" : "Messages",
    root: context.root,
    path: "messages",
    parameters: context.parameters({ ...changes, errormessage: wanted || null }, takes),
    size: 10,
    nothing: wanted ? `No message of this window contains ${wanted}.` : "No messages of errors in this window.",
    columns: [
      ...(error ? [] : [errorColumn(context)]),
      {
        name: "template",
        title: "What all messages of the group say",
        grow: 5,
        least: 280,
        cell: ({ template, sample }) =>
          el("code", { class: "message", title: sample ?? "" }, template || sample || "(no message)"),
      },
      errorsColumn,
      {
        name: "samples",
        title: "For example",
        sort: false,
        least: 110,
        cell: ({ samples }) => (samples?.length ? jobLink(context, samples[0]) : ""),
      },
      {
        name: "message_group",
        title: "History",
        sort: false,
        least: 100,
        cell: (row) => link(group(row), "since when"),
      },
    ],
  });
}

function finder(context, wanted) {
  const input = el("input", { type: "search", name: "errormessage", value: wanted, "aria-label": "Text in messages" });
  const form = el("form", { class: "look-up" }, input, el("button", { type: "submit" }, "Find in messages"));
  form.addEventListener("submit", (event) => {
    event.preventDefault();
    window.location.assign(`?${context.state.parameters({ errormessage: input.value.trim() })}`);
  });
  return form;
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
  if (groups.length)
    panel.show(
      el(
        "ol",
        { class: "messages" },
        groups.map((group) => item(context, group)),
      ),
    );
  else panel.empty("The errors of this window have no messages.");
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
