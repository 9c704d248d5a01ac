"""Bind variables, by the bytes that the driver sends."""

from __future__ import annotations

from datetime import datetime
from decimal import Decimal

import pytest

from .binds import Bind, read_bind, read_row
from .scalars import ProtocolError, Reader
from .values import Value

NUMBER, TEXT, DATE, TIMESTAMP, RAW = Bind(2, 22), Bind(1, 40), Bind(12, 7), Bind(180, 11), Bind(23, 9)


def reader_of(data: str) -> Reader:
    """A reader of these bytes and no more."""
    pieces = iter([bytes.fromhex(data)])
    return Reader(lambda: next(pieces))


@pytest.mark.parametrize(
    ("data", "bind"),
    [
        ("02010000 0116 00000000000000", NUMBER),
        ("01010000 0128 000000000203690100", TEXT),
        ("0c010000 0107 00000000000000", DATE),
    ],
)
def test_a_type_is_read_with_its_size_and_to_its_end(data: str, bind: Bind) -> None:
    reader = reader_of(data + "ee")
    assert read_bind(reader) == bind
    assert reader.u8() == 0xEE


@pytest.mark.parametrize(
    ("bind", "data", "value"),
    [
        (NUMBER, "c102", 1),
        (NUMBER, "c10233", Decimal("1.5")),
        (NUMBER, "3e6466", -1),
        (TEXT, "6772c3b6c39f6572", "größer"),
        (DATE, "787c021d020304", datetime.fromisoformat("2024-02-29 01:02:03")),
        (TIMESTAMP, "787c021d0203041dcd6500", datetime.fromisoformat("2024-02-29 01:02:03.5")),
        (RAW, "00ff", b"\x00\xff"),
    ],
)
def test_a_value_is_read_by_its_type(bind: Bind, data: str, value: Value) -> None:
    assert bind.value(bytes.fromhex(data)) == value
    assert bind.value(None) is None


def test_a_row_brings_a_value_for_each_type_and_null_for_nothing() -> None:
    row = read_row(reader_of("07 02c104 00 0178"), (NUMBER, TEXT, TEXT))
    assert row == (3, None, "x")


def test_what_is_no_row_is_an_error() -> None:
    with pytest.raises(ProtocolError, match="message 6 where a row of binds belongs"):
        read_row(reader_of("06 02c104"), (NUMBER,))
