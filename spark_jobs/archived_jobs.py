"""The jobs of hours that are archived, in staged form, without asking the source.

They are those of the extraction that the hour's verified load was published from where that is kept and of today's
form and rules; else those of table `job`, found by the load's list `job_ids_by_hour`. Both are what one snapshot had:
duplicates and rows that are no jobs were told apart before the load was published.
"""

from __future__ import annotations

import functools
from collections import defaultdict
from collections.abc import Iterable, Iterator, Mapping
from datetime import UTC, datetime

import pyarrow as pa
from pyspark.sql import DataFrame, SparkSession
from pyspark.sql import functions as F
from pyspark.sql.pandas.types import from_arrow_schema

from data_models.ledger_state import Transition
from data_models.query_table import HOUR_COLUMN, LOAD_COLUMN
from data_models.staged_record import ARCHIVED_COLUMNS, SCHEMA, staged_again
from data_models.tables import job, job_ids_by_hour
from data_models.version import MODEL_VERSION
from data_models.window import format_time
from spark_jobs.connector import read_partitions
from spark_jobs.local_rows import local_frame
from spark_jobs.staged_rows import staged_jobs
from spark_jobs.staging import Staging, StagingError

JOB_HOUR = "date_trunc('hour', modificationtime)"


def archived_jobs(spark: SparkSession, entries: Mapping[datetime, Transition]) -> DataFrame:
    """The jobs of some hours (at least one), each as its verified load wrote them; `entries`: that of the ledger."""
    staged, in_table = sources(spark, entries)
    parts = [of_hours(staged_jobs(spark, staging), hours) for staging, hours in staged]
    if in_table:
        parts.append(jobs_in_table(spark, {hour: entries[hour].w for hour in in_table}))
    return functools.reduce(DataFrame.unionByName, parts)


def sources(
    spark: SparkSession, entries: Mapping[datetime, Transition]
) -> tuple[list[tuple[Staging, list[datetime]]], list[datetime]]:
    """Where the jobs of each hour are taken from: the kept extractions with their hours, and the hours of which table
    `job` has to give them."""
    by_load: dict[str, list[datetime]] = defaultdict(list)
    for hour, entry in entries.items():
        by_load[entry.load].append(hour)
    staged, in_table = [], []
    for load, hours in by_load.items():
        staging = kept_extraction(spark, load)
        published = staging.read_json_or_none("publication.json") if staging else None
        kept = [hour for hour in hours if published and is_of(entries[hour], published["w"])]
        if kept:
            staged.append((staging, kept))
        in_table += [hour for hour in hours if hour not in kept]
    return staged, in_table


def is_of(entry: Transition, write_times: Mapping[str, int]) -> bool:
    """Whether an extraction that was published with these write times is the one of a ledger's entry, by today's
    counting rules."""
    return entry.model == MODEL_VERSION and write_times.get(format_time(entry.hour)) == entry.w


def kept_extraction(spark: SparkSession, load: str) -> Staging | None:
    """The extraction of a load whose rows are still there, in today's form; None if there is none."""
    try:
        staging = Staging.current(spark, load)
    except StagingError:
        return None
    if not (staging.holds("rows") and staging.holds("duplicates")):
        return None
    found = {field.name: field.dataType for field in spark.read.parquet(staging.path("rows")).schema}
    return staging if all(found.get(field.name) == field.dataType for field in from_arrow_schema(SCHEMA)) else None


def jobs_in_table(spark: SparkSession, write_times: Mapping[datetime, int]) -> DataFrame:
    """The jobs that table `job` has of some hours, by the lists of their loads' write times."""
    rows = rows_of_jobs(spark, write_times)
    return rows.select(*ARCHIVED_COLUMNS).mapInArrow(staged_batches, from_arrow_schema(SCHEMA))


def rows_of_jobs(spark: SparkSession, write_times: Mapping[datetime, int]) -> DataFrame:
    """The rows of table `job` of some hours, by the lists of their loads' write times."""
    keys = [
        (hour.replace(tzinfo=None), bucket, w)
        for hour, w in write_times.items()
        for bucket in range(job_ids_by_hour.BUCKETS)
    ]
    types = {HOUR_COLUMN: "timestamp", "bucket": "bigint", LOAD_COLUMN: "bigint"}
    buckets = local_frame(spark, types, keys)
    listed = read_partitions(spark, job_ids_by_hour.TABLE, buckets).select(F.explode("pandaids").alias("pandaid"))
    # A PANDAID may have a record in several hours.
    return of_hours(read_partitions(spark, job.TABLE, listed.distinct()), write_times)


def staged_batches(batches: Iterator[pa.RecordBatch]) -> Iterator[pa.RecordBatch]:
    """On an executor: rows of table `job` in staged form."""
    return map(staged_again, batches)


def of_hours(jobs: DataFrame, hours: Iterable[datetime]) -> DataFrame:
    """The jobs of some hours."""
    return jobs.where(F.expr(JOB_HOUR).isin([hour.replace(tzinfo=None) for hour in hours]))


def count_by_hour(jobs: DataFrame) -> dict[datetime, int]:
    """How many jobs each hour has."""
    counted = jobs.groupBy(F.expr(JOB_HOUR).alias(HOUR_COLUMN)).count().collect()
    return {row[HOUR_COLUMN].replace(tzinfo=UTC): row["count"] for row in counted}
