"""What is staged of a job record: all of it is in some column."""

from __future__ import annotations

import pyarrow as pa

from data_models.cube import job_cube
from data_models.job_record import arrow_schema, columns
from data_models.packed_columns import unpack
from data_models.staged_record import COLUMNS, CUBE_COLUMN, SCHEMA, staged_records
from data_models.tables.job import PACKED, PACKED_COLUMN


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
