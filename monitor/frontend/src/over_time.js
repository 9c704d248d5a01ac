// Series over time out of an answer, with what of the window it does not count.
import { MOST_ROWS } from "./cut.js";
import { coveredBy, gaps } from "./provenance.js";
import { bucketTime, stacked } from "./series.js";

/** Of errors over time: where an answer is cut it lacks the fewest errors, not the newest hours. */
export const LARGEST_FIRST = { sortby: "n_errors-descending", limit: MOST_ROWS };

/** Places of buckets that lie in gaps of an answer: [first, last, state]. */
export function holesOf(context, parts) {
  return gaps(parts ?? []).map(({ start, end, state }) => {
    const inside = context.times
      .map((at, place) => [at, place])
      .filter(([at]) => at < end && at + context.step > start);
    return [inside[0]?.[1] ?? 0, inside.at(-1)?.[1] ?? 0, state];
  });
}

/** Stacked series of a name and value of each row, by the buckets of the view. */
export function stackOf(context, answer, nameOf, valueOf, most) {
  const covered = coveredBy(answer.parts ?? []);
  return stacked(answer.rows, context.times, {
    nameOf,
    timeOf: bucketTime,
    valueOf,
    most,
    covered: (at) => covered(at, context.step),
  });
}
