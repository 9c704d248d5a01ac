// What is round the panels of every page: the window and its controls, the filters, where the figures come from.
import { el, link } from "./dom.js";
import { PARTS } from "./palette.js";
import { inMs, lengths, MEANINGS, summary } from "./provenance.js";
import { lengthText, minuteText, parseTime, toldMinute, windowText } from "./times.js";
import { filterWord } from "./url_state.js";

const PRESETS = [
  ["hours=6", "6 h"],
  ["hours=12", "12 h"],
  ["hours=24", "24 h"],
  ["days=3", "3 d"],
  ["days=7", "7 d"],
  ["days=30", "30 d"],
];
/** The window's text, its presets, steps and edges; filters as chips that can be taken away. */
export function drawFrame(context) {
  const { state, latest } = context;
  const box = document.querySelector("[data-frame]");
  if (!box) return;
  const earlier = state.withWindow(state.shifted(-1, latest));
  const later = state.window.end < latest ? state.withWindow(state.shifted(1, latest)) : null;
  box.replaceChildren(
    el(
      "div",
      { class: "window" },
      el("strong", { class: "window-text" }, windowText(state.window)),
      el("span", { class: "quiet" }, lengthText(state.window.end - state.window.start)),
      el(
        "nav",
        { class: "steps", "aria-label": "Move the window" },
        link(earlier, "\u2039 earlier"),
        later ? link(later, "later \u203a") : el("span", { class: "off" }, "later \u203a"),
        link(state.withWindow(state.widened(latest)), "zoom out"),
      ),
      el(
        "nav",
        { class: "presets", "aria-label": "Length of the window, up to now" },
        PRESETS.map((one) => preset(context, one)),
      ),
      edges(context),
      share(context),
    ),
    chips(context),
  );
}

function preset({ state }, [parameter, text]) {
  const [name, value] = parameter.split("=");
  const search = state.parameters({ date_from: null, date_to: null, [name]: value });
  const here = state.search.get(name) === value;
  return link(`?${search}`, text, here ? { "aria-current": "true" } : {});
}

function edges({ state }) {
  const field = (name, label, at) =>
    el(
      "label",
      {},
      label,
      el("input", { type: "datetime-local", name, value: minuteText(at).slice(0, 16), step: 3600, required: true }),
    );
  const problem = el("span", { class: "problem", role: "alert" });
  const form = el(
    "form",
    { class: "edges" },
    field("date_from", "From", state.window.start),
    field("date_to", "to", state.window.end),
    el("span", { class: "quiet" }, "UTC"),
    el("button", { type: "submit" }, "Show"),
    problem,
  );
  form.addEventListener("submit", (event) => {
    event.preventDefault();
    const given = new FormData(form);
    const [start, end] = ["date_from", "date_to"].map((name) => parseTime(given.get(name)));
    if (end > start) window.location.assign(state.withWindow({ start, end }));
    else problem.textContent = "The end must come after the begin.";
  });
  return form;
}

/** A button that copies the address of this view with a window that stays where it is. */
function share({ state }) {
  const told = el("span", { role: "status", class: "quiet" });
  const button = el(
    "button",
    { type: "button", title: "Copy a link to this view, with its window fixed" },
    "Copy link",
  );
  button.addEventListener("click", async () => {
    const search = new URLSearchParams(window.location.search);
    for (const name of ["hours", "days"]) search.delete(name);
    for (const [name, value] of Object.entries(state.edges)) search.set(name, value);
    const address = `${window.location.origin}${window.location.pathname}?${search}`;
    window.history.replaceState(null, "", address);
    try {
      await navigator.clipboard.writeText(address);
      told.textContent = "Copied.";
    } catch {
      // Browsers refuse where the page is not served over HTTPS; the address bar has it now.
      told.textContent = "The address bar has the link.";
    }
  });
  return el("span", { class: "share" }, button, told);
}

function chips({ state }) {
  const names = Object.keys(state.filters);
  if (!names.length) return el("div", { class: "chips" });
  const chip = (name) =>
    el(
      "span",
      { class: "chip" },
      el("span", { class: "quiet" }, `${filterWord(name)} `),
      state.filters[name],
      link(`?${state.parameters({ [name]: null })}`, "\u00d7", {
        "aria-label": `Without ${name} ${state.filters[name]}`,
      }),
    );
  return el("div", { class: "chips", "aria-label": "Filters" }, names.map(chip));
}

/** The bar of origins: which part of the window came from where, and how fresh it is. */
export function drawOrigins(answer) {
  const box = document.querySelector("[data-origins]");
  if (!box || !answer?.parts) return;
  const bar = el("div", { class: "origin-bar", role: "img", "aria-label": summary(answer.parts) });
  for (const part of inMs(answer.parts)) {
    const piece = el("span", { title: partTitle(part) });
    piece.style.flexGrow = String(part.end - part.start);
    piece.style.backgroundColor = PARTS[part.state];
    bar.append(piece);
  }
  const legend = lengths(answer.parts).map(([state, length]) => {
    const mark = el("i", { class: "mark" });
    mark.style.backgroundColor = PARTS[state];
    return el("span", { class: "origin", title: MEANINGS[state] }, mark, `${state} ${lengthText(length)}`);
  });
  const notes = (answer.notes ?? []).map((note) => el("p", { class: "note" }, note));
  box.replaceChildren(
    bar,
    el("div", { class: "origins" }, legend, el("span", { class: "quiet" }, freshness(answer.parts))),
    ...notes,
  );
}

function partTitle(part) {
  const where = `${windowText(part)}: ${part.state}, ${MEANINGS[part.state]}`;
  return part.newest ? `${where}. As of ${part.newest}` : where;
}

function freshness(parts) {
  const news = parts
    .map((part) => part.newest)
    .filter(Boolean)
    .sort();
  return news.length ? `Newest snapshot ${toldMinute(news.at(-1))} UTC` : "";
}
