"""Oracle's column types as a result describes them: code, precision, scale, size."""

from __future__ import annotations

import re
from dataclasses import dataclass
from enum import IntEnum


class Code(IntEnum):
    """Numbers of the types on the wire."""

    VARCHAR2 = 1
    NUMBER = 2
    LONG = 8
    DATE = 12
    RAW = 23
    CHAR = 96
    BINARY_DOUBLE = 101
    CLOB = 112
    TIMESTAMP = 180
    TIMESTAMP_TZ = 181
    BOOLEAN_AS_NUMBER = 3


@dataclass(frozen=True)
class OracleType:
    """A type. `size`: the buffer in bytes, never 0; `chars`: the length of a text as declared.

    `bytes_only`: the declared length of a text counts bytes, not characters.
    """

    code: Code
    size: int
    precision: int = 0
    scale: int = 0
    chars: int = 0
    bytes_only: bool = False

    @property
    def is_text(self) -> bool:
        """Whether values are text."""
        return self.code in (Code.VARCHAR2, Code.CHAR, Code.LONG, Code.CLOB)

    @property
    def is_number(self) -> bool:
        """Whether values are numbers."""
        return self.code in (Code.NUMBER, Code.BINARY_DOUBLE)

    @property
    def is_time(self) -> bool:
        """Whether values are moments."""
        return self.code in (Code.DATE, Code.TIMESTAMP, Code.TIMESTAMP_TZ)

    def __str__(self) -> str:
        """As DDL writes it."""
        unit = " BYTE" if self.bytes_only else " CHAR"
        match self.code:
            case Code.NUMBER:
                return "NUMBER" if not self.precision else f"NUMBER({self.precision},{self.scale})"
            case Code.VARCHAR2 | Code.CHAR:
                return f"{self.code.name}({self.chars}{unit})"
            case Code.TIMESTAMP:
                return f"TIMESTAMP({self.scale})"
            case Code.TIMESTAMP_TZ:
                return f"TIMESTAMP({self.scale}) WITH TIME ZONE"
        return self.code.name


def number(precision: int = 0, scale: int | None = None) -> OracleType:
    """NUMBER; without precision any number of up to 40 digits."""
    return OracleType(Code.NUMBER, 22, precision, scale or 0 if precision else -127)


def varchar2(length: int, bytes_only: bool = False) -> OracleType:
    """VARCHAR2 of so many characters, or bytes."""
    return OracleType(Code.VARCHAR2, max(length if bytes_only else 4 * length, 1), chars=length, bytes_only=bytes_only)


def char(length: int, bytes_only: bool = False) -> OracleType:
    """CHAR of so many characters, or bytes; values are padded with blanks."""
    return OracleType(Code.CHAR, length if bytes_only else 4 * length, chars=length, bytes_only=bytes_only)


def timestamp(digits: int = 6) -> OracleType:
    """TIMESTAMP with so many digits behind the second."""
    return OracleType(Code.TIMESTAMP, 11, scale=digits)


def timestamp_tz(digits: int = 6) -> OracleType:
    """TIMESTAMP WITH TIME ZONE."""
    return OracleType(Code.TIMESTAMP_TZ, 13, scale=digits)


DATE = OracleType(Code.DATE, 7)
LONG = OracleType(Code.LONG, (1 << 31) - 1, chars=(1 << 31) - 1)
CLOB = OracleType(Code.CLOB, 4000)
BINARY_DOUBLE = OracleType(Code.BINARY_DOUBLE, 8)
NUMBER = number()


def declared(text: str) -> OracleType:
    """The type that DDL writes like this. Raises ValueError for one that the listener does not know."""
    found = re.fullmatch(r"(\w+)(?:\((\d+)(?:,\s*(-?\d+))?(?: (BYTE|CHAR))?\))?", text.strip().upper())
    if not found:
        raise ValueError(f"type {text!r}")
    name, first, second, unit = found.groups()
    makers = {
        "NUMBER": lambda: number(int(first or 0), int(second or 0)),
        "VARCHAR2": lambda: varchar2(int(first), unit != "CHAR"),
        "CHAR": lambda: char(int(first or 1), unit != "CHAR"),
        "DATE": lambda: DATE,
        "TIMESTAMP": lambda: timestamp(int(first or 6)),
        "CLOB": lambda: CLOB,
        "BINARY_DOUBLE": lambda: BINARY_DOUBLE,
    }
    if name not in makers:
        raise ValueError(f"type {text!r}")
    return makers[name]()
