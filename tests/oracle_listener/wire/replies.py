"""Messages to the client: the description of a result, its rows, and what ends a reply."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass

from .column_types import OracleType
from .errors import OraError, ora
from .negotiation import AL32UTF8
from .scalars import Writer

ERROR, ROW_HEADER, ROW, PARAMETERS, STATUS, DESCRIBE = 4, 6, 7, 8, 9, 16
ROW_MARK = bytes((ROW,))
NO_DATA_FOUND = 1403
IN_TRANSACTION = 0x02


@dataclass(frozen=True)
class Column:
    """A column of a result; names are in capitals unless the statement quotes them."""

    name: str
    type: OracleType


def status() -> bytes:
    """The end of a reply to commit, rollback, ping, log-off and log-in."""
    return bytes((STATUS, 0, 0))


def end_of_call(rows: int = 0, cursor: int = 0, in_transaction: bool = False) -> bytes:
    """The end of an execute or fetch: rows so far or changed, and the cursor that was used."""
    return _end(OraError(0, ""), rows, cursor, in_transaction)


def no_more_rows(rows: int, cursor: int) -> bytes:
    """The end of a fetch after the last row."""
    return _end(ora(NO_DATA_FOUND), rows, cursor)


def error(failure: OraError, rows: int = 0, cursor: int = 0) -> bytes:
    """The end of a call that failed. A cursor that is named here is closed by the client."""
    return _end(failure, rows, cursor)


def return_parameters() -> bytes:
    """None of them."""
    return bytes((PARAMETERS, 0, 0, 0, 0))


def row_header() -> bytes:
    """What comes before the rows of a reply, once."""
    return bytes(Writer().u8(ROW_HEADER, 0).ub(1, 0, 1, 0, 0).u8(0))


def describe(columns: Sequence[Column]) -> bytes:
    """Names and types of a result's columns."""
    message = Writer().u8(DESCRIBE, 0).ub(sum(column.type.size for column in columns), len(columns)).u8(0)
    for position, column in enumerate(columns, start=1):
        kind = column.type
        message.u8(kind.code, 0, kind.precision & 0xFF, kind.scale & 0xFF).ub(kind.size, 0, 0, 0, 0)
        message.ub(AL32UTF8 if kind.is_text else 0).u8(int(kind.is_text)).ub(kind.chars)
        name = column.name.encode()
        message.u8(1, len(name) & 0xFF).dalc(name).ub(0, 0, position, 0)
    return bytes(message.ub(0, 0, 0, 0, 0, 0))


def _end(failure: OraError, rows: int, cursor: int, in_transaction: bool = False) -> bytes:
    message = Writer().u8(ERROR).ub(IN_TRANSACTION if in_transaction else 0).ub(*(0,) * 5)
    message.ub(cursor).sb(failure.position).raw(bytes(6))
    message.ub(0, 0).u8(0).ub(0, 0)  # row id
    message.ub(0).u8(0, 0).ub(0, 0)
    message.ub(0)  # logical row id
    message.ub(0, 0, 0)  # batch errors
    message.ub(failure.code, rows)
    if failure.code:
        message.clr(failure.text.encode())
    return bytes(message)
