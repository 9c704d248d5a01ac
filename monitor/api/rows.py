"""Rows of an answer as they are asked for: filtered, sorted, a page of them, some columns."""

from __future__ import annotations

from dataclasses import dataclass

import pyarrow as pa
import pyarrow.compute as pc

from data_models.query_table import Fold, QueryTable
from monitor.api.asking import Asking
from monitor.api.parameters import Shape, names_of
from monitor.api.problems import Refused

COUNT, ALPHA = "count", "alpha"
MESSAGES = ("template", "sample")
# What may stand at the head of a cell that a spreadsheet takes for a formula.
FORMULA = r"^([=+\-@\t\r])"
TYPES = ((pa.types.is_integer, "integer"), (pa.types.is_timestamp, "time"), (pa.types.is_date, "date"))


@dataclass(frozen=True)
class Page:
    """A page of rows: `total` rows there are, `totals` of the figures that add up, over all of them."""

    rows: pa.Table
    total: int
    totals: dict[str, int]


def page_of(rows: pa.Table, table: QueryTable, shape: Shape, asking: Asking) -> Page:
    """The page. Raises Refused for a column that there is not."""
    rows = kept_rows(rows, asking)
    totals = {
        figure.name: pc.sum(rows[figure.name]).as_py() or 0
        for figure in table.figures
        if figure.additive and figure.name in rows.column_names
    }
    rows = sorted_rows(rows, table, shape.sortby)
    total = len(rows)
    return Page(picked(rows.slice(shape.offset, shape.limit), shape.fields), total, totals)


def kept_rows(rows: pa.Table, asking: Asking) -> pa.Table:
    """The rows that are asked for, without the columns that only told which they are."""
    for name, value in asking.keep.items():
        rows = rows.filter(pc.equal(rows[name], pa.scalar(value, rows[name].type)))
    if asking.text is not None:
        found = [pc.match_substring(rows[name], asking.text, ignore_case=True) for name in MESSAGES]
        rows = rows.filter(pc.or_(*(pc.fill_null(one, False) for one in found)))
    return rows.drop_columns([name for name in asking.hide if name in rows.column_names])


def picked(rows: pa.Table, fields: str | None) -> pa.Table:
    """Some columns. Raises Refused for one that there is not."""
    names = names_of(fields)
    if unknown := [name for name in names if name not in rows.column_names]:
        raise Refused(f"there is no column {unknown[0]!r}", f"take {', '.join(rows.column_names)}", "fields")
    return rows.select(names) if names else rows


def sorted_rows(rows: pa.Table, table: QueryTable, sortby: str | None) -> pa.Table:
    """Rows by one column, as they are for the rest; count: by the first sum, largest first; alpha: by the first column.

    Raises Refused for a column that there is not, or that has no order.
    """
    if sortby is None:
        return rows
    name, order = sortby.removeprefix("-"), "descending" if sortby.startswith("-") else "ascending"
    for word in ("ascending", "descending"):
        if name.endswith(f"-{word}"):
            name, order = name.removesuffix(f"-{word}"), word
    sums = [figure.name for figure in table.figures if figure.fold is Fold.SUM and figure.name in rows.column_names]
    if name == COUNT and sums:
        name, order = sums[0], order if sortby != COUNT else "descending"
    if name == ALPHA:
        name = rows.column_names[0]
    if name not in rows.column_names or pa.types.is_list(rows[name].type):
        there = [column for column in rows.column_names if not pa.types.is_list(rows[column].type)]
        raise Refused(f"rows cannot be sorted by {name!r}", f"take {', '.join((COUNT, ALPHA, *there))}", "sortby")
    # Arrow's sort is stable only with the rows' places as a second key.
    placed = rows.append_column("place of the row", pa.array(range(len(rows))))
    keys = [(name, order), ("place of the row", "ascending")]
    return placed.sort_by(keys).drop_columns(["place of the row"])


def columns_of(rows: pa.Table) -> list[dict[str, str | None]]:
    """What the columns are."""
    return [
        {"name": field.name, "type": type_of(field.type), **{key: told(field, key) for key in ("unit", "meaning")}}
        for field in rows.schema
    ]


def told(field: pa.Field, key: str) -> str | None:
    """What a field's metadata says."""
    value = (field.metadata or {}).get(key.encode())
    return value.decode() if value else None


def type_of(kind: pa.DataType) -> str:
    """The type of a column, as answers tell it."""
    if pa.types.is_list(kind):
        return "list"
    if pa.types.is_decimal(kind):
        return "number"
    return next((name for fits, name in TYPES if fits(kind)), "text")


def harmless(rows: pa.Table) -> pa.Table:
    """Rows whose texts no spreadsheet takes for formulas: an apostrophe before what would begin one."""
    for place, field in enumerate(rows.schema):
        if pa.types.is_string(field.type):
            rows = rows.set_column(place, field, pc.replace_substring_regex(rows[field.name], FORMULA, r"'\1"))
    return rows
