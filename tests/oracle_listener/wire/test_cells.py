"""Cells: a value with its length, NULL, and what a column cannot hold."""

from __future__ import annotations

from datetime import datetime
from decimal import Decimal

import pytest

from .cells import encoder
from .column_types import BINARY_DOUBLE, CLOB, DATE, LONG, NUMBER, char, number, timestamp, varchar2
from .errors import OraError
from .values import decode_number


@pytest.mark.parametrize(
    ("kind", "value", "cell"),
    [
        (number(3), None, "00"),
        (number(3), 999, "03c20a64"),
        (number(5, 2), Decimal("-9.5"), "043e5c3366"),
        (varchar2(5), "", "00"),
        (varchar2(5), "é", "02c3a9"),
        (char(4), "MB  ", "044d422020"),
        (DATE, datetime.fromisoformat("2024-02-29 00:00:00"), "07787c021d010101"),
        (LONG, None, "008101 02057d"),
        (LONG, "x", "01780000"),
        (CLOB, None, "00"),
        (BINARY_DOUBLE, 1.0, "08bff0000000000000"),
        (timestamp(3), datetime.fromisoformat("2024-02-29 00:00:00"), "07787c021d010101"),
    ],
)
def test_a_cell_is_a_value_with_its_length(kind: object, value: object, cell: str) -> None:
    cells = encoder("X", kind)
    assert cells[value].hex() == cell.replace(" ", "")
    assert cells[value].hex() == cell.replace(" ", "")


@pytest.mark.parametrize(
    ("kind", "value", "code"),
    [
        (number(3), 1000, 1438),
        (number(3), -1000, 1438),
        (number(5, 2), Decimal("1.005"), 1438),
        (number(5, 2), Decimal("1000"), 1438),
        (varchar2(3), "four", 12899),
        (varchar2(3, bytes_only=True), "éé", 12899),
        (CLOB, "text", 3001),
    ],
)
def test_a_value_that_the_column_cannot_hold_is_an_error(kind: object, value: object, code: int) -> None:
    with pytest.raises(OraError, match=f"ORA-{code:05}"):
        encoder("X", kind)[value]


def test_any_number_fits_a_number_without_precision() -> None:
    assert decode_number(encoder("X", NUMBER)[10**37][1:]) == 10**37
