"""Questions asked over periods, and beside them their SQL: how long each takes, and whether both count the same."""

from __future__ import annotations

from collections.abc import Callable, Collection, Iterator, Mapping, Sequence
from dataclasses import dataclass
from datetime import datetime
from typing import Any

import pyarrow.compute as pc
from psycopg2.extensions import connection as Connection

from bench.cases import Case
from bench.latency import Latency, in_turn, measured
from data_models.reading.answer import Answer
from data_models.reading.archive import Archive

# A question is asked so often, or for so long.
TIMES, SECONDS = 50, 5.0
FRESH_TIMES, FRESH_SECONDS = 10, 2.0
SQL_TIMES, SQL_SECONDS = 5, 5.0
Period = tuple[datetime, datetime]


@dataclass(frozen=True)
class Measured:
    """A question over a period. `fresh`: the ledger asked anew each time, as it is after half a minute. `growth`: how
    many times as long it takes as in an archive of the newest day alone; None where that has not the period. `agree`:
    whether rows and sums are those of the SQL, as far as both can be; None without SQL."""

    name: str
    period: str
    rows: int
    ours: Latency
    fresh: Latency
    growth: float | None
    sql: Latency | None
    agree: bool | None

    @property
    def times_faster(self) -> float | None:
        """Median of the SQL over ours."""
        return self.sql and self.sql.median / self.ours.median


def measure(
    archive: Archive,
    connection: Connection | None,
    cases: Sequence[Case],
    periods: Mapping[str, Period],
    found: Mapping[str, Any],
    short: Archive | None = None,
    of_short: Collection[str] = (),
) -> Iterator[Measured]:
    """Ask every case over every period; `connection` None: without SQL. `short`: an archive of the newest day alone,
    asked in turn over the periods `of_short`. Raises RuntimeError for an answer with gaps."""
    for case in cases:
        # What has no period is asked once.
        for name, (start, end) in periods.items() if case.by_period else [("", next(iter(periods.values())))]:
            within = {"start": start, "end": end} if case.by_period else {}

            def ask(of: Archive = archive, case: Case = case, within: Mapping[str, datetime] = within) -> Answer:
                return case.question(of, **case.arguments, **within)

            def ask_anew(ask: Callable[[], Answer] = ask) -> Answer:
                archive.ledger.forget()
                return ask()

            answer, ours = measured(ask, TIMES, SECONDS)
            _, fresh = measured(ask_anew, FRESH_TIMES, FRESH_SECONDS)
            growth = grown(ask, archive, short) if short and (name in of_short or not name) else None
            rows, sql = ask_sql(connection, case, start, end, found) if connection else (None, None)
            if not answer.coverage.complete:
                raise RuntimeError(f"{case.title} over {name}: {answer.coverage}; load these days again")
            agree = None if rows is None else agrees(case, answer, rows)
            yield Measured(case.title, name, len(answer.rows), ours, fresh, growth, sql, agree)


def grown(ask: Callable[[Archive], Answer], archive: Archive, short: Archive) -> float:
    """How many times as long a question takes in an archive as in a short one, asked in turn."""
    ask(short)
    long, beside = in_turn([lambda: ask(archive), lambda: ask(short)], TIMES, SECONDS)
    return long.median / beside.median


def ask_sql(
    connection: Connection, case: Case, start: datetime, end: datetime, found: Mapping[str, Any]
) -> tuple[list[tuple], Latency]:
    """The rows of the SQL, and how long it takes."""
    values = {**found, "start": start.replace(tzinfo=None), "end": end.replace(tzinfo=None)}

    def ask() -> list[tuple]:
        with connection.cursor() as cursor:
            cursor.execute(case.sql, values)
            return cursor.fetchall()

    return measured(ask, SQL_TIMES, SQL_SECONDS)


def agrees(case: Case, answer: Answer, rows: Sequence[tuple]) -> bool:
    """Whether an answer and rows of SQL count the same."""
    if case.same_rows and len(rows) != len(answer.rows):
        return False
    if case.counted is None:
        return True
    return (pc.sum(answer.rows[case.counted]).as_py() or 0) == sum(row[0] for row in rows)
