"""Answers that need no database: rows of every type, as many as the statement says."""

from __future__ import annotations

import re
from collections.abc import Iterator, Sequence
from datetime import UTC, datetime, timedelta
from decimal import Decimal

from .session import Done, Result, Session
from .wire.column_types import DATE, NUMBER, char, number, timestamp, varchar2
from .wire.errors import ora
from .wire.replies import Column
from .wire.values import Value

BEGIN = datetime(2026, 3, 29, tzinfo=UTC).replace(tzinfo=None)
COLUMNS = (
    Column("ID", number(11)),
    Column("RATIO", number(14, 3)),
    Column("ANY_NUMBER", NUMBER),
    Column("LABEL", varchar2(1000)),
    Column("UNIT", char(4)),
    Column("MODIFIED", DATE),
    Column("EXACTLY", timestamp()),
)


class CannedAnswers:
    """`select N rows` gives N rows, `select binds` one row of its binds; a statement on `missing` is ORA-00942."""

    def execute(self, session: Session, sql: str, values: Sequence[Value]) -> Result | Done:
        """The answer to a statement."""
        if "missing" in sql:
            raise ora(942, position=sql.index("missing"))
        if sql.startswith("select binds"):
            columns = [Column(f"B{at}", of_value(value)) for at, value in enumerate(values, start=1)]
            return Result(columns, iter([tuple(values)]))
        if found := re.match(r"select (\d+) rows", sql):
            return Result(COLUMNS, rows(int(found.group(1))))
        return Done(rows=7)

    def end_transaction(self, session: Session) -> None:
        """Nothing is kept."""


def rows(count: int) -> Iterator[tuple[Value, ...]]:
    """The rows; some cells are NULL, some texts are longer than a length byte says."""
    return (row(number_) for number_ in range(count))


def row(number_: int) -> tuple[Value, ...]:
    """One row."""
    if number_ % 10 == 9:
        return (number_, *(None,) * (len(COLUMNS) - 1))
    return (
        number_,
        Decimal(number_) / 8,
        Decimal(number_).scaleb(20) + Decimal("0.5"),
        "ü🚧" * (number_ % 150) or None,
        f"{number_ % 100:<4}",
        BEGIN + timedelta(seconds=number_),
        BEGIN + timedelta(microseconds=number_),
    )


def of_value(value: Value) -> object:
    """The type of a bind's value."""
    if isinstance(value, datetime):
        return timestamp()
    return varchar2(4000) if isinstance(value, str) or value is None else NUMBER
