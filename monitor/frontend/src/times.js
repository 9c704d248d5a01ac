// Times are UTC throughout, as in PanDA; a window is half-open and made of full hours.
export const HOUR = 3_600_000;
export const DAY = 24 * HOUR;

/** The full hour a time (ms) is in. */
export const hourOf = (ms) => Math.floor(ms / HOUR) * HOUR;

/** "2026-07-01 10:00" from a time as the interface tells it; "" for none. */
export const toldMinute = (text) => (text ?? "").slice(0, 16).replace("T", " ");

/** As `toldMinute`, with seconds. */
export const toldSecond = (text) => (text ?? "").slice(0, 19).replace("T", " ");

/** 2026-07-01T10:00Z from ms. */
export const minuteText = (ms) => `${new Date(ms).toISOString().slice(0, 16)}Z`;

/** 2026-07-01 from ms. */
export const dayText = (ms) => new Date(ms).toISOString().slice(0, 10);

/** ms from 2026-07-01, 2026-07-01T10:00 or with seconds and an offset; without one it is UTC. NaN: no time. */
export function parseTime(text) {
  const match = /^(\d{4}-\d{2}-\d{2})(?:[T ](\d{2}:\d{2}(?::\d{2}(?:\.\d{1,6})?)?))?(Z|[+-]\d{2}:\d{2})?$/.exec(text);
  if (!match) return NaN;
  return Date.parse(`${match[1]}T${match[2] ?? "00:00"}${match[3] ?? "Z"}`);
}

/** "2026-07-01 10:00 to 16:00 UTC", as short as it can be said. */
export function windowText({ start, end }) {
  const from = minuteText(start).replace("T", " ").slice(0, 16);
  const to = minuteText(end).replace("T", " ").slice(0, 16);
  if (start % DAY === 0 && end - start === DAY) return `${dayText(start)} UTC`;
  return `${from} to ${dayText(start) === dayText(end) ? to.slice(11) : to} UTC`;
}

/** "2 days", "1 day 6 hours", "6 hours". */
export function lengthText(ms) {
  const days = Math.floor(ms / DAY);
  const hours = Math.round((ms % DAY) / HOUR);
  const parts = [];
  if (days) parts.push(`${days.toLocaleString("en")} ${days === 1 ? "day" : "days"}`);
  if (hours || !days) parts.push(`${hours} ${hours === 1 ? "hour" : "hours"}`);
  return parts.join(" ");
}

/** Hours up to four days, days beyond: the bucket of charts. */
export const bucketOf = ({ start, end }) => (end - start <= 4 * DAY ? "hour" : "day");

/** The beginnings (ms) of all buckets of a window, in order. */
export function buckets(window, bucket) {
  const step = bucket === "hour" ? HOUR : DAY;
  const found = [];
  for (let at = Math.floor(window.start / step) * step; at < window.end; at += step) found.push(at);
  return found;
}

/** A bucket's name on an axis. */
export const bucketText = (ms, bucket) =>
  bucket === "day" ? dayText(ms) : `${dayText(ms).slice(5)} ${new Date(ms).toISOString().slice(11, 16)}`;
