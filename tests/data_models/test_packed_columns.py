"""The packed columns of table `job` come back to exact types."""

from __future__ import annotations

import json
from datetime import UTC, datetime
from decimal import Decimal
from typing import Any

import pytest
from hypothesis import given
from hypothesis import strategies as st

from data_models.job_record import by_name
from data_models.packed_columns import unpack
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


def written(value: Any) -> str:
    """A value as Spark casts it to text."""
    if isinstance(value, datetime):
        return value.replace(tzinfo=None).isoformat(sep=" ")
    return str(value)


@given(PACKED_VALUES)
def test_what_was_packed_comes_back_and_what_was_null_is_none(job: dict[str, Any]) -> None:
    text = json.dumps({name: written(value) for name, value in job.items()})
    read = unpack(text)
    assert read == dict.fromkeys(PACKED) | job
    assert [type(read[name]) for name in job] == [type(value) for value in job.values()]


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
