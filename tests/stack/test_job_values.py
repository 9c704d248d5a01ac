"""Values of any file become exactly those of the column, by the fast way or the slow one."""

from __future__ import annotations

from datetime import UTC, datetime, timedelta, timezone
from decimal import ROUND_HALF_UP, Decimal

import pyarrow as pa
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from data_models.job_record import table_columns
from stack.job_files.problem import BadValue
from stack.job_files.values import convert, limit_of

COLUMN = {column.name: column for column in table_columns()}
CODE, MONEY, TIME, STATE = (COLUMN[name] for name in ("ninputfiles", "memory_leak_x2", "starttime", "computingsite"))

blanks = st.sampled_from(["", " ", "\t", "  "])
zones = st.sampled_from([None, *(timezone(timedelta(hours=hours)) for hours in (0, 2, -7))])
times = st.datetimes(datetime(1970, 1, 2), datetime(2100, 1, 1), timezones=zones)  # noqa: DTZ001


def texts(values: list[str | None]) -> pa.Array:
    return pa.array(values, pa.string())


@settings(deadline=None)
@given(st.lists(st.tuples(st.integers(-99999, 99999), blanks, st.sampled_from(["", ".", ".0", ".000"])), min_size=1))
def test_whole_numbers_may_be_written_as_decimals(rows: list[tuple[int, str, str]]) -> None:
    written = texts([f"{blank}{number}{tail}{blank}" for number, blank, tail in rows])
    assert convert(written, CODE).to_pylist() == [number for number, _, _ in rows]


@settings(deadline=None)
@given(st.lists(st.decimals(-(10**11) + 1, 10**11 - 1, allow_nan=False, places=6), min_size=1))
def test_decimals_are_rounded_half_away_from_zero(numbers: list[Decimal]) -> None:
    expected = [number.quantize(Decimal("0.001"), ROUND_HALF_UP) for number in numbers]
    assert convert(texts([str(number) for number in numbers]), MONEY).to_pylist() == expected
    assert convert(texts([f"{number:e}" for number in numbers]), MONEY).to_pylist() == expected


@settings(deadline=None)
@given(st.lists(st.tuples(times, st.sampled_from(" T")), min_size=1))
def test_times_with_and_without_zone_become_utc(rows: list[tuple[datetime, str]]) -> None:
    expected = [time.replace(tzinfo=UTC) if time.tzinfo is None else time.astimezone(UTC) for time, _ in rows]
    assert convert(texts([time.isoformat(separator) for time, separator in rows]), TIME).to_pylist() == expected


@settings(deadline=None)
@given(st.lists(times.map(lambda time: time.replace(tzinfo=UTC, microsecond=0)), min_size=1))
def test_times_of_any_arrow_unit_and_of_epochs_are_the_same(moments: list[datetime]) -> None:
    for kind in (pa.timestamp("s"), pa.timestamp("ms", "Europe/Berlin"), pa.timestamp("ns")):
        assert convert(pa.array(moments, pa.timestamp("us", "UTC")).cast(kind), TIME).to_pylist() == moments
    late = [moment for moment in moments if moment.year > 2001]
    assert convert(pa.array([int(moment.timestamp()) * 1000 for moment in late], pa.int64()), TIME).to_pylist() == late


@settings(deadline=None)
@given(st.lists(st.text(st.characters(exclude_characters="\0", exclude_categories=["Cs"]), max_size=128)))
def test_text_comes_through_as_it_is(values: list[str]) -> None:
    array = texts(values)
    for given_as in (
        array,
        array.cast(pa.large_string()),
        array.dictionary_encode(),
        pa.chunked_array([array, array[:0]]),
    ):
        assert convert(given_as, STATE).to_pylist() == values


@pytest.mark.parametrize("word", ["", "NULL", "nan", "NaT", "None", " "])
def test_words_for_nothing_are_null_in_numbers_and_times_but_text_in_text(word: str) -> None:
    assert convert(texts([word, "5"]), CODE).to_pylist() == [None, 5]
    assert convert(texts([word]), TIME).to_pylist() == [None]
    assert convert(texts([word]), STATE).to_pylist() == [word]


def test_whole_floats_of_a_frame_are_whole_numbers_also_as_text() -> None:
    floats = pa.array([65.0, float("nan"), 1.0])
    assert convert(floats, CODE).to_pylist() == [65, None, 1]
    assert convert(floats, COLUMN["transexitcode"]).to_pylist() == ["65", None, "1"]


def test_null_becomes_the_default_where_the_column_takes_none() -> None:
    assert convert(texts([None, "1305"]), COLUMN["piloterrorcode"]).to_pylist() == [0, 1305]
    assert convert(texts([None]), COLUMN["jobstatus"]).to_pylist() == ["activated"]
    assert convert(texts([None]), COLUMN["creationtime"]).to_pylist() == [datetime(1970, 1, 1, tzinfo=UTC)]
    assert convert(texts([None]), COLUMN["cpuconsumptiontime"]).to_pylist() == [Decimal(0)]


def test_blanks_after_padded_text_do_not_count() -> None:
    assert convert(texts(["MB  "]), COLUMN["minramunit"]).to_pylist() == ["MB"]


@pytest.mark.parametrize(
    ("name", "value"),
    [
        ("piloterrorcode", "abc"),
        ("piloterrorcode", "1.5"),
        ("piloterrorcode", "0x41"),
        ("piloterrorcode", "2147483648"),
        ("piloterrorcode", "1e999999"),
        ("pandaid", str(2**64)),
        ("attemptnr", "32768"),
        ("gco2_global", "123456789.00"),
        ("gco2_global", "99999999.999"),
        ("gco2_global", "inf"),
        ("gco2_global", "1,5"),
        ("cpuconsumptiontime", "1" + "0" * 20),
        ("starttime", "yesterday"),
        ("starttime", "2026-02-30 00:00:00"),
        ("starttime", "2026-07-01 24:00:01"),
        ("starttime", "123"),
        ("jobstatus", "x" * 16),
        ("computingsite", "a\0b"),
        ("produsername", "é" * 61),
    ],
)
def test_a_bad_value_is_named_with_its_row(name: str, value: str) -> None:
    good = {"integer": "1", "decimal": "1", "time": "2026-07-01 00:00:00", "text": "x"}[COLUMN[name].kind]
    with pytest.raises(BadValue) as caught:
        convert(texts([good, None if COLUMN[name].nullable else good, good, value, "also bad"]), COLUMN[name])
    assert (caught.value.row, caught.value.value) == (3, value)


def test_an_integer_may_be_what_postgresql_holds_though_oracle_has_fewer_digits() -> None:
    assert limit_of(COLUMN["attemptnr"]) == 2**15 - 1
    assert limit_of(COLUMN["totrbytes"]) == 2**63 - 1
