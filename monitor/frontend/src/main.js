// What a page runs: its own part by the name that its template has in `data-page`.
import "./styles.css";
import { Context } from "./context.js";
import { el } from "./dom.js";
import { finder } from "./finder.js";
import { drawFrame } from "./frame.js";
import { account } from "./pages/account.js";
import { coverage } from "./pages/coverage.js";
import { dictionaryPage } from "./pages/dictionary.js";
import { error, message } from "./pages/error.js";
import { job } from "./pages/job.js";
import { errors, jobs, sites, tasks, users } from "./pages/lists.js";
import { overview } from "./pages/overview.js";
import { node, request, site, task, user } from "./pages/places.js";
import { staff } from "./pages/staff.js";

const PAGES = {
  overview,
  errors,
  error,
  message,
  sites,
  site,
  node,
  users,
  user,
  tasks,
  task,
  request,
  jobs,
  job,
  dictionary: dictionaryPage,
  coverage,
  staff,
  account,
};

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
  finder(context);
  keepWindowInMenu(context);
  PAGES[document.body.dataset.page]?.(context);
}

/** Links of the menu lead to the same window, without the filters of this page; a page's own window stays there. */
function keepWindowInMenu(context) {
  const { state } = context;
  if (!state.given || context.hasOwnWindow(window.location.pathname)) return;
  const search = state.moving ? onlyLength(state.search) : new URLSearchParams(state.edges);
  for (const one of document.querySelectorAll("[data-menu] a")) {
    if (!context.hasOwnWindow(one.pathname)) one.href = `${one.pathname}?${search}`;
  }
}

const onlyLength = (search) => new URLSearchParams([...search].filter(([name]) => name === "hours" || name === "days"));

/** The address has no window that can be shown: say why, and offer the default. */
function sayWrongAddress(problem) {
  const text = `This address cannot be shown: ${problem.message}. `;
  const again = el("a", { href: window.location.pathname }, "Show the last 12 hours");
  document.querySelector("main").replaceChildren(el("p", { class: "say failed", role: "alert" }, text, again));
}

begin();
