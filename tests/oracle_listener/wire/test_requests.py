"""Requests, by the bytes that the driver sends."""

from __future__ import annotations

from datetime import datetime

import pytest

from .binds import Bind
from .requests import Call, Function, Option, Request, read_request
from .scalars import ProtocolError, Reader

SQL = b"select id from t where a > :1 and b = :2 and d < :3"


def read(data: bytes, binds: tuple[Bind, ...] = ()) -> Request:
    """A request from its bytes, which must be exactly as long as it is read."""
    pieces = iter([data])
    reader = Reader(lambda: next(pieces))
    request = read_request(reader, lambda cursor: binds)
    with pytest.raises(StopIteration):
        reader.u8()
    return request


def test_a_fetch_names_cursor_and_rows() -> None:
    assert read(bytes.fromhex("03050401010103")).call == Call(Function.FETCH, 1, 3)


@pytest.mark.parametrize(("data", "function"), [("030e09", "COMMIT"), ("03930a", "PING"), ("030f01", "ROLLBACK")])
def test_a_plain_call_has_no_body(data: str, function: str) -> None:
    assert read(bytes.fromhex(data)).call.function.name == function


def test_a_re_execution_brings_values_of_the_types_it_had() -> None:
    data = bytes.fromhex("034e06 0101 0102 0120 00 07 02c103 0179 07787c021c010101".replace(" ", ""))
    call = read(data, (Bind(2, 22), Bind(1, 4), Bind(12, 7))).call
    assert (call.function, call.cursor, call.rows) == (Function.REEXECUTE_AND_FETCH, 1, 2)
    assert call.values == ((2, "y", datetime.fromisoformat("2024-02-28 00:00:00")),)
    assert Option.FETCH in call.options


def test_an_execute_brings_statement_types_and_values() -> None:
    data = (
        bytes.fromhex(
            "035e03 028069 00 010133 01010d 000000 0102 047fffffff 010103 0000000000 0000 00".replace(" ", "")
        )
        + bytes.fromhex("00010000000000 000000".replace(" ", ""))
        + bytes((len(SQL),))
        + SQL
        + bytes.fromhex("0101 00 00 00 00 00 00 0101 00 028000 00 00 00".replace(" ", ""))
        + bytes.fromhex("02010000011600000000000000")
        + bytes.fromhex("010100000104000000000203690100")
        + bytes.fromhex("0c010000010700000000000000")
        + bytes.fromhex("07 02c102 0178 07787c021d020304".replace(" ", ""))
    )
    call = read(data).call
    assert call.sql == SQL.decode()
    assert call.binds == (Bind(2, 22), Bind(1, 4), Bind(12, 7))
    assert call.values == ((1, "x", datetime.fromisoformat("2024-02-29 01:02:03")),)
    assert (call.cursor, call.rows) == (0, 2)
    assert Option.PARSE | Option.BIND | Option.EXECUTE | Option.FETCH in call.options


def test_piggybacks_come_before_the_call() -> None:
    close = bytes.fromhex("116901 01 0102 0105 0107".replace(" ", ""))
    schema = bytes.fromhex("119802 01 0103 03".replace(" ", "")) + b"foo"
    request = read(close + schema + bytes.fromhex("03930a"))
    assert request.closed_cursors == [5, 7]
    assert request.schema == "foo"
    assert request.call.function == Function.PING


@pytest.mark.parametrize("data", ["116001", "03ff01", "22"])
def test_what_is_not_understood_is_an_error(data: str) -> None:
    with pytest.raises(ProtocolError):
        read(bytes.fromhex(data))


@pytest.mark.parametrize("code", [112, 102, 109])
def test_a_bind_of_an_unknown_type_is_an_error(code: int) -> None:
    with pytest.raises(ProtocolError, match=f"bind of type {code}"):
        Bind(code, 1).value(b"x")
