"""The partitions that a load's rows lie in, by table and hour: they are entered in the ledger before the first row."""

from __future__ import annotations

import functools
import json
from collections import defaultdict
from collections.abc import Mapping
from datetime import UTC, datetime

from pyspark.sql import DataFrame, SparkSession
from pyspark.sql import functions as F

from data_models.query_table import QueryTable
from data_models.tables import query_tables
from spark_jobs.hour_load import listed_in_ledger
from spark_jobs.one_part import in_one_part
from spark_jobs.staging import Staging, StagingError

WINDOW_HOUR = "window_hour"
FOLDER = "partitions"
SCHEMA = f"table_name string, {WINDOW_HOUR} timestamp, key string"

Partitions = dict[str, dict[datetime, list[tuple]]]


def listed_tables() -> list[QueryTable]:
    """The tables of hours whose partitions the ledger lists."""
    return [table for table in query_tables() if listed_in_ledger(table)]


def stage_partitions(staging: Staging, frames: Mapping[QueryTable, DataFrame]) -> None:
    """Stage the partitions of the tables that the ledger lists, of all their rows."""
    rows = partition_rows({table: frames[table] for table in listed_tables()})
    rows.write.mode("overwrite").parquet(staging.path(FOLDER))


def staged_partitions(spark: SparkSession, staging: Staging) -> Partitions:
    """What `stage_partitions` has staged. Raises StagingError when it is not there."""
    if not staging.holds(FOLDER):
        raise StagingError(f"load {staging.load}: {staging.path(FOLDER)} is missing; run the aggregate step first")
    return by_table(spark.read.schema(SCHEMA).parquet(staging.path(FOLDER)))


def touched_partitions(table: QueryTable, rows: DataFrame) -> dict[datetime, list[tuple]]:
    """The partitions of the rows of one table, by hour."""
    return by_table(partition_rows({table: rows})).get(table.name, {})


def partition_rows(frames: Mapping[QueryTable, DataFrame]) -> DataFrame:
    """One row (SCHEMA) a table, hour and partition, whose key is written as JSON."""
    parts = [
        rows.select(
            F.lit(table.name).alias("table_name"),
            F.expr(table.hour_expression).alias(WINDOW_HOUR),
            F.to_json(F.struct(*table.partition_names)).alias("key"),
        )
        for table, rows in frames.items()
    ]
    return in_one_part(functools.reduce(DataFrame.unionByName, parts)).distinct()


def by_table(partitions: DataFrame) -> Partitions:
    """Rows of `partition_rows` as the keys' values (JSON form), by table and hour (UTC)."""
    found: Partitions = defaultdict(dict)
    # Those of an hour in one text: a day of 100,000 jobs has 128,000, and as a row each they take three times as long.
    texts = (
        in_one_part(partitions)
        .groupBy("table_name", WINDOW_HOUR)
        .agg(F.concat_ws(",", F.collect_list("key")).alias("keys"))
    )
    for row in texts.collect():
        keys = [tuple(key.values()) for key in json.loads(f"[{row['keys']}]")]
        found[row.table_name][row[WINDOW_HOUR].replace(tzinfo=UTC)] = keys
    return found
