"""The archived hours in which the record of any job has a name: all jobs of a period are read for it."""

from __future__ import annotations

import functools
from collections.abc import Iterable, Iterator
from datetime import datetime

import pyarrow as pa
from pyspark.sql import SparkSession

from data_models.erasure import Search
from data_models.ledger import Ledger
from data_models.staged_record import ARCHIVED_COLUMNS
from data_models.window import HOUR, Window
from spark_jobs.archived_jobs import archived_jobs, count_by_hour
from spark_jobs.erased_hours import archived_days, source_entry


def hours_that_mention(
    spark: SparkSession, ledger: Ledger, search: Search, load: str, period: Window | None
) -> Iterable[datetime]:
    """The archived hours in which a record of any job has the name; all jobs of the period are read."""
    for state in archived_days(ledger, period):
        entries = {
            hour: entry
            for hour, told in ledger.transitions_of_day(state.day).items()
            if (entry := source_entry(told, load))
            and (period is None or (period.start <= hour and hour + HOUR <= period.end))
        }
        if entries:
            jobs = archived_jobs(spark, entries).select(*ARCHIVED_COLUMNS)
            hits = jobs.mapInArrow(functools.partial(hit_batches, search), jobs.schema)
            yield from sorted(count_by_hour(hits))


def hit_batches(search: Search, batches: Iterator[pa.RecordBatch]) -> Iterator[pa.RecordBatch]:
    """On an executor: the rows of each batch that have the name."""
    for batch in batches:
        yield batch.filter(search.in_texts(batch))
