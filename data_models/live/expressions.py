"""The Spark SQL that table definitions use in figures, over Arrow: a column, a text in quotes, a sum of columns."""

from __future__ import annotations

import re
from functools import reduce

import pyarrow as pa
import pyarrow.compute as pc

NAME = re.compile(r"[a-z_][a-z0-9_]*")
LITERAL = re.compile(r"'([^']*)'")
NOT_NULL = re.compile(r"([a-z_]+) IS NOT NULL")


def evaluated(rows: pa.Table, expression: str) -> pa.ChunkedArray | pa.Array:
    """The value of an expression in each row. Raises ValueError that names an expression of another form."""
    if literal := LITERAL.fullmatch(expression):
        return pa.array([literal[1]] * len(rows), pa.string())
    names = [part.strip() for part in expression.split("+")]
    if not all(NAME.fullmatch(name) for name in names):
        raise ValueError(f"{expression!r} cannot be worked out of live rows: teach it data_models.live.expressions")
    if len(names) == 1:
        return rows[names[0]]
    return reduce(pc.add_checked, (rows[name] for name in names))


def kept_where(rows: pa.Table, condition: str) -> pa.Table:
    """The rows that a table's condition keeps. Raises ValueError that names a condition of another form."""
    if condition == "true":
        return rows
    if match := NOT_NULL.fullmatch(condition):
        return rows.filter(pc.is_valid(rows[match[1]]))
    raise ValueError(f"{condition!r} cannot be worked out of live rows: teach it data_models.live.expressions")
