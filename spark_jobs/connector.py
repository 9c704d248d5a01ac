"""Reading and writing query tables by the project's code on the JVM (`jvm/rows`), in the connector's sessions."""

from __future__ import annotations

from py4j.java_gateway import JavaPackage
from pyspark.sql import DataFrame, SparkSession
from pyspark.sql import functions as F

from data_models import settings
from data_models.dimensions import PANDAID
from data_models.query_table import HOUR_COLUMN, QueryTable
from spark_jobs.one_part import brought_together

WRITE_TIME = "hmsf_write_time"
# Statements of a task that are under way. With many more the tasks of two cores used up what a connection can carry.
READS_AT_ONCE = 128
FIRST_HOUR, LAST_HOUR = "first_hour", "last_hour"
SPAN = {FIRST_HOUR: f"{HOUR_COLUMN} >= ?", LAST_HOUR: f"{HOUR_COLUMN} <= ?"}


# Rows that have the same replicas are sent together, these at most, and so many batches of a task are under way. With
# batches of one partition they would be many more (100,000 jobs have 379,000 rows beside `job`, in 85,000 partitions),
# and to have all rows of a partition in one they would have to be brought together first. By default Cassandra warns of
# more than 10 partitions, each time, and refuses 50 KiB.
BATCH_PARTITIONS, BATCH_ROWS, BATCH_BYTES, BATCHES_AT_ONCE = 10, 100, 20_480, 5


def write_rows(frame: DataFrame, table: QueryTable) -> None:
    """Write rows, each with the write time in column WRITE_TIME (microseconds).

    Sorted by partition, so that those of a part that have one are sent together. Tables of one row a partition gain
    nothing from it. NULLs are not written.
    """
    if table.partition_names != (PANDAID.name,):
        if table.one_row:
            frame = side_by_side(brought_together(frame, table.partition_names), table)
        frame = frame.sortWithinPartitions(*table.partition_names, *table.stored.clustering_names)
    # None is left out: Cassandra names the one that its table has not.
    columns = [name for name in frame.columns if name != WRITE_TIME]
    keyspace = settings.text("HMSF_KEYSPACE")
    java = rows_package(frame.sparkSession)
    java.RowWriter.write(
        frame.select(*columns, WRITE_TIME)._jdf,
        f"INSERT INTO {keyspace}.{table.name} ({', '.join(columns)}) VALUES ({', '.join('?' * len(columns))}) "
        "USING TIMESTAMP ?",
        java.Batches(BATCH_PARTITIONS, BATCH_ROWS, BATCH_BYTES, BATCHES_AT_ONCE),
    )


def read_partitions(spark: SparkSession, table: QueryTable, keys: DataFrame) -> DataFrame:
    """All rows of the partitions whose keys a frame lists, read by key, never by a scan. With the first clustering
    columns beside the key only what has those values is read, with columns FIRST_HOUR and LAST_HOUR only those hours.
    """
    wanted = (SPAN.get(name, f"{name} = ?") for name in keys.columns)
    statement = (
        f"SELECT {', '.join(table.stored.types)} FROM {settings.text('HMSF_KEYSPACE')}.{table.name} "
        f"WHERE {' AND '.join(wanted)}"
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
