"""The rows of the daily tables: read from the hours by key, folded to days, written, and read back by key."""

from __future__ import annotations

import json
from collections.abc import Callable, Iterable, Iterator
from concurrent.futures import ThreadPoolExecutor
from contextlib import contextmanager
from dataclasses import dataclass, field
from typing import TypeVar

from pyspark.sql import Column, DataFrame, SparkSession
from pyspark.sql import functions as F

from data_models.cql import key_values
from data_models.ledger import Ledger
from data_models.query_table import DAY_COLUMN, HOUR_COLUMN, SAMPLES, TIME_COLUMN, Figure, Fold, QueryTable
from data_models.roll_up import HoursOfDay, hour_tables
from data_models.tables import daily_tables
from spark_jobs.aggregate import TABLES_AT_ONCE
from spark_jobs.connector import WRITE_TIME, read_partitions, write_rows
from spark_jobs.table_rows import row_hash

SPARK_TYPES = {"text": "string"}
Result = TypeVar("Result")


@dataclass(frozen=True)
class Counted:
    """What the rows of a table are: how many, their checksum that no order changes, and the keys of their partitions
    (JSON form)."""

    rows: int = 0
    checksum: int = 0
    partitions: list[tuple] = field(default_factory=list)


@contextmanager
def folded_day(spark: SparkSession, ledger: Ledger, found: HoursOfDay) -> Iterator[dict[QueryTable, DataFrame]]:
    """The rows of every daily table from the verified hours of a day; each is made once and kept until the end."""
    keys = hour_keys(ledger, found)
    frames = {
        table: folded(table, hour_rows(spark, table.rolls_up, keys[table.rolls_up])).persist()
        for table in daily_tables()
    }
    try:
        yield frames
    finally:
        for frame in frames.values():
            frame.unpersist()


def hour_keys(ledger: Ledger, found: HoursOfDay) -> dict[QueryTable, set[tuple]]:
    """The keys (values that bind) of what the verified loads wrote for a day, by table, as the ledger lists them: of
    partitions, and where a partition holds more than a day, of the hour in it."""
    wanted = [(table, hour, entry.w) for table in hour_tables() for hour, entry in found.verified.items()]
    listed = ledger.partitions_of_loads((hour, table.name, w) for table, hour, w in wanted)
    keys: dict[QueryTable, set[tuple]] = {table: set() for table in hour_tables()}
    for (table, hour, _), partitions in zip(wanted, listed, strict=True):
        more = (hour,) if longer_than_a_day(table) else ()
        keys[table].update((*key_values(table, key), *more) for key in partitions)
    return keys


def longer_than_a_day(table: QueryTable) -> bool:
    """Whether partitions of a table of hours hold more than a day."""
    return not {HOUR_COLUMN, DAY_COLUMN} & set(table.partition_names)


def hour_rows(spark: SparkSession, table: QueryTable, keys: Iterable[tuple]) -> DataFrame:
    """The rows of a table of hours under the keys that `hour_keys` gives."""
    names = [*table.partition_names, *([HOUR_COLUMN] if longer_than_a_day(table) else [])]
    schema = ", ".join(f"{name} {SPARK_TYPES.get(table.types[name], table.types[name])}" for name in names)
    return read_partitions(spark, table, spark.createDataFrame(list(keys), schema))


def folded(table: QueryTable, rows: DataFrame) -> DataFrame:
    """The rows of a daily table from those of its hours, of which there is one a key and hour."""
    timed = rows.withColumn(TIME_COLUMN, F.col(HOUR_COLUMN))
    keys = [F.expr(key.expression).alias(key.name) for key in (*table.partition, *table.clustering)]
    return timed.groupBy(*keys).agg(*(folded_figure(figure).alias(figure.name) for figure in table.figures))


def folded_figure(figure: Figure) -> Column:
    """A figure of a day from those of its hours. What was the same in an hour may have changed in the day, as a label's
    category does with another dictionary: the last word counts."""
    source = F.col(figure.source)
    match figure.fold:
        case Fold.SUM:
            return F.sum(source)
        case Fold.SAMPLES:
            # An hour's are newest first, and later hours are newer.
            newest = F.sort_array(F.collect_list(F.struct(HOUR_COLUMN, source.alias("of_hour"))), asc=False)
            return F.slice(F.flatten(newest["of_hour"]), 1, SAMPLES)
        case Fold.LATEST | Fold.SAME:
            return F.max_by(source, HOUR_COLUMN)
    raise ValueError(f"figure {figure.name}: {figure.fold} cannot be folded from hours")


def counted(table: QueryTable, rows: DataFrame) -> Counted:
    """What the rows of a daily table are."""
    names = table.partition_names
    by_partition = rows.groupBy(*names).agg(F.count("*").alias("n"), F.sum(row_hash(table)).alias("hash"))
    found = by_partition.select(F.to_json(F.struct(*names)).alias("key"), "n", "hash").collect()
    return Counted(
        sum(row.n for row in found),
        sum(int(row.hash) for row in found),
        [tuple(json.loads(row.key).values()) for row in found],
    )


def written(table: QueryTable, rows: DataFrame, w: int) -> None:
    """Write the rows of a daily table with write time `w`."""
    write_rows(rows.withColumn(WRITE_TIME, F.lit(w)), table)


def read_back(spark: SparkSession, table: QueryTable, rows: DataFrame) -> Counted:
    """What Cassandra holds of the day in the partitions of these rows."""
    names = dict.fromkeys((*table.partition_names, DAY_COLUMN))
    return counted(table, read_partitions(spark, table, rows.select(*names).distinct()))


def side_by_side(act: Callable[[QueryTable], Result]) -> dict[QueryTable, Result]:
    """Do something for every daily table, some at once; the results by table."""
    with ThreadPoolExecutor(TABLES_AT_ONCE) as pool:
        return dict(zip(daily_tables(), pool.map(act, daily_tables()), strict=True))
