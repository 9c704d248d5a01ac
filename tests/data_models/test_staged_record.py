"""What is staged of a job record: all of it is in some column."""

from __future__ import annotations

from datetime import UTC, datetime
from typing import Any

import pyarrow as pa
from hypothesis import given
from hypothesis import strategies as st
from job_strategies import jobs

from data_models.cube import job_cube
from data_models.job_record import arrow_schema, columns
from data_models.packed_columns import unpack
from data_models.staged_record import ARCHIVED_COLUMNS, COLUMNS, CUBE_COLUMN, SCHEMA, staged_again, staged_records
from data_models.tables.job import PACKED, PACKED_COLUMN, TYPED_TIMES


def records(*jobs: dict[str, object]) -> pa.RecordBatch:
    """Job records; columns that are not given are NULL."""
    return pa.RecordBatch.from_pylist(list(jobs), schema=arrow_schema())


def test_every_column_of_the_record_is_staged_or_packed() -> None:
    assert {column.name for column in columns()} == {*COLUMNS, *PACKED}


def test_columns_are_as_they_were_and_the_cube_is_that_of_the_record() -> None:
    batch = records({"pandaid": 1, "computingsite": " CERN ", "jobmetrics": "coreCount=8"}, {"pandaid": 2})
    staged = staged_records(batch)
    assert staged.schema == SCHEMA
    assert staged["computingsite"].to_pylist() == [" CERN ", None]
    assert staged[CUBE_COLUMN].to_pylist() == job_cube(batch).to_pylist()
    assert [unpack(text)["jobmetrics"] for text in staged[PACKED_COLUMN].to_pylist()] == ["coreCount=8", None]


def test_no_record_gives_none() -> None:
    assert staged_records(records()).num_rows == 0


def in_milliseconds(job: dict[str, Any]) -> dict[str, Any]:
    """A job whose times have no finer fractions, as those of table `job`."""
    return {
        name: value.replace(microsecond=value.microsecond // 1000 * 1000) if isinstance(value, datetime) else value
        for name, value in job.items()
    }


def in_table(staged: pa.RecordBatch) -> pa.RecordBatch:
    """What table `job` has of staged records: times that CQL's readers do not take are not in typed columns."""
    first = datetime(1583, 1, 1, tzinfo=UTC)
    rows = staged.select(list(ARCHIVED_COLUMNS)).to_pylist()
    for row in rows:
        row |= {name: None for name in TYPED_TIMES if row[name] and row[name] < first}
    return pa.RecordBatch.from_pylist(rows, schema=staged.select(list(ARCHIVED_COLUMNS)).schema)


@given(st.lists(jobs.map(in_milliseconds), min_size=1, max_size=4))
def test_a_row_of_table_job_has_the_staged_form_of_the_record_that_it_was_made_of(some: list[dict[str, Any]]) -> None:
    staged = staged_records(records(*some))
    assert staged_again(in_table(staged)).equals(staged)
