"""No partition grows beyond 100,000 rows and 10 MB at two million jobs a day, however skewed they are."""

from __future__ import annotations

import functools
import re
import time
from collections.abc import Callable, Collection, Iterator
from operator import add, and_
from pathlib import Path
from typing import TypeVar

import pytest
from cassandra.cluster import Session
from pyspark.sql import DataFrame, SparkSession
from pyspark.sql import functions as F
from skewed_jobs import DAY, skewed_jobs
from staged_load import stage

from data_models import cql
from data_models.cassandra_session import cassandra_session
from data_models.query_table import LOAD_COLUMN, TIME_COLUMN, QueryTable
from data_models.tables import all_tables, daily_tables, query_tables
from spark_jobs import daily_rows
from spark_jobs.at_once import at_once
from spark_jobs.connector import WRITE_TIME, write_rows
from spark_jobs.one_part import ONE_PART
from spark_jobs.small_loads import PARTS
from spark_jobs.staged_rows import staged_jobs
from spark_jobs.staging import Staging
from spark_jobs.table_rows import rows_of, table_rows

KEYSPACE = "bounded_partitions"
# How many days like the one that is made a partition holds, by the part of its key that is a time.
DAYS = {"month": 31, "quarter": 92, "year": 366}
UNITS = {"kB": 1_000, "MB": 1_000_000}
Result = TypeVar("Result")
# Rows and bytes.
Measured = dict[str, tuple[int, int]]


def days_in(table: QueryTable) -> int:
    """How many days a partition holds at most."""
    return max(DAYS.get(name, 1) for name in table.partition_names)


def all_rows(spark: SparkSession, staging: Staging) -> dict[QueryTable, DataFrame]:
    """The rows of every table, staged."""
    # The jobs are one file, so one task reads them, and it may as well group them.
    for name, value in {ONE_PART: "true", PARTS: "1", "spark.sql.adaptive.enabled": "false"}.items():
        spark.conf.set(name, value)
    rows = rows_of(staged_jobs(spark, staging))
    made: dict[QueryTable, DataFrame] = {}

    def make(table: QueryTable) -> None:
        frame = day_rows(table, made[table.rolls_up]) if table.rolls_up else table_rows(table, rows)
        # Read once or twice: neither a dictionary nor compression pays.
        plainly = frame.write.option("parquet.enable.dictionary", "false").option("compression", "none")
        plainly.parquet(staging.path("tables", table.name))
        made[table] = spark.read.parquet(staging.path("tables", table.name))

    for tables in (query_tables(), daily_tables()):
        side_by_side(make, tables)
    return made


def side_by_side(act: Callable[[QueryTable], Result], tables: Collection[QueryTable]) -> dict[str, Result]:
    """Do something for tables, some at once; the results by their names."""
    return dict(zip((table.name for table in tables), at_once(act, tables), strict=True))


def day_rows(table: QueryTable, of_hours: DataFrame) -> DataFrame:
    """The rows of a daily table from those of the hours."""
    day = F.lit(DAY.replace(tzinfo=None))
    folded = daily_rows.folded(table.rolls_up, of_hours).withColumn(TIME_COLUMN, day)
    return daily_rows.table_rows(table, folded).drop(daily_rows.OF_HOURS)


def largest(table: QueryTable, frame: DataFrame) -> tuple[DataFrame, int]:
    """A table's partition of most bytes, roughly, and its number of rows."""
    names = table.partition_names
    varying = {"string": lambda text: F.coalesce(F.length(text), F.lit(0)), "array": lambda values: F.size(values) * 8}
    sizes = [varying[kind](field.name) for field in frame.schema if (kind := field.dataType.typeName()) in varying]
    size = F.sum(functools.reduce(add, sizes, F.lit(100)))
    [found] = frame.groupBy(*names).agg(size.alias("size"), F.count("*").alias("rows")).orderBy(F.desc("size")).take(1)
    return frame.where(functools.reduce(and_, (F.col(name) == found[name] for name in names))), found.rows


def bytes_of(folder: Path) -> int:
    """The size of a table's data on disk."""
    return sum(file.stat().st_size for file in folder.glob("*-Data.db"))


@pytest.fixture(scope="module")
def measured(stack: Path, spark: SparkSession, tmp_path_factory: pytest.TempPathFactory) -> Iterator[Measured]:
    """Rows of each table's largest partition, and its bytes, in tables that hold nothing else."""
    staging = stage(spark, tmp_path_factory.mktemp("skewed"), skewed_jobs())
    frames = all_rows(spark, staging)
    with cassandra_session() as session, pytest.MonkeyPatch.context() as patch:
        patch.setenv("HMSF_KEYSPACE", KEYSPACE)
        try:
            make_tables(session)
            rows = side_by_side(lambda table: write_largest(table, frames[table]), frames)
            folders = {table.name: folder_of(stack, table) for table in frames}
            wait_for_flush(folders)
            yield {name: (rows[name], bytes_of(folder)) for name, folder in folders.items()}
        finally:
            session.execute(f"DROP KEYSPACE IF EXISTS {KEYSPACE}")


def write_largest(table: QueryTable, frame: DataFrame) -> int:
    """Write the largest partition of a table; its number of rows."""
    partition, rows = largest(table, frame)
    partition = partition.withColumn(WRITE_TIME, F.lit(1))
    write_rows(partition.withColumn(LOAD_COLUMN, F.lit(1)) if table.keyed_by_load else partition, table)
    return rows


def make_tables(session: Session) -> None:
    """All tables as they are, but that they write to disk every second."""
    keyspace, *others = cql.statements(KEYSPACE)
    session.execute(keyspace)
    session.set_keyspace(KEYSPACE)
    for statement in others:
        soon = " AND memtable_flush_period_in_ms = 1000" if "TABLE" in statement else ""
        session.execute(statement + soon)


def folder_of(home: Path, table: QueryTable) -> Path:
    """Where the SSTables of a table are."""
    [folder] = (home / "data" / "cassandra").glob(f"**/{KEYSPACE}/{table.name}-*")
    return folder


def wait_for_flush(folders: dict[str, Path]) -> None:
    """Until every table has been on disk for some flush periods. Raises TimeoutError."""
    deadline = time.monotonic() + 60
    seen: list[int] = []
    while time.monotonic() < deadline:
        sizes = [bytes_of(folder) for folder in folders.values()]
        if all(sizes) and sizes == seen:
            return
        seen = sizes
        time.sleep(3)
    raise TimeoutError("the largest partitions are not on disk after a minute")


@pytest.mark.parametrize("table", all_tables(), ids=lambda table: table.name)
def test_the_largest_partition_has_fewer_than_100_000_rows_and_10_megabytes(
    measured: Measured, table: QueryTable
) -> None:
    rows, size = (number * days_in(table) for number in measured[table.name])
    assert rows < 100_000
    assert size < 10_000_000


@pytest.mark.parametrize("table", all_tables(), ids=lambda table: table.name)
def test_the_largest_partition_is_no_larger_than_the_table_file_says(measured: Measured, table: QueryTable) -> None:
    number, unit = re.search(r"([\d.]+) (kB|MB)$", table.largest_partition).groups()
    assert measured[table.name][1] * days_in(table) <= float(number) * UNITS[unit]
