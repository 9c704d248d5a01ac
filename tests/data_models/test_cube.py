"""The job cube, whole batches at once, says of every job what the rules say of it one by one."""

from __future__ import annotations

from typing import Any

import job_strategies
import pyarrow as pa
import pytest
import row_model
from hypothesis import Phase, given
from hypothesis import settings as hypothesis
from hypothesis import strategies as st

from data_models.cube import INPUT_COLUMNS, SCHEMA, job_cube, transform_codes
from data_models.job_record import by_name
from data_models.message_groups import fingerprint

INPUT = pa.schema([(name, by_name()[name].arrow) for name in INPUT_COLUMNS])


def batch(jobs: list[dict[str, Any]]) -> pa.RecordBatch:
    """Job records in the pinned types."""
    return pa.RecordBatch.from_pylist(jobs, schema=INPUT)


@hypothesis(max_examples=300, phases=[Phase.generate])
@given(st.lists(job_strategies.jobs, max_size=6))
def test_the_cube_is_what_the_rules_say_job_by_job(jobs: list[dict[str, Any]]) -> None:
    cube = job_cube(batch(jobs))
    assert cube.schema == SCHEMA
    rows = cube.to_pylist()
    groups = [(error.pop("message_group"), error.pop("template")) for row in rows for error in row["errors"]]
    assert rows == [row_model.cube_row(job) for job in jobs]
    assert groups == [fingerprint(**error_of(error)) for row in rows for error in row["errors"]]


def error_of(error: dict[str, Any]) -> dict[str, Any]:
    """An error of the cube as `fingerprint` takes it."""
    return {"component": error["component"], "code": error["code"], "diag": error["message"]}


@given(st.lists(job_strategies.jobs, min_size=2, max_size=6), st.integers(1, 5))
def test_a_job_is_the_same_in_whatever_batch_it_comes(jobs: list[dict[str, Any]], cut: int) -> None:
    whole = job_cube(batch(jobs)).to_pylist()
    assert job_cube(batch(jobs[:cut])).to_pylist() + job_cube(batch(jobs[cut:])).to_pylist() == whole
    # A slice of Arrow keeps the offsets of its parent.
    assert job_cube(batch(jobs).slice(1)).to_pylist() == whole[1:]


def test_columns_that_are_not_asked_for_do_no_harm_and_their_order_does_not_matter() -> None:
    job = dict.fromkeys(INPUT_COLUMNS) | {"pandaid": 1, "jobstatus": "failed", "transexitcode": "65", "extra": "x"}
    job["modificationtime"] = job_strategies.DAY
    schema = pa.schema([*reversed(list(INPUT)), ("extra", pa.string())])
    cube = job_cube(pa.RecordBatch.from_pylist([job], schema=schema))
    assert [(error["component"], error["code"]) for error in cube.to_pylist()[0]["errors"]] == [("transform", 65)]


@pytest.mark.parametrize(
    ("text", "code", "unreadable"),
    [
        (None, None, 0),
        ("", None, 0),
        (" \t", None, 0),
        ("65", 65, 0),
        (" 65 ", 65, 0),
        ("65.0", 65, 0),
        ("65.", 65, 0),
        ("+65", 65, 0),
        ("-65", -65, 0),
        ("065", 65, 0),
        ("0", 0, 0),
        ("9" * 18, 10**18 - 1, 0),
        ("9" * 19, None, 1),
        ("65.5", None, 1),
        ("6 5", None, 1),
        ("65\n66", None, 1),
        ("abc", None, 1),
        ("1e2", None, 1),
        ("0x41", None, 1),
        ("٦٥", None, 1),
        (".0", None, 1),
        ("+-5", None, 1),
        ("NaN", None, 1),
    ],
)
def test_an_exit_code_is_a_trimmed_whole_number(text: str | None, code: int | None, unreadable: int) -> None:
    codes, flags = transform_codes(pa.array([text], pa.string()))
    assert (codes.type, codes.to_pylist(), flags.to_pylist()) == (pa.int64(), [code], [unreadable])


@given(st.lists(job_strategies.exit_codes))
def test_exit_codes_are_read_as_the_rule_reads_them_one_by_one(texts: list[str | None]) -> None:
    codes, flags = transform_codes(pa.array(texts, pa.string()))
    assert codes.to_pylist() == [row_model.exit_code(text) for text in texts]
    assert flags.to_pylist() == [int(row_model.is_unreadable(text)) for text in texts]
