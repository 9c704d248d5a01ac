"""Reading and writing query tables by the project's code on the JVM (`jvm/rows`), in the connector's sessions."""

from __future__ import annotations

from dataclasses import dataclass

from py4j.java_gateway import JavaPackage
from pyspark.sql import DataFrame, SparkSession
from pyspark.sql import functions as F

from data_models import settings
from data_models.dimensions import PANDAID
from data_models.query_table import QueryTable
from spark_jobs.one_part import brought_together

WRITE_TIME = "hmsf_write_time"
# Statements of a task that are under way. With many more the tasks of two cores used up what a connection can carry.
READS_AT_ONCE = 128


@dataclass(frozen=True)
class Batches:
    """What is sent together: rows of one partition, or `by_replicas` of any that have the same ones; the most rows,
    the bytes after which a batch is sent, and how many of a task are under way."""

    by_replicas: bool
    rows: int
    size: int
    at_once: int


# Measured on two cores with the connector's own writer: 40,000 rows/s, 15,000 with its defaults.
MANY_ROWS_A_PARTITION = Batches(by_replicas=False, rows=100, size=1 << 20, at_once=20)
# Where a partition has one row, a batch holds what goes to the same replicas: a third less CPU in Cassandra.
ONE_ROW_A_PARTITION = Batches(by_replicas=True, rows=100, size=20_480, at_once=5)


def write_rows(frame: DataFrame, table: QueryTable) -> None:
    """Write rows, each with the write time in column WRITE_TIME (microseconds).

    Sorted by partition, so that batches hold rows of one partition: 2.6 times as fast as unsorted. Tables of one row a
    partition gain nothing from it. NULLs are not written.
    """
    batches = ONE_ROW_A_PARTITION
    if table.partition_names != (PANDAID.name,):
        batches = MANY_ROWS_A_PARTITION
        frame = brought_together(frame, table.partition_names)
        if table.one_row:
            frame = side_by_side(frame, table)
        frame = frame.sortWithinPartitions(*table.partition_names, *table.stored.clustering_names)
    # None is left out: Cassandra names the one that its table has not.
    columns = [name for name in frame.columns if name != WRITE_TIME]
    keyspace = settings.text("HMSF_KEYSPACE")
    java = rows_package(frame.sparkSession)
    java.RowWriter.write(
        frame.select(*columns, WRITE_TIME)._jdf,
        f"INSERT INTO {keyspace}.{table.name} ({', '.join(columns)}) VALUES ({', '.join('?' * len(columns))}) "
        "USING TIMESTAMP ?",
        java.Batches(batches.by_replicas, batches.rows, batches.size, batches.at_once),
    )


def read_partitions(spark: SparkSession, table: QueryTable, keys: DataFrame) -> DataFrame:
    """All rows of the partitions whose keys a frame lists, read by key, never by a scan. With the first clustering
    columns beside the key only what has those values is read."""
    columns = (*keys.columns, *(name for name in table.stored.types if name not in keys.columns))
    statement = (
        f"SELECT {', '.join(columns)} FROM {settings.text('HMSF_KEYSPACE')}.{table.name} "
        f"WHERE {' AND '.join(f'{name} = ?' for name in keys.columns)}"
    )
    held = DataFrame(rows_package(spark).RowReader.read(keys._jdf, statement, READS_AT_ONCE), spark)
    return one_below_the_other(held, table) if table.one_row else held


def rows_package(spark: SparkSession) -> JavaPackage:
    """The package of `jvm/rows`."""
    return spark.sparkContext._jvm.hmsf.rows


def side_by_side(rows: DataFrame, table: QueryTable) -> DataFrame:
    """The rows of each window in a partition as the one row that is stored, ordered by their clustering columns."""
    key = [name for name in rows.columns if name not in table.side_by_side]
    together = F.sort_array(F.collect_list(F.struct(*table.side_by_side))).alias("together")
    lists = (F.col("together")[name].alias(name) for name in table.side_by_side)
    return rows.groupBy(*key).agg(together).select(*key, *lists)


def one_below_the_other(held: DataFrame, table: QueryTable) -> DataFrame:
    """The rows that are stored as one row a window. A column that the table was given later is NULL in them."""
    lists = (F.coalesce(name, F.array()).alias(name) for name in table.side_by_side)
    return held.select(*table.row_key, *lists).select(*table.row_key, F.inline(F.arrays_zip(*table.side_by_side)))
