// The state of a view is its address: window, filters and tables, under the names that the JSON interface has.
import { DAY, HOUR, hourOf, minuteText, parseTime } from "./times.js";

export const DEFAULT_HOURS = 12;
export const WINDOW_NAMES = ["hours", "days", "date_from", "date_to"];
/** Filters in the order in which they are shown; codes of components are added by `State`. */
export const FILTER_NAMES = [
  "computingsite",
  "node",
  "produsername",
  "jeditaskid",
  "reqid",
  "jobstatus",
  "errorcategory",
  "message_group",
  "pandaid",
];

/** What people type into fields of one page. */
const OWN_TEXTS = ["errormessage", "beginning"];
const LEFT_BEHIND = { pandaid: null, message_group: null };
/** The narrowest first. */
const PLACES = ["jeditaskid", "reqid", "produsername", "computingsite"];

/** The window of a search, by the rules of the JSON interface. `now` in ms. Throws a RangeError for people to read. */
export function windowOf(search, now, defaultHours = DEFAULT_HOURS) {
  const latest = hourOf(now - 1) + HOUR;
  const from = search.get("date_from");
  const to = search.get("date_to");
  const edge = (name, text) => {
    const at = parseTime(text);
    if (Number.isNaN(at)) throw new RangeError(`${name} is no time: write 2026-07-01 or 2026-07-01T10:00`);
    return at;
  };
  const end = to ? Math.min(latest, hourOf(edge("date_to", to) - 1) + HOUR) : latest;
  const hours = wholeNumber(search, "hours") ?? (wholeNumber(search, "days") ?? 0) * 24;
  const start = from ? hourOf(edge("date_from", from)) : end - (hours || defaultHours) * HOUR;
  if (start >= end) throw new RangeError("the window is empty: its end must come after its begin, and not lie ahead");
  return { start, end };
}

function wholeNumber(search, name) {
  const text = search.get(name);
  if (text === null) return null;
  if (!/^[1-9]\d{0,5}$/.test(text)) throw new RangeError(`${name} is no whole number above 0`);
  return Number(text);
}

/** What an address says: `window` (ms), `filters` (name to text), and whether the window moves with time. */
export class State {
  constructor(search, components, now, defaultHours = DEFAULT_HOURS) {
    this.search = new URLSearchParams(search);
    this.components = components;
    this.window = windowOf(this.search, now, defaultHours);
    this.moving = !this.search.get("date_from") && !this.search.get("date_to");
    this.filters = {};
    for (const name of [...FILTER_NAMES, ...Object.values(components)]) {
      const value = this.search.get(name)?.trim();
      if (value) this.filters[name] = value;
    }
  }

  /** {component, code, column} of the one error that is asked for, or null. */
  get error() {
    for (const [component, column] of Object.entries(this.components)) {
      if (this.filters[column]) return { component, column, code: this.filters[column] };
    }
    return null;
  }

  /** The window as parameters that stay where they are. */
  get edges() {
    return { date_from: minuteText(this.window.start), date_to: minuteText(this.window.end) };
  }

  /**
   * Parameters of this window and these filters; `changes`: name to value, null removes. An error replaces another, and
   * a state, as its jobs have failed. A node is of its site: another site leaves it.
   */
  parameters(changes = {}) {
    const merged = { ...this.filters };
    const codes = Object.values(this.components);
    if (Object.keys(changes).some((name) => codes.includes(name) && changes[name] !== null)) {
      for (const name of [...codes, "jobstatus"]) delete merged[name];
    }
    if ("computingsite" in changes && changes.computingsite !== this.filters.computingsite) delete merged.node;
    Object.assign(merged, this.edges, changes);
    return new URLSearchParams(
      Object.entries(merged).filter(([, value]) => value !== null && value !== undefined && value !== ""),
    );
  }

  /** The address of another page with this window and these filters; what one page alone is of stays behind. */
  link(page, changes = {}) {
    return `${page}?${this.parameters({ ...LEFT_BEHIND, ...changes })}`;
  }

  /** The one place that summaries are narrowed by, of those in the filters: they take one only, [] where none is. */
  get place() {
    return PLACES.filter((name) => this.filters[name]).slice(0, 1);
  }

  /** Filters that questions of the errors of `place` take: a site also its node, and the one error; [] of no place. */
  errorFilters(place) {
    if (!place.length) return [];
    const { column } = this.error ?? {};
    return [...place, ...(place.includes("computingsite") ? ["node"] : []), ...(column ? [column] : [])];
  }

  /** The parameters of the window that the address gives. */
  get givenWindow() {
    const named = WINDOW_NAMES.map((name) => [name, this.search.get(name)]);
    return Object.fromEntries(named.filter(([, value]) => value));
  }

  /** Whether the address gives a window. */
  get given() {
    return Object.keys(this.givenWindow).length > 0;
  }

  /** The error of a row (component, code) as changes. */
  errorChanges(component, code) {
    return { [this.components[component]]: String(code) };
  }

  /** The address of this view with another window, tables at their first page; what its own fields say stays. */
  withWindow({ start, end }) {
    const texts = Object.fromEntries(OWN_TEXTS.map((name) => [name, this.search.get(name)]));
    return `?${this.parameters({ ...texts, date_from: minuteText(start), date_to: minuteText(end) })}`;
  }

  /** The same length of time, so many lengths later (or, below 0, earlier); never ahead of `latest`. */
  shifted(lengths, latest) {
    const length = this.window.end - this.window.start;
    const end = Math.min(this.window.end + lengths * length, latest);
    return { start: end - length, end };
  }

  /** Twice the length round the same middle, up to `latest`, in full hours. */
  widened(latest) {
    const length = this.window.end - this.window.start;
    const end = Math.min(hourOf(this.window.end + length / 2), latest);
    return { start: end - Math.min(2 * length, 3660 * DAY), end };
  }
}

const WORDS = {
  computingsite: "site",
  produsername: "user",
  jeditaskid: "task",
  reqid: "request",
  jobstatus: "state",
  errorcategory: "category",
  message_group: "message",
  node: "node",
  pandaid: "job",
};

/** What people call a filter. */
export const filterWord = (name) => WORDS[name] ?? name;

/** Filters of a view's address that a question (its address) does not take. */
export function notNarrowedBy(url, search) {
  const [path, asked] = url.split("?");
  const taken = new URLSearchParams(asked);
  const given = new URLSearchParams(search);
  const isCode = (name) => /^(.*errorcode|transexitcode)$/.test(name);
  // A group of messages is of one error.
  const ofGroup = path.includes("/messages/");
  const isFilter = (name) => FILTER_NAMES.includes(name) || (!ofGroup && isCode(name));
  return [...given.keys()]
    .filter((name) => isFilter(name) && given.get(name) && !taken.get(name))
    .filter((name) => !path.endsWith(`/${given.get(name)}`))
    .map(filterWord);
}
