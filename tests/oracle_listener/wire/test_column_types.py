"""Types as DDL writes them."""

from __future__ import annotations

import pytest

from .column_types import BINARY_DOUBLE, CLOB, DATE, LONG, NUMBER, char, declared, number, timestamp, varchar2


@pytest.mark.parametrize(
    ("text", "kind"),
    [
        ("NUMBER(11,0)", number(11)),
        ("NUMBER(14, 3)", number(14, 3)),
        ("NUMBER", NUMBER),
        ("VARCHAR2(500 BYTE)", varchar2(500, bytes_only=True)),
        ("VARCHAR2(255 CHAR)", varchar2(255)),
        ("VARCHAR2(20)", varchar2(20, bytes_only=True)),
        ("CHAR(4 CHAR)", char(4)),
        ("DATE", DATE),
        ("TIMESTAMP(3)", timestamp(3)),
        ("CLOB", CLOB),
        ("BINARY_DOUBLE", BINARY_DOUBLE),
    ],
)
def test_a_declared_type_is_known(text: str, kind: object) -> None:
    assert declared(text) == kind


@pytest.mark.parametrize("text", ["XMLTYPE", "INTERVAL DAY TO SECOND", ""])
def test_another_one_is_refused(text: str) -> None:
    with pytest.raises(ValueError, match="type"):
        declared(text)


def test_a_column_never_has_a_buffer_of_zero() -> None:
    for kind in (NUMBER, varchar2(0, bytes_only=True), char(1), DATE, timestamp(), CLOB, LONG, BINARY_DOUBLE):
        assert kind.size > 0


def test_a_type_writes_itself_as_ddl_does() -> None:
    assert list(map(str, (number(9, 4), NUMBER, varchar2(3), char(2, bytes_only=True), DATE))) == [
        "NUMBER(9,4)",
        "NUMBER",
        "VARCHAR2(3 CHAR)",
        "CHAR(2 BYTE)",
        "DATE",
    ]
