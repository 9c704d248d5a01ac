"""A staged load made by hand, in the shape that the extract step writes."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from datetime import UTC, datetime, timedelta
from pathlib import Path
from typing import Any

import pyarrow as pa
import pyarrow.parquet as pq
from pyspark.sql import SparkSession

from data_models.disposition import DISPOSITIONS, KEPT
from data_models.job_record import arrow_schema
from data_models.staged_record import SCHEMA, staged_records
from data_models.window import HOUR, Window, format_time, hours
from spark_jobs.staging import Staging

START = datetime(2026, 7, 1, 10, tzinfo=UTC)
WINDOW = Window(START, START + 2 * HOUR)
# A job as it should be; the columns that are not here are NULL.
JOB = {
    "modificationtime": START + timedelta(minutes=5),
    "statechangetime": START + timedelta(minutes=5),
    "starttime": START - HOUR,
    "endtime": START,
    "jobstatus": "failed",
    "computingsite": "CERN",
    "produsername": "anna",
    "attemptnr": 1,
    "piloterrorcode": 1305,
    "exeerrorcode": 65,
    "transexitcode": "65",
}


def job_table(number: int, first: int = 1, **columns: Any) -> pa.Table:
    """So many good jobs with PANDAIDs from `first`; `columns`: a value for all of them, or a list of one each."""
    given = JOB | {"pandaid": list(range(first, first + number))} | columns
    arrays = {
        field.name: pa.array(value, field.type)
        if isinstance(value := given.get(field.name), list)
        else pa.repeat(pa.scalar(value, field.type), number)
        for field in arrow_schema()
    }
    return pa.table(arrays)


def changed(table: pa.Table, row: int, column: str, value: object) -> pa.Table:
    """A table with one value replaced."""
    place = table.schema.get_field_index(column)
    values = table[column].to_pylist()
    values[row] = value
    return table.set_column(place, table.schema.field(place), pa.array(values, table.schema.field(place).type))


def stage(
    spark: SparkSession, root: Path, jobs: pa.Table, duplicates: Sequence[int] = (), without: Sequence[str] = ()
) -> Staging:
    """Stage jobs as kept rows; `duplicates`: the numbers of those (from 0) that another row stands for; `without`:
    columns that are left out."""
    staging = Staging(spark, str(root), "load", "extraction")
    jobs = pa.Table.from_batches([staged_records(batch) for batch in jobs.combine_chunks().to_batches()], SCHEMA)
    jobs = jobs.drop_columns(list(without))
    added = {
        "hmsf_row": pa.array(range(jobs.num_rows), pa.int64()),
        "hmsf_segment": pa.repeat("doma_panda.jobsarchived4", jobs.num_rows),
        "hmsf_rank": pa.repeat(pa.scalar(0, pa.int64()), jobs.num_rows),
        "disposition": pa.repeat(KEPT, jobs.num_rows),
        "reason": pa.nulls(jobs.num_rows, pa.string()),
    }
    for name, array in added.items():
        jobs = jobs.append_column(name, array)
    write(jobs, staging.path("rows"))
    write(pa.table({"hmsf_row": pa.array(duplicates, pa.int64())}), staging.path("duplicates"))
    return staging


def write(table: pa.Table, folder: str) -> None:
    """One Parquet file in a new folder."""
    Path(folder).mkdir(parents=True)
    pq.write_table(table, f"{folder}/part.parquet")


def extraction(by_hour: Sequence[Mapping[str, int]], **changes: Any) -> dict[str, Any]:
    """The summary of an extraction of WINDOW: for each hour staged rows by disposition, and `source` if it is not
    their sum; `changes` replace entries."""
    counts = {}
    for hour, given in zip(hours(WINDOW), by_hour, strict=True):
        staged = {f"staged_{kind}": given.get(kind, 0) for kind in DISPOSITIONS}
        counts[format_time(hour)] = {"source_rows": given.get("source", sum(staged.values())), **staged}
    summary = {
        "window": str(WINDOW),
        "load": "load",
        "extraction": "extraction",
        "source": "PostgreSQL panda@localhost:5432/panda",
        "t": 1_782_900_000_123_456,
        "snapshot": "token",
        "slices": 1,
        "notes": [],
        "warnings": [],
        "hours": counts,
        "code_differences": [],
    }
    return summary | changes
