// What a page runs: its own part by the name that its template has in `data-page`.
import "./styles.css";
import { Context } from "./context.js";
import { el } from "./dom.js";
import { drawFrame } from "./frame.js";
import { overview } from "./pages/overview.js";

const PAGES = { overview };

function begin() {
  let context;
  try {
    context = new Context(document.body, window.location);
  } catch (problem) {
    if (!(problem instanceof RangeError)) throw problem;
    sayWrongAddress(problem);
    return;
  }
  drawFrame(context);
  keepWindowInMenu(context);
  PAGES[document.body.dataset.page]?.(context);
}

/** Links of the menu lead to the same window, without the filters of this page. */
function keepWindowInMenu({ state }) {
  for (const one of document.querySelectorAll("[data-menu] a")) {
    one.href = `${one.pathname}?${new URLSearchParams(state.edges)}`;
  }
}

/** The address has no window that can be shown: say why, and offer the default. */
function sayWrongAddress(problem) {
  const text = `This address cannot be shown: ${problem.message}. `;
  const again = el("a", { href: window.location.pathname }, "Show the last 12 hours");
  document.querySelector("main").replaceChildren(el("p", { class: "say failed", role: "alert" }, text, again));
}

begin();
