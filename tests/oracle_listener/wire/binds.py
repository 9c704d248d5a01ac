"""Bind variables: their types as a client declares them, and rows of their values."""

from __future__ import annotations

from dataclasses import dataclass

from .column_types import Code
from .replies import ROW
from .scalars import ProtocolError, Reader
from .values import Value, decode_number, decode_time


@dataclass(frozen=True)
class Bind:
    """The type of a bind variable, as the client declares it."""

    code: int
    size: int

    def value(self, data: bytes | None) -> Value:
        """A value of this type. Raises ProtocolError for a type that is not understood."""
        if data is None:
            return None
        match self.code:
            case Code.NUMBER | Code.BOOLEAN_AS_NUMBER:
                return decode_number(data)
            case Code.DATE | Code.TIMESTAMP:
                return decode_time(data)
            case Code.VARCHAR2 | Code.CHAR | Code.LONG:
                return data.decode()
            case Code.RAW:
                return data
        raise ProtocolError(f"a bind of type {self.code}")


def read_bind(reader: Reader) -> Bind:
    """The type of a bind, or of a column as the client defines it."""
    code = reader.u8()
    reader.take(3)
    size = reader.ub()
    reader.ubs(2)
    if reader.ub():
        reader.clr()
    reader.ubs(2)
    reader.u8()
    reader.ub()
    return Bind(code, size)


def read_row(reader: Reader, types: tuple[Bind, ...]) -> tuple[Value, ...]:
    """A row of values."""
    if (mark := reader.u8()) != ROW:
        raise ProtocolError(f"message {mark} where a row of binds belongs")
    return tuple(kind.value(reader.clr()) for kind in types)
