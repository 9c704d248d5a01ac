"""Conditions on the columns of operational jobs, in words that PostgreSQL and Oracle share."""

from __future__ import annotations

from data_models.names import UNKNOWN


def equal(column: str, value: object, bind: str) -> str:
    """That a column has the value of a bind; what stands for jobs without one asks for empty columns. So that an index
    is taken for all others, no function is about their column."""
    if value == UNKNOWN:
        return f"coalesce(nullif(trim({column}), ''), '{UNKNOWN}') = {bind}"
    return f"coalesce({column}, 0) = {bind}" if value == 0 else f"{column} = {bind}"
