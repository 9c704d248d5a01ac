"""The rows of the daily tables: read from the hours by key, folded to days, written, and read back by key."""

from __future__ import annotations

import json
from collections import defaultdict
from collections.abc import Callable, Iterable, Iterator, Mapping
from contextlib import contextmanager
from dataclasses import dataclass
from datetime import datetime

from pyspark.errors import AnalysisException
from pyspark.sql import Column, DataFrame, Row, SparkSession
from pyspark.sql import functions as F

from data_models.cql import key_values
from data_models.daily import TIMES
from data_models.ledger import Ledger
from data_models.query_table import DAY_COLUMN, HOUR_COLUMN, SAMPLES, TIME_COLUMN, Figure, Fold, QueryTable
from data_models.roll_up import HoursOfDay, hour_tables
from data_models.tables import daily_tables
from spark_jobs.at_once import at_once, collected
from spark_jobs.connector import WRITE_TIME, read_partitions, write_rows
from spark_jobs.local_rows import local_frame
from spark_jobs.one_part import in_one_part
from spark_jobs.staging import StagingError
from spark_jobs.table_rows import checksum_of, hash_sums, row_hash

SPARK_TYPES = {"text": "string"}
# How many rows of hours a row of a day is made from.
OF_HOURS = "rows_of_hours"


@dataclass(frozen=True)
class Held:
    """What the rows of a table are: how many, and their checksum, which no order changes."""

    rows: int
    checksum: int


@dataclass(frozen=True)
class Made:
    """The rows of a table that were made, from how many of hours, and the keys of their partitions (JSON form)."""

    held: Held
    of_hours: int
    partitions: list[tuple]


@dataclass(frozen=True)
class Published:
    """What a load has published with these write times; `staged` gives its rows by table, or raises StagingError."""

    staged: Callable[[], Mapping[QueryTable, DataFrame]]
    write_times: Mapping[datetime, int]

    def is_of(self, found: HoursOfDay) -> bool:
        """Whether the load is of this day alone, and its hours are those that are verified: what is staged is what
        Cassandra holds of the day then, as verification has shown. Of a longer load each day would read all rows."""
        return self.write_times == {hour: entry.w for hour, entry in found.verified.items()}


@contextmanager
def folded_day(
    spark: SparkSession, ledger: Ledger, found: HoursOfDay, published: Published | None = None
) -> Iterator[dict[QueryTable, DataFrame]]:
    """The rows of every daily table from the verified hours of a day; what is folded is kept until the end, so that no
    hour is read twice."""
    rows = staged_hours(found, published)
    if rows is None:
        keys = hour_keys(ledger, found)
        rows = dict(zip(keys, at_once(lambda source: hour_rows(spark, source, keys[source]), keys), strict=True))
    read = {source: folded(source, rows[source]).persist() for source in sources()}
    day = F.lit(found.start.replace(tzinfo=None))
    try:
        yield {
            table: table_rows(table, read[source_of(table)].withColumn(TIME_COLUMN, day)) for table in daily_tables()
        }
    finally:
        for frame in read.values():
            frame.unpersist()


def staged_hours(found: HoursOfDay, published: Published | None) -> Mapping[QueryTable, DataFrame] | None:
    """The staged rows of a day by table of hours, where a load has published just them and they are still there."""
    if published is None or not published.is_of(found):
        return None
    try:
        return published.staged()
    except (StagingError, AnalysisException) as error:
        # An erasure may have deleted them, or another extraction taken their place.
        print(f"  day {found.start.date()}: its hours are read from Cassandra, not as staged: {error}", flush=True)
        return None


def sources() -> set[QueryTable]:
    """The tables of hours that daily tables are read from."""
    return set(map(source_of, daily_tables()))


def source_of(table: QueryTable) -> QueryTable:
    """The table of hours that a daily table is read from: of those that hold the same rows under other partitions the
    one with fewest partitions, which are those of days. So errors by site and sites by error are read once."""
    alike = [other for other in hour_tables() if made_of(other) == made_of(table.rolls_up)]
    return min(alike, key=lambda other: (HOUR_COLUMN in other.partition_names, len(other.partition), other.name))


def made_of(table: QueryTable) -> tuple:
    """What the rows of a table are, whatever its partitions."""
    return table.rows, table.where, frozenset(own_names(table)), table.figures


def own_names(table: QueryTable) -> list[str]:
    """The key columns of a table that are no times, in one order for all tables."""
    return sorted(name for name in table.key_names if name not in TIMES)


def hour_keys(ledger: Ledger, found: HoursOfDay) -> dict[QueryTable, set[tuple]]:
    """The keys (values that bind) of what the verified loads wrote for a day, by table that is read, as the ledger
    lists them."""
    write_times = {hour: entry.w for hour, entry in found.verified.items()}
    return {table: listed_keys(ledger, table, write_times) for table in sources()}


def listed_keys(ledger: Ledger, table: QueryTable, write_times: Mapping[datetime, int]) -> set[tuple]:
    """The keys (values that bind) of what the loads of some hours, with these write times, wrote to a table of hours:
    of partitions, and where a partition holds more than a day, of the hour in it."""
    keys: set[tuple] = set()
    listed = ledger.partitions_of_loads((hour, table.name, w) for hour, w in write_times.items())
    for hour, partitions in zip(write_times, listed, strict=True):
        more = (hour,) if longer_than_a_day(table) else ()
        keys.update((*key_values(table, key), *more) for key in partitions)
    return keys


def longer_than_a_day(table: QueryTable) -> bool:
    """Whether partitions of a table of hours hold more than a day."""
    return not {HOUR_COLUMN, DAY_COLUMN} & set(table.partition_names)


def hour_rows(spark: SparkSession, table: QueryTable, keys: Iterable[tuple]) -> DataFrame:
    """The rows of a table of hours under the keys that `listed_keys` gives."""
    return in_one_part(
        read_partitions(spark, table, key_frame(spark, table, keys, [HOUR_COLUMN] if longer_than_a_day(table) else []))
    )


def key_frame(spark: SparkSession, table: QueryTable, keys: Iterable[tuple], more: list[str]) -> DataFrame:
    """A frame of keys (values that bind): those of partitions, and of `more` clustering columns."""
    types = {name: table.types[name] for name in (*table.partition_names, *more)}
    return local_frame(spark, {name: SPARK_TYPES.get(cql, cql) for name, cql in types.items()}, keys)


def folded(table: QueryTable, rows: DataFrame) -> DataFrame:
    """The figures of a day by a table's own keys, from its rows of the hours, of which there is one a key and hour."""
    figures = (of_hours(figure).alias(figure.name) for figure in table.figures)
    return rows.groupBy(*own_names(table)).agg(*figures, F.count("*").alias(OF_HOURS))


def table_rows(table: QueryTable, rows: DataFrame) -> DataFrame:
    """The rows of a daily table, and OF_HOURS, from folded ones with the day as their time."""
    keys = (F.expr(key.expression).alias(key.name) for key in (*table.partition, *table.clustering))
    return rows.select(*keys, *(F.expr(figure.source).alias(figure.name) for figure in table.figures), OF_HOURS)


def of_hours(figure: Figure) -> Column:
    """A figure of a day from those of its hours. What was the same in an hour may have changed in the day, as a label's
    category does with another dictionary: the last word counts."""
    source = F.col(figure.name)
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


def counted(frames: Mapping[QueryTable, DataFrame]) -> dict[QueryTable, Made]:
    """What the rows of daily tables are."""
    parts = [
        rows.select(
            F.lit(table.name).alias("table_name"),
            F.to_json(F.struct(*table.partition_names)).alias("key"),
            row_hash(table),
            OF_HOURS,
        )
        for table, rows in frames.items()
    ]
    sums = (F.count("*").alias("n"), *hash_sums(), F.sum(OF_HOURS).alias(OF_HOURS))
    found: dict[str, list[Row]] = defaultdict(list)
    for row in collected(parts, lambda rows: rows.groupBy("table_name", "key").agg(*sums)):
        found[row.table_name].append(row)
    return {table: made(found[table.name]) for table in frames}


def made(partitions: Iterable[Row]) -> Made:
    """What the rows of a table are, from those of its partitions."""
    found = list(partitions)
    held = Held(sum(row.n for row in found), sum(map(checksum_of, found)))
    return Made(held, sum(row[OF_HOURS] for row in found), [tuple(json.loads(row.key).values()) for row in found])


def written(table: QueryTable, rows: DataFrame, w: int) -> None:
    """Write the rows of a daily table with write time `w`."""
    write_rows(rows.drop(OF_HOURS).withColumn(WRITE_TIME, F.lit(w)), table)


def read_back(
    spark: SparkSession, start: datetime, partitions: Mapping[QueryTable, Iterable[tuple]]
) -> dict[QueryTable, Held]:
    """What Cassandra holds of the day that begins at `start` in some partitions (JSON form of their keys)."""

    def held(table: QueryTable) -> DataFrame:
        rows = rows_of_day(spark, table, start, partitions[table])
        return rows.select(F.lit(table.name).alias("table_name"), row_hash(table))

    sums = (F.count("*").alias("rows"), *hash_sums())
    counted = collected(at_once(held, partitions), lambda rows: rows.groupBy("table_name").agg(*sums))
    found = {row.table_name: Held(row.rows, checksum_of(row)) for row in counted}
    return {table: found.get(table.name, Held(0, 0)) for table in partitions}


def rows_of_day(spark: SparkSession, table: QueryTable, start: datetime, partitions: Iterable[tuple]) -> DataFrame:
    """The rows of a daily table that are of the day which begins at `start`, of some partitions (JSON form)."""
    more = () if DAY_COLUMN in table.partition_names else (start.date(),)
    keys = [(*key_values(table, key), *more) for key in partitions]
    return read_partitions(spark, table, key_frame(spark, table, keys, [DAY_COLUMN] if more else []))
