"""Whether the roll-up of a day is that of its hours, and whether anything was entered for them since they were read: a
row a day in the ledger, kept by what is entered.

A roll-up records the write time W that each of the 24 hours had when it read them: its vector. It is valid while each
hour's newest load is the one it read, and no roll-up of the day is half-way. A load of an hour makes it invalid by
beginning, before its first row. All cells converge: an hour's is written with its W, vector and `w` with that of the
roll-up, `changed` with the time of the entry it names, so what is entered late or twice changes nothing.
"""

from __future__ import annotations

import json
from collections.abc import Iterator
from dataclasses import dataclass
from datetime import date
from uuid import UUID

from data_models.grain import Grain
from data_models.ledger_state import ENDS, PUBLISHING, VERIFIED, Transition
from data_models.ledger_tables import DAY_TABLE, HOUR_COLUMNS

VECTOR = "vector"
# From 15 October 1582, where RFC 9562 begins to count, to 1970.
UUID_EPOCH_MICROSECONDS = 12_219_292_800_000_000
Statement = tuple[str, tuple]


@dataclass(frozen=True)
class DayState:
    """`begun`: the highest write time of each hour whose load has begun; `w`, `vector`: write time of the newest
    verified roll-up and of the hours it read; `tables`: what it wrote; `open`: roll-ups that have begun and not come to
    an end; `changed`: `at` of the last entry of its hours, None where all of them are older than this column."""

    day: date
    begun: tuple[int | None, ...]
    w: int | None
    vector: tuple[int, ...]
    tables: frozenset[str]
    open: frozenset[int]
    changed: UUID | None

    @classmethod
    def of_row(cls, row: object) -> DayState:
        """The state from a row of the ledger's table of days."""
        begun = tuple(getattr(row, column) for column in HOUR_COLUMNS)
        vector, tables, half_way = (of or () for of in (row.vector, row.tables, row.open))
        return cls(row.day.date(), begun, row.w, tuple(vector), frozenset(tables), frozenset(half_way), row.changed)

    @property
    def valid(self) -> bool:
        """Whether readers may take the day from its roll-up."""
        return not self.open and self.w is not None and self.begun == self.vector


def day_entries(grain: Grain, transition: Transition, at: UUID) -> Iterator[Statement]:
    """The statements, each with its binds, that bring a day's row up to date with an entry of the ledger of a grain;
    `at`: the entry's time as it is entered."""
    w = transition.w
    if grain is Grain.HOUR:
        yield day_update("changed = ?", transition, microseconds_of(at), at)
    if w is None:
        return
    if grain is Grain.HOUR:
        if transition.state == PUBLISHING:
            yield day_update(f"{HOUR_COLUMNS[transition.hour.hour]} = ?", transition, w, w)
        return
    if transition.state == PUBLISHING:
        yield day_update("open = open + ?", transition, w, {w})
    if transition.state == VERIFIED:
        vector = json.loads(transition.details)[VECTOR]
        yield day_update("w = ?, vector = ?, tables = ?", transition, w, w, vector, set(transition.tables))
    if transition.state in ENDS:
        # Later than the entry of its beginning, also where that is repeated.
        yield day_update("open = open - ?", transition, w + 1, {w})


def microseconds_of(at: UUID) -> int:
    """The time of a UUID of version 1 in microseconds since 1970."""
    return at.time // 10 - UUID_EPOCH_MICROSECONDS


def day_update(assignments: str, transition: Transition, at: int, *values: object) -> Statement:
    """An UPDATE of the day of a transition, with write time `at`."""
    statement = f"UPDATE {DAY_TABLE.name} USING TIMESTAMP ? SET {assignments} WHERE year = ? AND day = ?"
    day = transition.hour.date()
    return statement, (at, *values, day.year, day)
