"""Rows and ledger entries put into a real archive by hand, as loads and roll-ups would leave them."""

from __future__ import annotations

import json
from collections.abc import Iterable, Mapping
from datetime import UTC, date, datetime, time, timedelta
from typing import Any

from cassandra.cluster import Session
from cassandra.concurrent import execute_concurrent_with_args
from one_row import as_stored

from data_models.grain import Grain
from data_models.ledger import Ledger
from data_models.ledger_state import INSERTED, PUBLISHING, VERIFIED, Transition
from data_models.tables import all_tables, query_table

Row = Mapping[str, Any]
HOUR = timedelta(hours=1)
THROUGH = (PUBLISHING, INSERTED, VERIFIED)
EVERY_TABLE = tuple(table.name for table in all_tables())


def insert(session: Session, table: str, rows: Iterable[Row], w: int) -> None:
    """Insert rows, which all have the same columns, with a write time."""
    rows = as_stored(query_table(table), map(dict, rows))
    names = list(rows[0])
    statement = session.prepare(
        f"INSERT INTO {table} ({', '.join(names)}) VALUES ({', '.join('?' * len(names))}) USING TIMESTAMP ?"
    )
    binds = [(*(row[name] for name in names), w) for row in rows]
    execute_concurrent_with_args(session, statement, binds, concurrency=64)


def enter(
    session: Session,
    hours: Iterable[datetime],
    w: int,
    states: Iterable[str] = THROUGH,
    tables: Iterable[str] = EVERY_TABLE,
) -> None:
    """Enter in the ledger how far a load of some hours came."""
    ledger = Ledger(session)
    counts = dict.fromkeys(tables, 1)
    for hour in hours:
        for state in states:
            ledger.append(Transition(hour, datetime.now(UTC), f"load-{w}", state, w, w, tables=counts))


def enter_roll_up(session: Session, day: date, w: int, vector: list[int]) -> None:
    """Enter in the ledger that a day was rolled up from hours of these write times."""
    ledger, start = Ledger(session, Grain.DAY), datetime.combine(day, time(), UTC)
    counts = dict.fromkeys(EVERY_TABLE, 1)
    for state in THROUGH:
        details = json.dumps({"vector": vector})
        ledger.append(Transition(start, datetime.now(UTC), f"roll-up-{w}", state, w, w, tables=counts, details=details))


def hours_of(day: date) -> list[datetime]:
    """The hours of a day."""
    return [datetime.combine(day, time(), UTC) + number * HOUR for number in range(24)]


def error_row(hour: datetime, component: str, code: int, n_errors: int, **keys: Any) -> dict[str, Any]:
    """A row of a table of errors of hour grain; its losses and samples tell the hour and the count."""
    number = int(hour.timestamp()) // 3600 * 100
    return {
        **keys,
        "hour": hour,
        "component": component,
        "code": code,
        "n_errors": n_errors,
        "walltime_loss": 10 * n_errors,
        "cpu_loss": 20 * n_errors,
        "hs06_loss": 30 * n_errors,
        "co2_loss": 40 * n_errors,
        "samples": [number + place for place in range(min(3, n_errors), 0, -1)],
    }
