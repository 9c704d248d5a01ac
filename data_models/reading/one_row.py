"""Windows that are stored as one row, whose columns are lists side by side, as the rows that they stand for."""

from __future__ import annotations

from collections.abc import Mapping

import numpy as np
import pyarrow as pa
import pyarrow.compute as pc

from data_models.reading.columnar import Column, Page


def one_below_the_other(page: Page, listed: pa.Schema, beginning: Mapping[str, str]) -> Page:
    """A page with a row for each place of its lists. `listed`: which columns are lists, and the types of what is in
    them; the others, whole numbers, are said again for each. `beginning`: how the texts of columns begin."""
    lengths = np.maximum.reduce([lengths_of(page[name]) for name in listed.names])
    rows: dict[str, Column | pa.Array] = {field.name: flat(page[field.name], field.type, lengths) for field in listed}
    rows |= {
        name: Column(np.repeat(column.values, lengths), np.repeat(column.nulls, lengths))
        for name, column in page.items()
        if name not in listed.names
    }
    for name, text in beginning.items():
        rows = kept(rows, pc.starts_with(rows[name], text))
    return rows


def lengths_of(lists: pa.ListArray | np.ndarray) -> np.ndarray:
    """How many places each list has; none where it is NULL."""
    if isinstance(lists, pa.ListArray):
        return np.diff(lists.offsets.to_numpy())
    return np.fromiter((0 if values is None else len(values) for values in lists), np.int64, len(lists))


def not_null(lists: pa.ListArray | np.ndarray) -> np.ndarray:
    """Which of the lists are not NULL."""
    if isinstance(lists, pa.ListArray):
        return lists.is_valid().to_numpy(zero_copy_only=False)
    return np.fromiter((values is not None for values in lists), bool, len(lists))


def flat(lists: pa.ListArray | np.ndarray, kind: pa.DataType, lengths: np.ndarray) -> pa.Array:
    """What is in lists of these lengths, one below the other. A list that is NULL, of a column that the table was given
    later, has NULL at each place. Raises ValueError for lists of other lengths: nobody knows which row they are of."""
    if ((lengths_of(lists) != lengths) & not_null(lists)).any():
        raise ValueError("lists of one row differ in length")
    if isinstance(lists, pa.ListArray) and not lists.null_count:
        return lists.values
    given = lists.to_pylist() if isinstance(lists, pa.ListArray) else lists
    whole = [[None] * length if values is None else values for values, length in zip(given, lengths, strict=True)]
    return pa.array(whole, pa.list_(kind)).flatten()


def kept(rows: Page, wanted: pa.BooleanArray) -> dict[str, Column | pa.Array]:
    """The rows that are wanted."""
    mask = wanted.to_numpy(zero_copy_only=False)
    return {
        name: values.filter(wanted) if isinstance(values, pa.Array) else Column(values.values[mask], values.nulls[mask])
        for name, values in rows.items()
    }
