"""The columns of a job that table `job` keeps in one JSON text, read back to their exact types.

Written form: an object by column name; whole numbers and decimals are JSON strings of their digits, times are
`YYYY-MM-DD hh:mm:ss[.ffffff]` in UTC, texts are as they are. A column that is NULL is left out; an empty text stays.
A stray time of a typed column, outside the years that CQL's readers know, is here instead of there.
"""

from __future__ import annotations

import json
from datetime import UTC, datetime
from decimal import Decimal

from data_models.job_record import by_name
from data_models.tables.job import PACKED

Scalar = int | Decimal | datetime | str | None


def unpack(packed: str | None) -> dict[str, Scalar]:
    """All packed columns by name, NULL ones as None, and stray times of typed columns, which are NULL there.

    Raises KeyError for a name that is no column.
    """
    values: dict[str, Scalar] = dict.fromkeys(PACKED)
    for name, text in json.loads(packed or "{}").items():
        values[name] = read(name, text)
    return values


def read(name: str, text: str) -> Scalar:
    """The value of one column from its written form; times are aware datetimes in UTC, beyond Python's years text."""
    match by_name()[name].kind:
        case "integer":
            return int(text)
        case "decimal":
            return Decimal(text)
        case "time" if len(text.partition("-")[0]) == len("2026"):
            return datetime.fromisoformat(text).replace(tzinfo=UTC)
    return text
