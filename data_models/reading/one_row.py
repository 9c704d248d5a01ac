"""Partitions that are stored as one row, whose columns are lists side by side, as the rows that they stand for."""

from __future__ import annotations

from collections.abc import Mapping

import numpy as np
import pyarrow as pa
import pyarrow.compute as pc

from data_models.reading.columnar import Column, Page


def one_below_the_other(page: Page, listed: pa.Schema, beginning: Mapping[str, str]) -> Page:
    """A page with a row for each place of its lists. `listed`: which columns are lists, and the types of what is in
    them; the others, whole numbers, are said again for each. `beginning`: how the texts of columns begin."""
    lengths = np.fromiter(map(len, page[listed.names[0]]), np.int64)
    rows: dict[str, Column | pa.Array] = {
        field.name: pa.array(whole(page[field.name], lengths), pa.list_(field.type)).flatten() for field in listed
    }
    rows |= {
        name: Column(np.repeat(column.values, lengths), np.repeat(column.nulls, lengths))
        for name, column in page.items()
        if name not in listed.names
    }
    for name, text in beginning.items():
        rows = kept(rows, pc.starts_with(rows[name], text))
    return rows


def whole(lists: np.ndarray, lengths: np.ndarray) -> list[list]:
    """Lists of these lengths; one that is NULL, of a column that the table was given later, has NULL at each place."""
    return [[None] * length if values is None else values for values, length in zip(lists, lengths, strict=True)]


def kept(rows: Page, wanted: pa.BooleanArray) -> dict[str, Column | pa.Array]:
    """The rows that are wanted."""
    mask = wanted.to_numpy(zero_copy_only=False)
    return {
        name: values.filter(wanted) if isinstance(values, pa.Array) else Column(values.values[mask], values.nulls[mask])
        for name, values in rows.items()
    }
