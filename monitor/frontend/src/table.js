// Tables by Tabulator: sorted and paged by the server. Cells are nodes, never markup.
import {
  AjaxModule,
  FormatModule,
  InteractionModule,
  PageModule,
  ResizeColumnsModule,
  SortModule,
  Tabulator,
} from "tabulator-tables";
import { address, ask } from "./api.js";
import { el } from "./dom.js";
import { count } from "./numbers.js";
import { tableState, withTableState } from "./table_state.js";

Tabulator.registerModule([AjaxModule, FormatModule, InteractionModule, PageModule, ResizeColumnsModule, SortModule]);

const PAGE_SIZE = 20;
let pagers = 0;

/**
 * A table in a panel. `columns`: {name, title, numeric, cell(row) to text or node, sort: false}. `path` and
 * `parameters` are the question; `name` is what the table's sorting and page are called in the address;
 * `first`: {column, dir} that it is sorted by unless the address says otherwise.
 */
export function serverTable(panel, { name, root, path, parameters, columns, nothing, label, first, size = PAGE_SIZE }) {
  const at = tableState(window.location.search, name);
  const box = el("div", { "aria-label": label });
  panel.show(el("div", { class: "table" }, box));
  const request = async (_, __, { page, sort }) => {
    const [by] = sort ?? [];
    const sortby = by ? `${by.field}-${by.dir === "asc" ? "ascending" : "descending"}` : null;
    const asked = { ...parameters, sortby, limit: size, offset: (page - 1) * size || null };
    const usual = by && first && by.field === first.column && by.dir === first.dir;
    remember(name, { sort: by && !usual ? `${by.dir === "asc" ? "" : "-"}${by.field}` : null, page });
    const url = address(root, path, asked);
    try {
      const answer = await ask(url);
      panel.footer(url, answer);
      if (!answer.rows.length) panel.empty(nothing ?? "Nothing in this window.");
      return { data: answer.rows, last_page: Math.max(1, Math.ceil(answer.total / size)), last_row: answer.total };
    } catch (problem) {
      panel.failed(problem, () => window.location.reload());
      return { data: [], last_page: 1 };
    }
  };
  const table = new Tabulator(box, {
    ajaxURL: address(root, path, parameters),
    ajaxRequestFunc: request,
    columns: columns.map(column),
    layout: "fitColumns",
    pagination: true,
    footerElement: pagerBelow(box),
    paginationMode: "remote",
    paginationSize: size,
    paginationInitialPage: at.page,
    paginationButtonCount: 3,
    paginationCounter: counter,
    sortMode: "remote",
    initialSort: at.sort ? [at.sort] : first ? [first] : [],
    columnHeaderSortMulti: false,
    placeholder: "",
    dataLoader: false,
  });
  table.on("tableBuilt", () => accessible(table, box));
  return table;
}

/** A table of rows that are there already; sorting is within them. */
export function localTable(panel, { rows, columns, label, layout = "fitDataFill", size, before = [], after = [] }) {
  const box = el("div", { "aria-label": label });
  panel.show(...before, el("div", { class: "table" }, box), ...after);
  const pages = size
    ? {
        pagination: true,
        footerElement: pagerBelow(box),
        paginationSize: size,
        paginationButtonCount: 3,
        paginationCounter: counter,
      }
    : {};
  const table = new Tabulator(box, { data: rows, columns: columns.map(column), layout, placeholder: "", ...pages });
  table.on("tableBuilt", () => accessible(table, box));
  return table;
}

function column({ name, title, numeric, cell, sort = true, grow = 1, least }) {
  return {
    title,
    field: name,
    headerSort: sort,
    headerSortTristate: true,
    headerSortStartingDir: numeric ? "desc" : "asc",
    hozAlign: numeric ? "right" : "left",
    headerHozAlign: numeric ? "right" : "left",
    widthGrow: grow,
    minWidth: least ?? (numeric ? 84 : 110),
    // A node, as Tabulator takes a text for markup.
    formatter: (found) => {
      const shown = cell ? cell(found.getData()) : numeric ? count(found.getValue()) : (found.getValue() ?? "");
      return shown instanceof Node ? shown : el("span", { title: String(shown) }, String(shown));
    },
  };
}

/** Below a table a place for its pager, as a grid has rows in it and no pager; its selector. */
function pagerBelow(box) {
  const id = `pager-${++pagers}`;
  const place = el("div", { class: "tabulator-footer-contents", id });
  box.after(el("div", { class: "tabulator" }, el("div", { class: "tabulator-footer" }, place)));
  return `#${id}`;
}

/** Heads of columns take the focus, and sort on Enter or Space. */
function accessible(table, box) {
  const [holder, rows] = ["tableholder", "table"].map((name) => box.querySelector(`.tabulator-${name}`));
  holder.setAttribute("role", "rowgroup");
  rows.setAttribute("role", "none");
  box.removeAttribute("aria-owns");
  for (const one of table.getColumns()) {
    if (!one.getDefinition().headerSort) continue;
    const head = one.getElement();
    head.tabIndex = 0;
    head.addEventListener("keydown", (event) => {
      if (event.key !== "Enter" && event.key !== " ") return;
      event.preventDefault();
      head.click();
    });
  }
}

function counter(rows, from, _, total) {
  return total ? `${count(from)} to ${count(Math.min(from + rows - 1, total))} of ${count(total)}` : "";
}

function remember(name, at) {
  window.history.replaceState(
    null,
    "",
    `${window.location.pathname}${withTableState(window.location.search, name, at)}`,
  );
}
