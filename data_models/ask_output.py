"""Answers as text: a table for people, CSV for spreadsheets, JSON for programs. Times are UTC."""

from __future__ import annotations

import csv
import json
from collections.abc import Callable, Iterator, Sequence
from io import StringIO
from typing import Any

import pyarrow as pa
from tabulate import tabulate

from data_models.packed_columns import times_written
from data_models.reading.answer import Answer
from data_models.reading.refusals import QuestionRefused
from data_models.window import Window, format_window

# A row with more columns is written as a line a column.
WIDE = 30


def as_table(answer: Answer, arguments: dict[str, Any]) -> str:
    """A table in columns; rows of very many columns as blocks of the columns that say something."""
    rows = written(answer.rows)
    if len(rows.column_names) <= WIDE:
        return tabulate(
            [[cell(value) for value in row.values()] for row in rows.to_pylist()],
            headers=rows.column_names,
            disable_numparse=True,
            colalign=[alignment(field.type) for field in answer.rows.schema] if len(rows) else None,
        )
    blocks = [[(name, cell(value)) for name, value in row.items() if value is not None] for row in rows.to_pylist()]
    return "\n\n".join(tabulate(block, tablefmt="plain", disable_numparse=True) for block in blocks)


def as_csv(answer: Answer, arguments: dict[str, Any]) -> str:
    """CSV of the rows."""
    return csv_of(answer.rows)


def csv_of(table: pa.Table) -> str:
    """CSV with a line of names; NULL is empty, lists have blanks between."""
    rows, text = written(table), StringIO()
    writer = csv.writer(text, lineterminator="\n")
    writer.writerow(rows.column_names)
    writer.writerows([cell(value) for value in row.values()] for row in rows.to_pylist())
    return text.getvalue().removesuffix("\n")


def as_json(answer: Answer, arguments: dict[str, Any]) -> str:
    """One object: the question's arguments, rows, units, coverage, and the cursor of the next page."""
    units = {field.name: (field.metadata or {}).get(b"unit", b"").decode() for field in answer.rows.schema}
    coverage = answer.coverage
    told = {
        "asked": arguments,
        "rows": written(answer.rows).to_pylist(),
        "units": {name: unit for name, unit in units.items() if unit},
        "coverage": {
            "period": format_window(coverage.period),
            "complete": coverage.complete,
            **{name: texts(getattr(coverage, name)) for name in ("verified", "refreshing", "missing")},
        },
        "next": answer.next,
    }
    return json.dumps(told, ensure_ascii=False, indent=1, default=as_text)


FORMATS: dict[str, Callable[[Answer, dict[str, Any]], str]] = {"table": as_table, "csv": as_csv, "json": as_json}


def picked(answer: Answer, columns: Sequence[str] | None, limit: int | None) -> Answer:
    """The answer with some columns and its first rows only. Raises QuestionRefused for a column that it has not."""
    rows = answer.rows
    if unknown := [name for name in columns or () if name not in rows.column_names]:
        raise QuestionRefused(f"the answer has no column {unknown[0]!r}; it has {', '.join(rows.column_names)}")
    rows = rows.select(columns) if columns else rows
    return Answer(rows if limit is None else rows.slice(0, limit), answer.coverage, answer.partitions, answer.next)


def written(rows: pa.Table) -> pa.Table:
    """Rows with times as text: what Python's datetime cannot hold is among them."""
    for place, field in enumerate(rows.schema):
        if pa.types.is_timestamp(field.type):
            column = rows[field.name].combine_chunks().cast(pa.timestamp("us", tz="UTC"))
            rows = rows.set_column(place, field.name, times_written(column))
    return rows


def cell(value: object) -> str:
    """A value in a table or in CSV."""
    if isinstance(value, list):
        return " ".join(map(str, value))
    return "" if value is None else str(value)


def alignment(kind: pa.DataType) -> str:
    """Numbers are aligned to the right."""
    return "right" if pa.types.is_integer(kind) or pa.types.is_decimal(kind) else "left"


def texts(windows: Sequence[Window]) -> list[str]:
    """Windows as they are written."""
    return [format_window(window) for window in windows]


def as_text(value: object) -> str:
    """What JSON has no type for: dates, and decimals, whose digits it would lose."""
    return str(value)


def notes(answer: Answer, n_rows: int) -> Iterator[str]:
    """What is to be said beside the rows: how many there are, what they rest on, where the list goes on."""
    if n_rows < len(answer.rows):
        yield f"{n_rows} of {len(answer.rows)} rows"
    yield str(answer.coverage)
    if answer.next:
        yield f"more jobs: --after {answer.next}"
