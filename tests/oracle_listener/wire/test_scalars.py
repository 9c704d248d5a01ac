"""Scalars: what was written comes back, however it is cut; the lengths at which the form changes."""

from __future__ import annotations

from collections.abc import Iterator

import pytest
from hypothesis import given
from hypothesis import strategies as st

from .scalars import ProtocolError, Reader, Writer, clr


def reader(data: bytes, size: int = 3) -> Reader:
    """A reader that gets its bytes in small pieces."""
    pieces: Iterator[bytes] = iter([data[at : at + size] for at in range(0, len(data), size)])
    return Reader(lambda: next(pieces))


@given(st.integers(0, 2**64 - 1), st.integers(1, 9))
def test_an_unsigned_integer_comes_back(value: int, size: int) -> None:
    assert reader(bytes(Writer().ub(value)), size).ub() == value


@pytest.mark.parametrize(
    ("value", "written"),
    [
        (0, "00"),
        (1, "0101"),
        (255, "01ff"),
        (256, "020100"),
        (942, "0203ae"),
        (70000, "0400011170"),
        (2**32, "08" + f"{2**32:016x}"),
    ],
)
def test_an_integer_takes_as_many_bytes_as_it_needs(value: int, written: str) -> None:
    assert Writer().ub(value).hex() == written


def test_a_negative_integer_has_a_sign_in_its_length() -> None:
    assert Writer().sb(-1).hex() == "8101"
    assert Writer().sb(14).hex() == "010e"


@given(st.binary(max_size=700), st.integers(1, 300))
def test_bytes_come_back_and_empty_ones_are_null(data: bytes, size: int) -> None:
    assert reader(clr(data), size).clr() == (data or None)
    assert reader(bytes(Writer().dalc(data)), size).dalc() == data


@pytest.mark.parametrize("length", [251, 252, 253, 254, 255, 256, 32767, 32768, 70000])
def test_bytes_of_every_form_come_back(length: int) -> None:
    data = bytes(range(256)) * (length // 256 + 1)
    assert reader(clr(data[:length]), 1000).clr() == data[:length]


def test_bytes_longer_than_a_length_byte_holds_come_in_chunks() -> None:
    assert clr(b"x" * 252)[0] == 252
    assert clr(b"x" * 253)[:3] == bytes((0xFE, 1, 253))
    assert clr(b"x" * 253)[-1] == 0


@pytest.mark.parametrize("data", [b"\x09" + bytes(9), b"\xfd" + bytes(300)])
def test_a_length_that_cannot_be_is_refused(data: bytes) -> None:
    with pytest.raises(ProtocolError):
        (reader(data).ub if data[0] == 9 else reader(data).clr)()
