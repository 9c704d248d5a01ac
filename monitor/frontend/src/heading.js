// The heading of a page that is of one thing.
import { el, link } from "./dom.js";

const CODE_WORDS = {
  pandaid: "Job",
  jeditaskid: "Task",
  reqid: "Request",
  produsername: "User",
  computingsite: "Site",
  node: "Node",
};

/** Name the page after its filter; `more`: a node behind it. */
export function headOf(context, name, more) {
  const value = context.state.filters[name];
  document.querySelector("h1").replaceChildren(`${CODE_WORDS[name]} ${value} `, more ? el("small", {}, more) : "");
  document.title = `${value} - ${document.title}`;
}

/** Whether the address has what the page is of; if not, the page says so and where to find one. */
export function needs(context, name, what, from) {
  if (context.state.filters[name]) return true;
  const text = `This page is of ${what}, and its address names none (${name}=...). `;
  document
    .querySelector(".grid")
    .replaceChildren(
      el(
        "p",
        { class: "say empty panel wide" },
        text,
        link(context.page(from), `Choose from ${from === "overview" ? "the overview" : `the ${from}`}`),
      ),
    );
  return false;
}
