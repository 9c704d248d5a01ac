"""One hour of jobs as a load of it would have them: completed ones, each once, with their row of the job cube."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import datetime

import pyarrow as pa
import pyarrow.compute as pc

from data_models.cube import INPUT_COLUMNS, job_cube
from data_models.disposition import KEPT, dispositions
from data_models.job_record import by_name
from data_models.listed_job import RECORD_COLUMNS
from data_models.window import hour_window

# What is read of a job record: for the cube, and for lists of jobs.
COLUMNS = (*INPUT_COLUMNS, *(name for name in RECORD_COLUMNS if name not in INPUT_COLUMNS))
SCHEMA = pa.schema([(name, by_name()[name].arrow) for name in COLUMNS])
NEWEST_FIRST = [("modificationtime", "descending"), ("pandaid", "descending")]


@dataclass(frozen=True)
class LiveHour:
    """The jobs of an hour, newest first, as they were at `as_of` (UTC): columns of the cube and RECORD_COLUMNS."""

    hour: datetime
    as_of: datetime
    jobs: pa.Table


def live_hour(hour: datetime, as_of: datetime, records: pa.Table) -> LiveHour:
    """The hour (a full one, UTC) from its job records, which have at least COLUMNS in the pinned types."""
    batches = [kept_jobs(hour, batch) for batch in records.to_batches()]
    kept = distinct_jobs(pa.Table.from_batches(batches, SCHEMA)).combine_chunks()
    cubes = [with_record(batch) for batch in kept.to_batches()] or [with_record(batch_of_none())]
    return LiveHour(hour, as_of, pa.Table.from_batches(cubes).sort_by(NEWEST_FIRST))


def kept_jobs(hour: datetime, batch: pa.RecordBatch) -> pa.RecordBatch:
    """The completed jobs of a batch; what a load excludes or puts into quarantine is left out."""
    kind, _ = dispositions(batch, hour_window(hour))
    return batch.select(COLUMNS).filter(pc.equal(kind, KEPT))


def distinct_jobs(jobs: pa.Table) -> pa.Table:
    """Each PANDAID once: the latest (MODIFICATIONTIME, STATECHANGETIME), as in loads."""
    order = [("pandaid", "ascending"), ("modificationtime", "descending"), ("statechangetime", "descending")]
    ordered = jobs.sort_by(order).combine_chunks()
    ids = ordered["pandaid"]
    if len(ids) < 2:
        return ordered
    first = pa.chunked_array([[True], *pc.not_equal(ids.slice(1), ids.slice(0, len(ids) - 1)).chunks], pa.bool_())
    return ordered.filter(first)


def with_record(records: pa.RecordBatch) -> pa.RecordBatch:
    """The cube of some records, and the columns that job lists take from the record itself."""
    cube = job_cube(records)
    fields = [*cube.schema, *(SCHEMA.field(name) for name in RECORD_COLUMNS)]
    return pa.RecordBatch.from_arrays(
        [*cube.columns, *(records[name] for name in RECORD_COLUMNS)], schema=pa.schema(fields)
    )


def batch_of_none() -> pa.RecordBatch:
    """No records."""
    return pa.RecordBatch.from_pylist([], SCHEMA)
