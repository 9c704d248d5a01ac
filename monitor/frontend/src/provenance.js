// Where an answer comes from, in words and as windows in ms.
import { lengthText, parseTime } from "./times.js";

export const MEANINGS = {
  verified: "from the archive, read back and verified",
  refreshing: "from the archive, but being loaded again: figures may change",
  live: "counted from PanDA's database a moment ago",
  "not archived": "not archived, and too old to be counted from PanDA's database: left out",
  "not counted": "too many jobs to count outside the archive: left out. A shorter window helps",
  away: "left out, as its database does not answer",
};
const COUNTED = new Set(["verified", "refreshing", "live"]);

/** Parts with their windows in ms. */
export const inMs = (parts) =>
  parts.map((part) => ({ ...part, start: parseTime(part.start), end: parseTime(part.end) }));

/** Whether some part counts jobs of a bucket (its beginning and length in ms). */
export function coveredBy(parts) {
  const there = inMs(parts).filter((part) => COUNTED.has(part.state));
  return (at, step) => there.some((part) => part.start < at + step && part.end > at);
}

/** What is left out: [{start, end, state}] in ms. */
export const gaps = (parts) => inMs(parts).filter((part) => !COUNTED.has(part.state));

/** Hours by state, in the order of MEANINGS: [[state, ms]]. */
export function lengths(parts) {
  const found = inMs(parts);
  return Object.keys(MEANINGS)
    .map((state) => [
      state,
      found.filter((part) => part.state === state).reduce((sum, part) => sum + part.end - part.start, 0),
    ])
    .filter(([, length]) => length > 0);
}

/** One sentence: how much of the window the figures rest on. */
export function summary(parts) {
  const found = lengths(parts);
  const all = found.reduce((sum, [, length]) => sum + length, 0);
  const left = found.filter(([state]) => !COUNTED.has(state));
  if (!all) return "";
  const told = found.map(([state, length]) => `${lengthText(length)} ${state}`).join(", ");
  if (!left.length) return `Complete: ${told}.`;
  const missing = left.reduce((sum, [, length]) => sum + length, 0);
  return missing === all ? `Nothing of this window can be counted: ${told}.` : `Incomplete: ${told}.`;
}
