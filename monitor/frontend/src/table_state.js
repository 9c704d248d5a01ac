// Sorting and page of a table in the address: NAME_sort=-column, NAME_page=3.

/** {sort: {column, dir} or null, page} of a table. */
export function tableState(search, name) {
  const parameters = new URLSearchParams(search);
  const sort = parameters.get(`${name}_sort`);
  const page = Number(parameters.get(`${name}_page`));
  return {
    sort:
      sort && /^-?[a-z0-9_]+$/.test(sort)
        ? { column: sort.replace(/^-/, ""), dir: sort.startsWith("-") ? "desc" : "asc" }
        : null,
    page: Number.isInteger(page) && page > 0 ? page : 1,
  };
}

/** The search with a table at another sorting (-column, column or null) and page. */
export function withTableState(search, name, { sort, page }) {
  const parameters = new URLSearchParams(search);
  set(parameters, `${name}_sort`, sort);
  set(parameters, `${name}_page`, page > 1 ? String(page) : null);
  const text = parameters.toString();
  return text ? `?${text}` : "";
}

function set(parameters, name, value) {
  if (value) parameters.set(name, value);
  else parameters.delete(name);
}
