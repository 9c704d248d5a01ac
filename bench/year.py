"""A year of roll-ups: what a real day has of some entities, written again under each of the 365 days before it.

Only the days that charts of a year read, with the ledger's entries that a roll-up leaves: hours cost minutes a day, and
a chart of a year reads none.
"""

from __future__ import annotations

import json
from collections.abc import Mapping, Sequence
from datetime import UTC, date, datetime, time, timedelta
from typing import Any

from cassandra.cluster import Session
from cassandra.concurrent import execute_concurrent_with_args

from data_models.day_state import VECTOR
from data_models.grain import Grain
from data_models.ledger import Ledger
from data_models.ledger_state import INSERTED, PUBLISHING, VERIFIED, Transition
from data_models.query_table import QueryTable
from data_models.reading.partitions import BUCKETS
from data_models.tables import query_table
from data_models.window import HOUR

DAYS = 365
# Tables, and what names their partitions beside time.
COPIED = {"outcomes_by_site_daily": ("site",), "errors_by_code_daily": ("component", "code")}
# Older than any load of the benchmark: a day that was really archived stays as it is.
W = 1


def copy_of_a_year(session: Session, found: Mapping[str, Any], model: date, before: date) -> None:
    """Fill the days of the year before `before` with the roll-up of the day `model`."""
    days = [before - timedelta(days=number + 1) for number in range(DAYS)]
    for name, keys in COPIED.items():
        copy_rows(session, query_table(name), [found[key] for key in keys], model, days)
    for day in days:
        enter(session, day)


def copy_rows(session: Session, table: QueryTable, values: Sequence[object], model: date, days: Sequence[date]) -> None:
    """Write the rows of one entity's day under other days."""
    *entity, bucket = table.partition_names
    where = " AND ".join(f"{name} = %s" for name in (*entity, bucket, "day"))
    key = (*values, bucket_of(bucket, model), model)
    rows = session.execute(f"SELECT {', '.join(table.column_names)} FROM {table.name} WHERE {where}", key)
    places = [table.column_names.index(name) for name in (bucket, "day")]
    binds = []
    for row in rows:
        for day in days:
            copied = list(row)
            copied[places[0]], copied[places[1]] = bucket_of(bucket, day), day
            binds.append((*copied, W))
    marks = ", ".join("?" * len(table.column_names))
    insert = f"INSERT INTO {table.name} ({', '.join(table.column_names)}) VALUES ({marks}) USING TIMESTAMP ?"
    execute_concurrent_with_args(session, session.prepare(insert), binds, concurrency=64)


def bucket_of(bucket: str, day: date) -> object:
    """The value of a partition's time column for a day."""
    return BUCKETS[bucket](datetime.combine(day, time(), UTC))


def enter(session: Session, day: date) -> None:
    """The ledger's words on a day that was loaded and rolled up."""
    hours, days = Ledger(session), Ledger(session, Grain.DAY)
    start, now = datetime.combine(day, time(), UTC), datetime.now(UTC)
    tables = dict.fromkeys(COPIED, 1)
    for number in range(24):
        hours.append(Transition(start + number * HOUR, now, "copied", PUBLISHING, W, W))
    for state in (PUBLISHING, INSERTED, VERIFIED):
        details = json.dumps({VECTOR: [W] * 24})
        days.append(Transition(start, now, "copied", state, W, W, tables=tables, details=details))
