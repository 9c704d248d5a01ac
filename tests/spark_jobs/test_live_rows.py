"""Hours counted live, in Arrow, equal what loads count in Spark and Cassandra holds: every table, row and figure."""

from __future__ import annotations

from datetime import UTC, datetime, timedelta
from typing import Any

import pyarrow as pa
import pytest
from archived_day import BEGIN, ArchivedDay, archived_day
from cassandra.cluster import Session
from cassandra.util import Date
from one_row import scanned
from pyspark.sql import SparkSession

from data_models.live.hour import SCHEMA, LiveHour, live_hour
from data_models.live.rows import listed_jobs, table_rows
from data_models.query_table import QueryTable
from data_models.reading.folding import fold
from data_models.tables import query_tables
from data_models.window import HOUR

# Hours whose jobs are in one table of the source only: a live hour is read from the recent one.
COPIED = (13, 15)
HOURS = [BEGIN + number * HOUR for number in range(24) if number not in COPIED]
TIMES = ("hour", "day", "month", "quarter", "year")
FOLDED = [table for table in query_tables() if table.figures and not table.paged and not table.keyed_by_load]
PAGED = [table for table in query_tables() if table.paged]


@pytest.fixture(scope="module")
def day(archive: Session, spark: SparkSession) -> ArchivedDay:
    """The day, archived."""
    return archived_day()


@pytest.fixture(scope="module")
def live(day: ArchivedDay) -> list[LiveHour]:
    """Its hours, counted here from the recent table's rows."""
    rows = day.rows.filter(pa.compute.equal(day.rows["rank"], 0)).select(SCHEMA.names)
    arrays = [rows[field.name].cast(field.type) for field in SCHEMA]
    records = pa.Table.from_arrays(arrays, schema=SCHEMA)
    hour_of_row = pa.compute.floor_temporal(records["modificationtime"], unit="hour")
    return [live_hour(hour, hour, records.filter(pa.compute.equal(hour_of_row, pa.scalar(hour)))) for hour in HOURS]


def counted(table: QueryTable, hours: list[LiveHour]) -> dict[tuple, tuple]:
    """The figures of a table by key, folded from live hours."""
    keys = [key for key in (*table.partition, *table.clustering) if key.name not in TIMES]
    found = {}
    for hour in hours:
        rows = table_rows(table, hour, {}, keys, table.figures, {})
        folded = fold(rows, ["hour", *(key.name for key in keys)], table.figures)
        for row in folded.to_pylist():
            values = tuple(frozen(value) for value in row.values())
            found[values[: 1 + len(keys)]] = values[1 + len(keys) :]
    return found


def archived(session: Session, table: QueryTable) -> dict[tuple, tuple]:
    """What Cassandra holds of those hours."""
    keys = [key.name for key in (*table.partition, *table.clustering) if key.name not in TIMES]
    names = ["hour", *keys, *(figure.name for figure in table.figures)]
    found = {}
    for row in scanned(session, table, names, "hour >= %s AND hour <= %s", (HOURS[0], HOURS[-1])):
        values = tuple(frozen(value) for value in row)
        if values[0] in HOURS:
            found[values[: 1 + len(keys)]] = values[1 + len(keys) :]
    return found


def frozen(value: Any) -> Any:
    """A value of either side that can be compared."""
    if isinstance(value, datetime):
        return value.replace(tzinfo=UTC)
    if isinstance(value, Date):
        return value.date()
    return tuple(value) if isinstance(value, list) else value


@pytest.mark.parametrize("table", FOLDED, ids=lambda table: table.name)
def test_figures_are_those_of_the_archive(archive: Session, live: list[LiveHour], table: QueryTable) -> None:
    expected = archived(archive, table)
    assert expected
    assert counted(table, live) == expected


@pytest.mark.parametrize("table", PAGED, ids=lambda table: table.name)
def test_lists_are_those_of_the_archive(archive: Session, live: list[LiveHour], table: QueryTable) -> None:
    keys = [name for name in table.partition_names if name not in ("hour", "part")]
    pages: dict[tuple, list] = {}
    names = ", ".join((*keys, "hour", "page", "jobs"))
    for *values, hour, page, jobs in archive.execute(f"SELECT {names} FROM {table.name}"):
        if hour.replace(tzinfo=UTC) in HOURS:
            pages.setdefault((hour.replace(tzinfo=UTC), *values), []).append((page, jobs))
    assert pages
    by_hour = {hour.hour: hour for hour in live}
    for (hour, *values), found in pages.items():
        listed = [tuple(job) for _, jobs in sorted(found, key=lambda one: one[0]) for job in jobs]
        assert listed_jobs(table, by_hour[hour], dict(zip(keys, values, strict=True)), 0, 10**6) == listed


def test_an_hour_without_jobs_counts_nothing() -> None:
    empty = live_hour(BEGIN + timedelta(days=400), BEGIN, SCHEMA.empty_table())
    for table in FOLDED:
        assert counted(table, [empty]) == {}
