// Columns that tables of several pages share, with the step of the drill-down that each leads to.
import { el, link } from "./dom.js";
import { coreTime, count, percent } from "./numbers.js";

/** A meter for a share, with its text. */
export function meter(part, whole) {
  const bar = el("i", { class: "meter-bar" });
  bar.style.width = whole ? `${Math.min(100, (100 * part) / whole)}%` : "0";
  return el("span", { class: "meter" }, bar, el("span", {}, percent(part, whole)));
}

/** Failure rate as PanDA's monitor has it: failed / (failed + finished). */
export const failureShare = (failed, finished) => meter(failed, failed + finished);

/** component:code, a link to its error page. */
export const errorColumn = (context) => ({
  name: "code",
  title: "Error",
  least: 130,
  cell: ({ component, code }) =>
    link(context.page("error", context.state.errorChanges(component, code)), `${component}:${code}`),
});

export const descriptionColumn = { name: "description", title: "What it means", grow: 3, least: 180 };

export const categoryColumn = (names) => ({
  name: "category",
  title: "Category",
  grow: 2,
  cell: ({ category }) =>
    category === null || category === undefined ? "" : (names[category] ?? `category ${category}`),
});

export const errorsColumn = { name: "n_errors", title: "Errors", numeric: true };

/** Wall time x cores of the jobs with the error. */
export const lossColumn = {
  name: "walltime_loss",
  title: "Time lost",
  numeric: true,
  least: 118,
  cell: ({ walltime_loss: loss }) => el("span", { title: `${count(loss)} core-seconds` }, coreTime(loss ?? 0)),
};

/** PANDAIDs as links to their job pages. */
export const samplesColumn = (context) => ({
  name: "samples",
  title: "Jobs, for example",
  sort: false,
  grow: 2,
  least: 150,
  cell: ({ samples }) =>
    el(
      "span",
      {},
      (samples ?? []).slice(0, 3).flatMap((id, place) => [place ? ", " : "", jobLink(context, id)]),
    ),
});

export const jobLink = (context, pandaid) => link(context.page("job", { pandaid: String(pandaid) }), pandaid);

/** A site, user or task, a link to its page. */
export const placeColumn = (context, column, page, title) => ({
  name: column,
  title,
  grow: 2,
  least: 150,
  cell: (row) => placeLink(context, page, column, row[column]),
});

export const placeLink = (context, page, column, value) =>
  link(context.page(page, { [column]: String(value) }), value, { title: String(value) });
