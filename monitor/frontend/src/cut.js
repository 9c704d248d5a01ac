// What a chart, a table or an export lacks because an answer has only so many rows.
import { count } from "./numbers.js";

/** The most rows that one answer may have. */
export const MOST_ROWS = 10000;
const MOST_JOBS = 1000;

/** The most rows that an answer to a question (its address) may have. */
export const mostRows = (url) => (url.split("?")[0].endsWith("/jobs") ? MOST_JOBS : MOST_ROWS);

/** That an answer which should be whole has not all rows; null where it has. */
export function cutText({ rows, total, next }) {
  return next ? `Cut at ${count(rows.length)} of ${count(total)} rows: narrow the window` : null;
}

/**
 * What the link to an export is called: it says where there are more rows than it can have. Lists of jobs have no
 * total: there may be more where there is a next page.
 */
export function csvText(url, { total, next }) {
  const most = mostRows(url);
  const whole = total === null || total === undefined ? !next : total <= most;
  return whole ? "CSV" : `CSV (at most ${count(most)} rows)`;
}
