"""One window of the source into staged Parquet at one snapshot; a snapshot that does not hold is taken anew, bounded.

Whatever a lost snapshot has staged is overwritten: the window is read again from its start, never mixed from two.
"""

from __future__ import annotations

import functools
import time
from collections.abc import Generator, Iterator
from dataclasses import dataclass
from datetime import datetime

import pyarrow as pa
from py4j.protocol import Py4JJavaError
from pyspark.errors import PySparkException
from pyspark.sql import SparkSession
from pyspark.sql.pandas.types import from_arrow_schema

from data_models.disposition import dispositions
from data_models.erasure import NO_ERASURE, Erasure
from data_models.staged_record import SCHEMA, staged_records
from data_models.window import Window
from spark_jobs import step
from spark_jobs.one_ahead import one_ahead
from spark_jobs.small_loads import plan_for
from spark_jobs.sources.protocol import HourTotals, Slice, Snapshot, SnapshotLost, Source
from spark_jobs.staging import Staging
from spark_jobs.step import root_cause

SNAPSHOTS = 3
# How long the tasks of a failed reading are waited for before the next one begins.
DRAIN_SECONDS = 60
# A row's number is its slice's number and its place in the slice, so rows that are equal in all columns differ in it.
SLICE_SHIFT = 40
ADDED = pa.schema(
    [
        ("hmsf_row", pa.int64()),
        ("hmsf_segment", pa.string()),
        ("hmsf_rank", pa.int64()),
        ("disposition", pa.string()),
        ("reason", pa.string()),
    ]
)
STAGED = pa.schema([*SCHEMA, *ADDED])


@dataclass(frozen=True)
class WindowReading:
    """A window as it was read: at which snapshot, what the source counted there, in how many slices."""

    snapshot: Snapshot
    totals: dict[datetime, HourTotals]
    slices: int


def read_window(
    spark: SparkSession, source: Source, staging: Staging, window: Window, sessions: int, erasure: Erasure = NO_ERASURE
) -> WindowReading:
    """Stage the rows of the window; `sessions`: how many slices are read at once; `erasure`: names to be left out.

    Raises SourceError, SnapshotLost among them when the last of SNAPSHOTS snapshots did not hold either.
    """
    for tried in range(1, SNAPSHOTS):
        try:
            return _at_one_snapshot(spark, source, staging, window, sessions, erasure)
        except (SnapshotLost, Py4JJavaError, PySparkException) as error:
            # What executors raise arrives as text only.
            if not isinstance(error, SnapshotLost) and SnapshotLost.__name__ not in str(error):
                raise
            reason = root_cause(str(error))
            print(f"  snapshot {tried} of {SNAPSHOTS} did not hold, the window is read again: {reason}", flush=True)
            _drain(spark)
    return _at_one_snapshot(spark, source, staging, window, sessions, erasure)


def _at_one_snapshot(
    spark: SparkSession, source: Source, staging: Staging, window: Window, sessions: int, erasure: Erasure
) -> WindowReading:
    with source.snapshot(window) as snapshot:
        totals = source.control_totals(snapshot, window)
        plan_for(spark, sum(total.rows for total in totals.values()), "extract")
        slices = source.slices(snapshot, window)
        reader = functools.partial(read_slices, source, snapshot, slices, window, erasure)
        numbers = spark.sparkContext.parallelize([(part.number,) for part in slices], min(sessions, len(slices)))
        rows = numbers.toDF("number bigint").mapInArrow(reader, from_arrow_schema(STAGED))
        with step.telling(f"while rows were staged in {staging.path('rows')}"):
            rows.write.mode("overwrite").parquet(staging.path("rows"))
        if not snapshot.consistent and source.control_totals(snapshot, window) != totals:
            raise SnapshotLost(
                f"{source.where}: window {window} was read without a snapshot and has changed meanwhile; let it settle "
                "for longer (HMSF_SETTLE_MINUTES) or grant what a snapshot needs"
            )
    return WindowReading(snapshot, totals, len(slices))


def read_slices(
    source: Source,
    snapshot: Snapshot,
    slices: list[Slice],
    window: Window,
    erasure: Erasure,
    batches: Iterator[pa.RecordBatch],
) -> Iterator[pa.RecordBatch]:
    """On an executor: the staged rows (STAGED) of the slices whose numbers arrive."""
    for batch in batches:
        read = records_of_slices(source, snapshot, [slices[number] for number in batch.column(0).to_pylist()])
        for part, first, records in one_ahead(read):
            yield staged_batch(erasure.erased(records), part, window, first)


def records_of_slices(
    source: Source, snapshot: Snapshot, slices: list[Slice]
) -> Generator[tuple[Slice, int, pa.RecordBatch], None, None]:
    """The records of slices as the source gives them, each batch with its slice and the number of its first row."""
    for part in slices:
        first = part.number << SLICE_SHIFT
        for records in source.read(snapshot, part):
            yield part, first, records
            first += len(records)


def staged_batch(records: pa.RecordBatch, part: Slice, window: Window, first: int) -> pa.RecordBatch:
    """Records of a slice in staged form, with row numbers from `first`, segment and disposition."""
    kinds, reasons = dispositions(records, window)
    added = [
        pa.array(range(first, first + len(records)), pa.int64()),
        pa.repeat(part.segment, len(records)),
        pa.repeat(pa.scalar(part.rank, pa.int64()), len(records)),
        kinds,
        reasons,
    ]
    return pa.RecordBatch.from_arrays([*staged_records(records).columns, *added], schema=STAGED)


def _drain(spark: SparkSession) -> None:
    """Wait for what still runs: Spark could give a killed task's Python worker to the next reading."""
    tracker, deadline = spark.sparkContext._jsc.sc().statusTracker(), time.monotonic() + DRAIN_SECONDS
    while time.monotonic() < deadline and any(info.numRunningTasks() for info in tracker.getExecutorInfos()):
        time.sleep(0.2)
