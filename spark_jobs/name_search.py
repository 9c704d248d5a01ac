"""Whether a name is left in the archive: the rows of hours and days, read by key and searched cell by cell."""

from __future__ import annotations

import functools
from collections.abc import Iterable, Iterator, Mapping
from datetime import datetime

import pyarrow as pa
from pyspark.sql import DataFrame, SparkSession
from pyspark.sql import functions as F

from data_models.cql import key_values
from data_models.erasure import Search
from data_models.grain import Grain
from data_models.ledger import Ledger
from data_models.query_table import DAY_COLUMN, QueryTable
from data_models.tables import daily_tables, query_tables
from spark_jobs.archived_jobs import rows_of_jobs
from spark_jobs.connector import read_partitions
from spark_jobs.daily_rows import hour_rows, key_frame, longer_than_a_day
from spark_jobs.hour_load import listed_in_ledger

FOUND = "table_name string, rows bigint"


def rows_with(
    spark: SparkSession, ledger: Ledger, search: Search, write_times: Mapping[datetime, int], day: datetime | None
) -> dict[str, int]:
    """How many rows have the name, by table; tables without one are left out.

    `write_times`: hours with that of their load; what any load has entered for them is read. `day`: the day whose
    roll-ups are read too.
    """
    parts = []
    for table in query_tables():
        if listed_in_ledger(table):
            keys = listed(ledger, table, write_times)
            rows = hour_rows(spark, table, keys) if keys else None
        elif table.registry:
            rows = rows_of_jobs(spark, write_times)
        else:
            continue
        if rows is not None:
            hours = [start.replace(tzinfo=None) for start in write_times]
            parts.append(hits(table, rows.where(F.expr(table.hour_expression).isin(hours)), search))
    days = Ledger(ledger.session, Grain.DAY)
    for table in daily_tables() if day else ():
        more = () if DAY_COLUMN in table.partition_names else (day.date(),)
        keys = {(*key_values(table, key), *more) for key in every_key(days, table, day)}
        if keys:
            frame = key_frame(spark, table, keys, [DAY_COLUMN] if more else [])
            parts.append(hits(table, read_partitions(spark, table, frame), search))
    if not parts:
        return {}
    counted = functools.reduce(DataFrame.unionByName, parts).groupBy("table_name").agg(F.sum("rows").alias("n"))
    return {row.table_name: row.n for row in counted.collect() if row.n}


def listed(ledger: Ledger, table: QueryTable, hours: Iterable[datetime]) -> set[tuple]:
    """The keys that loads of some hours have entered for a table of hours, as `daily_rows.hour_rows` reads them."""
    return {
        (*key_values(table, key), *((hour,) if longer_than_a_day(table) else ()))
        for hour in hours
        for key in every_key(ledger, table, hour)
    }


def every_key(ledger: Ledger, table: QueryTable, start: datetime) -> list[tuple]:
    """The partitions (JSON form) that any load of a window has entered for a table."""
    return [key for keys in ledger.partitions(start, table.name).values() for key in keys]


def hits(table: QueryTable, rows: DataFrame, search: Search) -> DataFrame:
    """One row a batch (FOUND): how many rows of it have the name."""
    return rows.mapInArrow(functools.partial(batch_hits, table.name, search), FOUND)


def batch_hits(name: str, search: Search, batches: Iterator[pa.RecordBatch]) -> Iterator[pa.RecordBatch]:
    """On an executor: the rows of each batch that have the name."""
    for batch in batches:
        found = sum(map(search.in_row, batch.to_pylist()))
        yield pa.RecordBatch.from_pydict({"table_name": pa.array([name]), "rows": pa.array([found], pa.int64())})
