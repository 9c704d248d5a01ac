// What every page has at hand: its state, addresses of questions and pages, its panels.
import { address } from "./api.js";
import { Panel } from "./panel.js";
import { buckets, bucketOf, DAY, HOUR, hourOf } from "./times.js";
import { State } from "./url_state.js";

/** Pages whose window is their own, as a calendar is of a year: its hours where the address gives none. */
const OWN_HOURS = { coverage: 365 * 24 };

export class Context {
  /** Reads the address and what the template says of this installation in the body's data. */
  constructor(body, location) {
    const { api, page, pages, components, now } = body.dataset;
    this.root = api;
    this.pages = pages;
    this.now = Date.parse(now);
    this.latest = hourOf(this.now - 1) + HOUR;
    const pairs = components.split(" ").map((pair) => pair.split(":"));
    this.state = new State(location.search, Object.fromEntries(pairs), this.now, OWN_HOURS[page]);
    this.bucket = bucketOf(this.state.window);
    this.step = this.bucket === "hour" ? HOUR : DAY;
    this.times = buckets(this.state.window, this.bucket);
  }

  /** The address of a page, such as "site", with this window and these filters. */
  page(name, changes = {}) {
    return this.state.link(this.path(name), changes);
  }

  /** The path of a page. */
  path(name) {
    return name === "overview" ? this.pages : `${this.pages}${name}/`;
  }

  /** Whether the page at a path has a window of its own. */
  hasOwnWindow(path) {
    return Object.keys(OWN_HOURS).some((name) => this.path(name) === path);
  }

  /** A question of this window. `takes`: filters of the address that it is narrowed by. */
  question(path, parameters = {}, takes = []) {
    return address(this.root, path, this.parameters(parameters, takes));
  }

  /** The parameters of a question of this window. */
  parameters(parameters = {}, takes = []) {
    const taken = Object.fromEntries(takes.map((name) => [name, this.state.filters[name] ?? null]));
    return { ...this.state.edges, ...taken, ...parameters };
  }

  /** The panel of this page by name; null where the template has none. */
  panel(name) {
    const root = document.querySelector(`[data-panel="${name}"]`);
    return root && new Panel(root);
  }

  /** Go to this view with the window of some buckets, by their places. */
  zoom(first, last) {
    const { start, end } = this.state.window;
    const from = Math.max(start, this.times[Math.max(0, first)]);
    const to = Math.min(end, this.times[Math.min(last, this.times.length - 1)] + this.step);
    if (to > from && to - from < end - start) window.location.assign(this.state.withWindow({ start: from, end: to }));
  }
}
