"""Texts of many rows at once: templates with fields, filled in by Arrow."""

from __future__ import annotations

import re
from collections.abc import Callable, Sequence
from functools import cache
from typing import cast

import numpy as np
import pyarrow as pa
import pyarrow.compute as pc

# The values of a field for some rows, given by their positions.
Field = Callable[[np.ndarray], pa.Array]


def text(values: np.ndarray) -> pa.Array:
    """Numbers as text."""
    return pa.array(values).cast(pa.string())


def times(seconds: np.ndarray) -> pa.Array:
    """Seconds since 1970 as `2026-07-01 10:00:00`."""
    return pa.array(seconds).cast(pa.timestamp("s")).cast(pa.string())


def padded(values: np.ndarray, width: int) -> pa.Array:
    """Numbers as text with leading zeros."""
    return pc.utf8_lpad(text(values), width, "0")


def joined(*parts: pa.Array | str) -> pa.Array:
    """Arrays and constants put together row by row; NULL where a part is."""
    return pc.binary_join_element_wise(*parts, "")


def fill(template: str, rows: np.ndarray, fields: dict[str, Field]) -> pa.Array:
    """A template such as `lost heartbeat : {endtime}` for some rows."""
    parts = _parts(template)
    if len(parts) == 1:
        return pa.repeat(pa.scalar(template), len(rows))
    return joined(*(fields[part](rows) if odd else part for odd, part in parts))


def fill_one_of(
    templates: Sequence[str], rows: np.ndarray, fields: dict[str, Field], rng: np.random.Generator
) -> pa.Array:
    """One of several templates for each row."""
    choice = rng.integers(0, len(templates), len(rows))
    positions = [np.flatnonzero(choice == number) for number in range(len(templates))]
    pieces = [(at, fill(template, rows[at], fields)) for template, at in zip(templates, positions, strict=True)]
    return scattered(len(rows), pieces)


def scattered(length: int, pieces: Sequence[tuple[np.ndarray, pa.Array]]) -> pa.Array:
    """Texts put at their positions, of later pieces over those of earlier ones; NULL elsewhere."""
    if not pieces:
        return pa.nulls(length, pa.string())
    source = np.full(length, -1)
    offset = 0
    for at, _ in pieces:
        source[at] = np.arange(offset, offset + len(at))
        offset += len(at)
    everything = pa.concat_arrays([values for _, values in pieces])
    return everything.take(pa.array(source, mask=source < 0))


@cache
def _parts(template: str) -> list[tuple[bool, str]]:
    """Constants and field names (marked by True), in turn."""
    return [(bool(number % 2), part) for number, part in enumerate(re.split(r"\{(\w+)\}", template))]


def from_list(values: Sequence[str | None]) -> pa.Array:
    """A list as an array of text."""
    return pa.array(cast("list", values), pa.string())
