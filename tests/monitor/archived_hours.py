"""Hours put into a real archive as a load leaves them, with the rows that the live side counts.

That loads count the same is shown elsewhere (tests/spark_jobs/test_live_rows.py); here it matters where rows come from.
"""

from __future__ import annotations

from datetime import datetime
from types import SimpleNamespace
from typing import Any

from cassandra.cluster import Session
from made_archive import enter, insert

from data_models.dimensions import PART_PAGES
from data_models.listed_job import cql_fields
from data_models.live.hour import LiveHour
from data_models.live.rows import listed_jobs, table_rows
from data_models.query_table import PAGE_JOBS, QueryTable
from data_models.reading.folding import fold
from data_models.reading.partitions import BUCKETS
from data_models.tables import query_tables

NAMES = tuple(cql_fields())


def archive_hour(session: Session, live: LiveHour, w: int) -> None:
    """Write the rows of all tables of figures and lists, and the ledger's entries."""
    for table in query_tables():
        rows = list_rows(table, live) if table.paged else figure_rows(table, live)
        if rows:
            insert(session, table.name, rows, w)
    enter(session, [live.hour], w)


def figure_rows(table: QueryTable, live: LiveHour) -> list[dict[str, Any]]:
    """The rows of a table of figures."""
    if not table.figures or table.keyed_by_load:
        return []
    keys = [key for key in (*table.partition, *table.clustering) if key.name not in BUCKETS]
    rows = fold(table_rows(table, live, {}, keys, table.figures, {}), [key.name for key in keys], table.figures)
    return [row | times_of(table, live.hour) for row in rows.to_pylist()]


def list_rows(table: QueryTable, live: LiveHour) -> list[dict[str, Any]]:
    """The pages of a table of lists."""
    own = [name for name in table.partition_names if name not in ("hour", "part")]
    keys = [key for key in table.partition if key.name in own]
    values = fold(table_rows(table, live, {}, keys, (), {}), own, ()).to_pylist()
    found = []
    for value in values:
        jobs = [
            SimpleNamespace(**dict(zip(NAMES, job, strict=True))) for job in listed_jobs(table, live, value, 0, 10**6)
        ]
        for number in range(0, len(jobs), PAGE_JOBS):
            page = number // PAGE_JOBS
            part = jobs[number : number + PAGE_JOBS]
            times = {"hour": live.hour, "part": page // PART_PAGES, "page": page}
            found.append(value | times | {"n_jobs": len(part), "jobs": part})
    return found


def times_of(table: QueryTable, hour: datetime) -> dict[str, object]:
    """The time columns of a table's key."""
    return {name: BUCKETS[name](hour) for name in table.key_names if name in BUCKETS}
