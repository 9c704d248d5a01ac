// Every column of a job's record.
// Diags, names and parameters are texts of users: they become text nodes only.
import { el } from "./dom.js";
import { exportsOf } from "./panel.js";

/** Every column of the record, with what it means; a text narrows the list by name, meaning or value. */
export function drawRecord(panel, answer, url) {
  const [record] = answer.records;
  const rows = answer.columns.map(({ name, meaning }) => {
    const value = record[name];
    const shown =
      value === null || value === undefined
        ? el("span", { class: "quiet" }, "NULL")
        : el("span", { class: "diag" }, String(value));
    const row = el(
      "tr",
      {},
      el("th", { scope: "row" }, name),
      el("td", {}, shown),
      el("td", { class: "quiet" }, meaning ?? ""),
    );
    return {
      row,
      text: `${name} ${meaning ?? ""} ${value ?? ""}`.toLowerCase(),
      set: value !== null && value !== undefined,
    };
  });
  const body = el(
    "tbody",
    {},
    rows.map(({ row }) => row),
  );
  const input = el("input", {
    type: "search",
    "aria-label": "Narrow the columns",
    placeholder: "Name, meaning or value",
  });
  const only = el("input", { type: "checkbox", id: "only-set" });
  const told = el("span", { class: "quiet", role: "status" });
  const narrow = () => {
    const wanted = input.value.trim().toLowerCase();
    let shown = 0;
    for (const { row, text, set } of rows) {
      row.hidden = !text.includes(wanted) || (only.checked && !set);
      if (!row.hidden) shown += 1;
    }
    told.textContent = `${shown} of ${rows.length} columns`;
  };
  input.addEventListener("input", narrow);
  only.addEventListener("change", narrow);
  narrow();
  const head = el(
    "thead",
    {},
    el(
      "tr",
      {},
      ["Column", "Value", "What it is"].map((text) => el("th", { scope: "col" }, text)),
    ),
  );
  panel.show(
    el("div", { class: "look-up" }, input, el("label", { for: "only-set" }, only, " only columns with a value"), told),
    el("table", { class: "plain record" }, head, body),
  );
  panel.foot.replaceChildren(exportsOf(csvOf(answer), "CSV", url, `job-${answer.pandaid}.csv`));
}

/** The records as CSV, one line a column. Texts that a spreadsheet would take for a formula get an apostrophe. */
function csvOf({ columns, records }) {
  const cell = (value) => {
    const text = value === null || value === undefined ? "" : String(value);
    const harmless = typeof value === "string" && /^[=+\-@\t\r]/.test(text) ? `'${text}` : text;
    return /[",\n\r]/.test(harmless) ? `"${harmless.replaceAll('"', '""')}"` : harmless;
  };
  const lines = [
    ["column", ...records.map((_, place) => `record ${place + 1}`)],
    ...columns.map(({ name }) => [name, ...records.map((one) => one[name])]),
  ];
  const text = `${lines.map((line) => line.map(cell).join(",")).join("\n")}\n`;
  return URL.createObjectURL(new Blob([text], { type: "text/csv" }));
}
