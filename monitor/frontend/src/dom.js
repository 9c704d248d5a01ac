// Elements out of data. Texts become text nodes, never markup: diags are written by users.

/** An element with attributes, listeners (on...: a function) and children; false and null are left out. */
export function el(tag, attributes = {}, ...children) {
  const node = document.createElement(tag);
  for (const [name, value] of Object.entries(attributes)) {
    if (value === null || value === undefined || value === false) continue;
    if (name.startsWith("on")) {
      if (typeof value !== "function") throw new TypeError(`${name}: listeners are functions`);
      node.addEventListener(name.slice(2), value);
    } else if (name === "class") node.className = value;
    else node.setAttribute(name, value === true ? "" : value);
  }
  node.append(...children.flat(Infinity).filter((child) => child !== null && child !== undefined && child !== false));
  return node;
}

/** A link within the monitor. */
export const link = (address, text, attributes = {}) => el("a", { href: address, ...attributes }, String(text));

/** A plain table: `head` and rows of texts or nodes. */
export function plainTable(caption, head, rows) {
  return el(
    "table",
    { class: "plain" },
    el("caption", { class: "unseen" }, caption),
    el(
      "thead",
      {},
      el(
        "tr",
        {},
        head.map((text) => el("th", { scope: "col" }, text)),
      ),
    ),
    el(
      "tbody",
      {},
      rows.map((row) =>
        el(
          "tr",
          {},
          row.map((cell, place) => (place ? el("td", {}, cell ?? "") : el("th", { scope: "row" }, cell ?? ""))),
        ),
      ),
    ),
  );
}
