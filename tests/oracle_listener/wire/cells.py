"""Cells of a result: values of a column's type with their length, encoded once for each value."""

from __future__ import annotations

from collections.abc import Callable
from decimal import Decimal
from typing import Any

from .column_types import Code, OracleType
from .errors import ora
from .scalars import clr
from .values import (
    EXACT,
    Value,
    encode_date,
    encode_double,
    encode_number,
    encode_timestamp,
    encode_timestamp_tz,
)

# What follows a LONG: nothing was cut off; and a LONG that is NULL, with error 1405.
LONG_TAIL, NULL_LONG = b"\0\0", bytes((0, 0x81, 1, 2, 5, 0x7D))
# A cache of encoded values is emptied when it has grown to this.
MOST_CACHED = 100_000


class CellCache(dict[Value, bytes]):
    """The cells of a column by value, encoded when first met: states, sites and times come again and again.

    `null` is the cell of NULL, `tail` what follows every other value.
    """

    def __init__(self, encode: Callable[[Value], bytes], null: bytes = b"\0", tail: bytes = b"") -> None:
        super().__init__({None: null})
        self._encode, self._null, self._tail = encode, null, tail

    def __missing__(self, value: Value) -> bytes:
        if len(self) > MOST_CACHED:
            self.clear()
            self[None] = self._null
            if value is None:
                return self._null
        data = self._encode(value)
        cell = self[value] = clr(data) + self._tail if data else self._null
        return cell


def encoder(name: str, kind: OracleType) -> CellCache:
    """The cells of a column of a type. A value that the column cannot hold raises the ORA- error of an insert."""

    limit = 10 ** max(kind.precision - kind.scale, 0)

    def number(value: Value) -> bytes:
        if type(value) is int and kind.precision and -limit < value < limit:
            return encode_number(value)
        exact = Decimal(repr(value)) if isinstance(value, float) else Decimal(value)
        if exact and kind.precision:
            whole = exact.quantize(Decimal(1).scaleb(-kind.scale), context=EXACT)
            if exact != whole or exact.adjusted() >= kind.precision - kind.scale:
                raise ora(1438, f"{name} {kind}, {value}")
        return encode_number(exact)

    def text(value: Value) -> bytes:
        written = str(value)
        data = written.encode()
        if kind.chars and (len(data) if kind.bytes_only else len(written)) > kind.chars:
            raise ora(12899, f"{name} {kind}, actual: {len(data)} bytes")
        return data

    def locator(value: Value) -> bytes:
        raise ora(3001, f"LOB locators: set oracledb.defaults.fetch_lobs = False to read {name}")

    by_code: dict[Code, Callable[[Any], bytes]] = {
        Code.NUMBER: number,
        Code.VARCHAR2: text,
        Code.CHAR: text,
        Code.DATE: encode_date,
        Code.TIMESTAMP: encode_timestamp,
        Code.TIMESTAMP_TZ: encode_timestamp_tz,
        Code.CLOB: locator,
        Code.BINARY_DOUBLE: lambda value: encode_double(float(value)),
    }
    if kind.code == Code.LONG:
        return CellCache(text, null=NULL_LONG, tail=LONG_TAIL)
    if kind.code not in by_code:
        raise ora(3001, f"values of type {kind}")
    return CellCache(by_code[kind.code])
