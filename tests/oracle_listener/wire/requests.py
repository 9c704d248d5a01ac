"""Requests after the log-in: piggybacks, which get no answer, and function calls."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass, field
from enum import IntEnum, IntFlag

from .binds import Bind, read_bind, read_row
from .scalars import ProtocolError, Reader
from .values import Value

PIGGYBACK, FUNCTION_CALL = 0x11, 3
LONGEST_STATEMENT = 1 << 24


class Function(IntEnum):
    """Functions that are understood."""

    REEXECUTE = 4
    FETCH = 5
    LOG_OFF = 9
    COMMIT = 14
    ROLLBACK = 15
    REEXECUTE_AND_FETCH = 78
    EXECUTE = 94
    PING = 147


class Piggyback(IntEnum):
    """Piggybacks that are understood."""

    CLOSE_CURSORS = 105
    END_TO_END = 135
    CURRENT_SCHEMA = 152


class Option(IntFlag):
    """Options of an execute."""

    PARSE = 0x01
    BIND = 0x08
    DEFINE = 0x10
    EXECUTE = 0x20
    FETCH = 0x40
    DESCRIBE = 0x20000


NO_OPTION = Option(0)


@dataclass(frozen=True)
class Call:
    """A function call. `rows`: how many are wanted; `executions`: of a statement that is no query.

    `sql` is None when a known cursor is executed again; `binds` is None when the types of its last execute hold.
    """

    function: Function
    cursor: int = 0
    rows: int = 0
    options: Option = NO_OPTION
    sql: str | None = None
    binds: tuple[Bind, ...] | None = None
    values: tuple[tuple[Value, ...], ...] = ()
    defines: int = 0


@dataclass(frozen=True)
class Request:
    """Everything in one request. `traced`: what the client says of itself for who watches the database."""

    call: Call
    closed_cursors: list[int] = field(default_factory=list)
    schema: str | None = None
    traced: dict[str, str] = field(default_factory=dict)


def read_request(reader: Reader, binds_of: Callable[[int], tuple[Bind, ...]]) -> Request:
    """The next request. `binds_of`: the bind types of a cursor's last execute. Raises ProtocolError."""
    closed: list[int] = []
    schema = None
    traced: dict[str, str] = {}
    while (kind := reader.u8()) == PIGGYBACK:
        code = reader.u8()
        reader.u8()
        match code:
            case Piggyback.CLOSE_CURSORS:
                reader.u8()
                closed += reader.ubs(reader.ub())
            case Piggyback.CURRENT_SCHEMA:
                reader.u8()
                schema = reader.dalc().decode()
            case Piggyback.END_TO_END:
                traced |= _end_to_end(reader)
            case _:
                raise ProtocolError(f"piggyback {code}")
    if kind != FUNCTION_CALL:
        raise ProtocolError(f"message {kind} where a function call belongs")
    return Request(_call(reader, binds_of), closed, schema, traced)


def _call(reader: Reader, binds_of: Callable[[int], tuple[Bind, ...]]) -> Call:
    number = reader.u8()
    reader.u8()
    try:
        function = Function(number)
    except ValueError:
        raise ProtocolError(f"function {number}") from None
    match function:
        case Function.EXECUTE:
            return _execute(reader)
        case Function.FETCH:
            cursor, rows = reader.ubs(2)
            return Call(function, cursor, rows)
        case Function.REEXECUTE | Function.REEXECUTE_AND_FETCH:
            cursor, count, _, _ = reader.ubs(4)
            binds = binds_of(cursor)
            executions = 1 if function == Function.REEXECUTE_AND_FETCH else max(count, 1)
            values = tuple(read_row(reader, binds) for _ in range(executions)) if binds else ()
            fetch = Option.FETCH if function == Function.REEXECUTE_AND_FETCH else NO_OPTION
            return Call(function, cursor, count, Option.EXECUTE | fetch, values=values)
    return Call(function)


def _execute(reader: Reader) -> Call:
    options, cursor = Option(reader.ub()), reader.ub()
    has_sql = reader.u8()
    length = reader.ub()
    if length > LONGEST_STATEMENT:
        raise ProtocolError(f"a statement of {length} bytes")
    reader.u8()
    settings = reader.ub()
    reader.take(2)
    reader.ub()
    rows = reader.ub()
    reader.ub()  # the longest LONG
    reader.u8()
    binds = reader.ub()
    reader.take(5)
    reader.u8()
    defines = reader.ub()
    reader.ub()
    reader.take(3)
    reader.ub()
    reader.u8()
    reader.ubs(2)
    reader.u8()
    reader.ub()
    reader.u8()
    sql = (reader.clr() or b"").decode() if has_sql else None
    details = reader.ubs(settings)
    if defines:
        types = tuple(read_bind(reader) for _ in range(defines))
        return Call(Function.EXECUTE, cursor, rows, options, sql, types, defines=defines)
    types = tuple(read_bind(reader) for _ in range(binds))
    # A new query says 0 executions, an old one 1; both have one row of values.
    executions = 1 if details[7] else max(details[1], 1)
    values = tuple(read_row(reader, types) for _ in range(executions)) if types else ()
    return Call(Function.EXECUTE, cursor, rows, options, sql, types, values)


def _end_to_end(reader: Reader) -> dict[str, str]:
    """Client identifier, module, action, client info and operation: lengths first, then the texts."""
    reader.take(2)
    reader.ub()
    lengths: dict[str, int] = {}
    for name in ("client_identifier", "module", "action"):
        reader.u8()
        lengths[name] = reader.ub()
    for name in ("client_info", "operation"):
        reader.u8()
        reader.ub()
        reader.u8()
        reader.ub()
        reader.u8()
        lengths[name] = reader.ub()
    if_set = [name for name, length in lengths.items() if length]
    return {name: (reader.clr() or b"").decode() for name in if_set}
