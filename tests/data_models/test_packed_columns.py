"""The packed columns of table `job` come back to exact types."""

from __future__ import annotations

import json
from datetime import UTC, datetime
from decimal import Decimal
from typing import Any

import numpy as np
import pyarrow as pa
import pytest
from hypothesis import given
from hypothesis import strategies as st

from data_models.job_record import arrow_schema, by_name
from data_models.packed_columns import far_microseconds, pack, read, times_written, unpack, unpacked
from data_models.tables.job import PACKED

TEXTS = st.text(st.characters(exclude_categories=["Cs"], exclude_characters="\0"))


def values(name: str) -> st.SearchStrategy[Any]:
    """Any value of a column."""
    column = by_name()[name]
    if column.kind == "integer":
        return st.integers(-(2**63), 2**63 - 1)
    if column.kind == "decimal":
        digits, scale = column.precision_scale
        return st.integers(-(10**digits) + 1, 10**digits - 1).map(lambda number: Decimal(number).scaleb(-scale))
    if column.kind == "time":
        return st.datetimes(timezones=st.just(UTC))
    return TEXTS


PACKED_VALUES = st.fixed_dictionaries({}, optional={name: values(name) for name in PACKED})


def packed(*jobs: dict[str, Any]) -> list[dict[str, Any]]:
    """Job records packed and read back; columns that are not given are NULL."""
    arrays = [pa.array([job.get(field.name) for job in jobs], field.type) for field in arrow_schema()]
    return [unpack(text) for text in pack(pa.RecordBatch.from_arrays(arrays, schema=arrow_schema())).to_pylist()]


@given(st.lists(PACKED_VALUES, min_size=1, max_size=4))
def test_what_was_packed_comes_back_and_what_was_null_is_none(jobs: list[dict[str, Any]]) -> None:
    for job, found in zip(jobs, packed(*jobs), strict=True):
        assert found == dict.fromkeys(PACKED) | job
        assert [type(found[name]) for name in job] == [type(value) for value in job.values()]


@given(st.lists(PACKED_VALUES, min_size=1, max_size=4))
def test_columns_of_many_jobs_come_back_as_they_were(jobs: list[dict[str, Any]]) -> None:
    records = pa.RecordBatch.from_pylist(jobs, schema=arrow_schema())
    for name, column in unpacked(pack(records), PACKED).items():
        assert column.equals(records[name]), name


def test_columns_of_many_jobs_have_times_of_all_years_and_none_of_what_is_not_asked_for() -> None:
    far = "+20000-01-01 00:00:00"
    texts = pa.array([None, "{}", f'{{"starttime": "{far}", "ddmerrordiag": "no"}}'])
    assert unpacked(texts, ["starttime"])["starttime"].cast(pa.int64()).to_pylist() == [
        None,
        None,
        far_microseconds(far),
    ]
    assert unpacked(pa.array([], pa.string()), ["starttime"])["starttime"].to_pylist() == []


def test_only_stray_times_of_typed_columns_are_packed() -> None:
    caesar, ours = datetime(1500, 2, 1, 3, 4, 5, tzinfo=UTC), datetime(2026, 7, 1, tzinfo=UTC)
    [job] = packed({"starttime": caesar, "endtime": ours})
    assert job["starttime"] == caesar
    assert "endtime" not in job


@pytest.mark.parametrize(
    ("year", "text"),
    [(20_000, "+20000-01-01 00:00:00"), (200_000, "+200000-01-01 00:00:00"), (-4_000, "-4000-01-01 00:00:00")],
)
def test_times_beyond_pythons_years_are_told_as_text(year: int, text: str) -> None:
    moment = pa.array([np.datetime64(f"{year}-01-01", "us").astype(int)], pa.int64())
    assert times_written(moment.cast(pa.timestamp("us", tz="UTC"))).to_pylist() == [text]
    assert read("starttime", text) == text


def test_texts_are_escaped_and_stay_readable() -> None:
    text = 'a "quoted" \\ path\nof 🚧\x01 \u2028'
    assert packed({"ddmerrordiag": text}, {"ddmerrordiag": "plain"})[0]["ddmerrordiag"] == text


def test_an_empty_text_is_not_null() -> None:
    assert unpack('{"specialhandling": ""}')["specialhandling"] == ""
    assert unpack("{}")["specialhandling"] is None


def test_a_job_without_packed_columns_has_none_of_them() -> None:
    assert unpack(None) == unpack("") == dict.fromkeys(PACKED)


def test_times_have_fractions_where_there_are_any() -> None:
    time = next(name for name in PACKED if by_name()[name].kind == "time")
    assert unpack(json.dumps({time: "2026-07-01 10:00:00"}))[time] == datetime(2026, 7, 1, 10, tzinfo=UTC)
    assert unpack(json.dumps({time: "2026-07-01 10:00:00.25"}))[time].microsecond == 250_000


def test_a_stray_time_of_a_typed_column_is_told_beside_the_packed_ones() -> None:
    read = unpack('{"starttime": "0001-01-01 00:00:00", "endtime": "+20000-01-01 00:00:00"}')
    assert read["starttime"] == datetime(1, 1, 1, tzinfo=UTC)
    assert read["endtime"] == "+20000-01-01 00:00:00"
    assert read.keys() == {*PACKED, "starttime", "endtime"}


def test_a_name_that_is_no_column_is_an_error() -> None:
    with pytest.raises(KeyError):
        unpack('{"pandas": "1"}')
