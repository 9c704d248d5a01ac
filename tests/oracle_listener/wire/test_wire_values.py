"""Values: known bytes, the order of NUMBERs, what comes back, what cannot be held."""

from __future__ import annotations

from datetime import UTC, datetime, timedelta, timezone
from decimal import Decimal

import pytest
from hypothesis import given
from hypothesis import strategies as st

from .errors import OraError
from .values import (
    decode_number,
    decode_time,
    encode_date,
    encode_double,
    encode_number,
    encode_timestamp,
    encode_timestamp_tz,
)

KNOWN = {
    "0": "80",
    "10": "c10b",
    "123": "c20218",
    "0.01": "c002",
    "-1": "3e6466",
    "-123.45": "3d644e3866",
    "1": "c102",
    "100": "c202",
    "0.1": "c00b",
    "1e30": "d002",
    "-7": "3e5e66",
    "9" * 38: "d3" + "64" * 19,
}
NUMBERS = st.decimals(min_value=Decimal("-1e38"), max_value=Decimal("1e38"), allow_nan=False, places=6).map(
    lambda value: value.normalize()
)
MOMENTS = st.datetimes(datetime.fromisoformat("0001-01-01 00:00:00"), datetime.fromisoformat("9999-12-31 00:00:00"))


@pytest.mark.parametrize(("value", "written"), KNOWN.items())
def test_numbers_have_their_known_bytes(value: str, written: str) -> None:
    assert encode_number(Decimal(value)).hex() == written
    assert decode_number(bytes.fromhex(written)) == Decimal(value)


@given(st.integers(-(10**38) + 1, 10**38 - 1))
def test_an_integer_is_written_like_the_same_decimal(value: int) -> None:
    assert encode_number(value) == encode_number(Decimal(value))
    assert decode_number(encode_number(value)) == value


@given(NUMBERS, NUMBERS)
def test_the_bytes_of_numbers_sort_like_the_numbers(one: Decimal, other: Decimal) -> None:
    assert (encode_number(one) < encode_number(other)) == (one < other)
    assert (encode_number(one) == encode_number(other)) == (one == other)


@given(NUMBERS)
def test_a_number_comes_back(value: Decimal) -> None:
    assert decode_number(encode_number(value)) == value


def test_a_float_is_written_as_it_reads() -> None:
    assert encode_number(0.1) == encode_number(Decimal("0.1"))


def test_digits_behind_the_fortieth_are_rounded() -> None:
    third = Decimal("0." + "3" * 60)
    assert str(decode_number(encode_number(third))).count("3") == 40
    assert decode_number(encode_number(Decimal("9" * 45))) == 10**45


def test_a_number_beyond_all_is_an_overflow() -> None:
    with pytest.raises(OraError, match="ORA-01426"):
        encode_number(Decimal("1e126"))


@given(MOMENTS)
def test_a_time_comes_back_and_a_date_without_its_fraction(moment: datetime) -> None:
    assert decode_time(encode_timestamp(moment)) == moment
    assert decode_time(encode_date(moment)) == moment.replace(microsecond=0)


def test_times_have_their_known_bytes() -> None:
    moment = datetime.fromisoformat("2024-02-29 13:14:15")
    assert encode_date(moment).hex() == "787c021d0e0f10"
    assert encode_timestamp(moment.replace(microsecond=678901)).hex() == "787c021d0e0f1028773508"


@pytest.mark.parametrize(("minutes", "offset"), [(0, "143c"), (120, "163c"), (-330, "0f1e"), (345, "1969")])
def test_a_time_with_zone_is_in_utc_and_names_its_offset(minutes: int, offset: str) -> None:
    moment = datetime(2026, 7, 1, 12, tzinfo=UTC)
    written = encode_timestamp_tz(moment.astimezone(timezone(timedelta(minutes=minutes))))
    assert decode_time(written) == moment.replace(tzinfo=None)
    assert written[11:].hex() == offset


@given(st.floats(allow_nan=False), st.floats(allow_nan=False))
def test_the_bytes_of_doubles_sort_like_the_numbers(one: float, other: float) -> None:
    if one != other:
        assert (encode_double(one) < encode_double(other)) == (one < other)
