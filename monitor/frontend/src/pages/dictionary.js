// The error dictionary: every known code with its words, to be searched and sorted.
import { address, ask } from "../api.js";
import { el, link } from "../dom.js";
import { count } from "../numbers.js";
import { localTable } from "../table.js";

export async function dictionaryPage(context) {
  const panel = context.panel("dictionary");
  const url = address(context.root, "dictionary");
  try {
    draw(context, panel, await ask(url));
    panel.exports(url);
  } catch (problem) {
    panel.failed(problem, () => window.location.reload());
  }
}

function draw(context, panel, { codes, categories, components, version }) {
  const names = Object.fromEntries(categories.map(({ category, name }) => [category, name]));
  const given = context.state.search;
  const input = el("input", {
    type: "search",
    value: given.get("text") ?? "",
    "aria-label": "Text or code",
    placeholder: "Text, acronym or code",
  });
  const component = choice(
    "Component",
    [["", "all components"], ...components.map(({ name }) => [name, name])],
    given.get("component"),
  );
  const category = choice("Category", [["", "all categories"], ...Object.entries(names)], given.get("category"));
  const told = el("span", { class: "quiet", role: "status" });
  const table = localTable(panel, {
    rows: codes,
    label: "Error codes",
    layout: "fitColumns",
    size: 50,
    before: [el("div", { class: "look-up" }, input, component, category, told)],
    after: [
      el(
        "p",
        { class: "quiet" },
        `Version ${version}. Categories are proposals. Codes outside the dictionary do occur.`,
      ),
    ],
    columns: [
      { name: "component", title: "Component", least: 120 },
      {
        name: "code",
        title: "Code",
        numeric: true,
        cell: (row) => link(context.page("error", context.state.errorChanges(row.component, row.code)), row.code),
      },
      { name: "acronym", title: "Acronym", grow: 2, least: 150 },
      { name: "description", title: "What it means", grow: 4, least: 220 },
      {
        name: "category",
        title: "Category",
        grow: 3,
        least: 160,
        cell: (row) => names[row.category] ?? `category ${row.category}`,
      },
      { name: "status", title: "Status", least: 90 },
    ],
  });
  const narrow = () => {
    const [text, oneComponent, oneCategory] = [input, component, category].map(({ value }) => value.trim());
    const words = text.toLowerCase();
    const fits = (row) =>
      (!oneComponent || row.component === oneComponent) &&
      (oneCategory === "" || String(row.category) === oneCategory) &&
      `${row.component}:${row.code} ${row.acronym} ${row.description}`.toLowerCase().includes(words);
    const left = codes.filter(fits);
    table.replaceData(left);
    told.textContent = `${count(left.length)} of ${count(codes.length)} codes`;
    const search = new URLSearchParams(
      Object.entries({ ...context.state.givenWindow, text, component: oneComponent, category: oneCategory }).filter(
        ([, value]) => value,
      ),
    );
    window.history.replaceState(null, "", `?${search}`);
  };
  for (const one of [input, component, category]) one.addEventListener("input", narrow);
  table.on("tableBuilt", narrow);
}

const choice = (label, options, chosen) =>
  el(
    "select",
    { "aria-label": label },
    options.map(([value, name]) => el("option", { value, selected: value === (chosen ?? "") }, name)),
  );
