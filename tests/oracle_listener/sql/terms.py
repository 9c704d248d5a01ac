"""Terms: a piece of PostgreSQL's SQL with the type that Oracle gives it; and types that meet."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime
from decimal import Decimal

from ..wire.column_types import DATE, NUMBER, Code, OracleType, char, timestamp, varchar2
from ..wire.errors import ora
from ..wire.values import Value

LONGEST_TEXT = 4000
# What a bare NULL has for a type, until it meets another.
UNTYPED = varchar2(1)


@dataclass(frozen=True)
class Term:
    """`sql`: PostgreSQL's text. `constant`: no column in it. `null`: it is the word NULL.

    `stored`: the bare column, with the fraction of a second that PostgreSQL may keep, beneath a DATE. `text`: the
    value of a text literal.
    """

    sql: str
    type: OracleType
    constant: bool = False
    null: bool = False
    stored: str | None = None
    text: str | None = None


def quoted(text: str) -> str:
    """A text literal for PostgreSQL."""
    return "'" + text.replace("'", "''") + "'"


def name(text: str) -> str:
    """An identifier for PostgreSQL, exactly as it is."""
    return '"' + text.replace('"', '""') + '"'


def literal(value: Value, of_type: OracleType | None = None) -> Term:
    """A value as a constant. The empty text is NULL."""
    if value is None or value == "":
        return Term(f"CAST(NULL AS {pg_type(of_type)})" if of_type else "NULL", of_type or UNTYPED, True, True)
    if isinstance(value, datetime):
        kind = of_type or (timestamp() if value.microsecond else DATE)
        return Term(f"TIMESTAMP {quoted(value.isoformat(sep=' '))}", kind, True)
    if isinstance(value, (int, float, Decimal)):
        number = f"{Decimal(repr(value)) if isinstance(value, float) else Decimal(value):f}"
        return Term(f"({number})" if number.startswith("-") else number, of_type or NUMBER, True)
    if isinstance(value, bytes):
        raise ora(3001, "RAW binds")
    return Term(f"CAST({quoted(value)} AS text)", of_type or varchar2(len(value)), True, text=value)


def text_literal(value: str) -> Term:
    """A text in quotes: CHAR to Oracle, so comparing it to a CHAR ignores blanks at the end."""
    return literal(value, char(len(value)) if value else None)


def unified(terms: Sequence[Term]) -> OracleType:
    """The type that values of several terms have together. Raises ORA-00932 if they do not go together."""
    types = list(dict.fromkeys(term.type for term in terms if not term.null))
    if not types:
        return terms[0].type
    if len(types) == 1:
        return types[0]
    if all(one.is_number for one in types):
        return NUMBER
    if all(one.is_text for one in types):
        return varchar2(max(one.chars for one in types))
    if all(one.is_time for one in types):
        return next((one for code in (Code.TIMESTAMP_TZ, Code.TIMESTAMP) for one in types if one.code == code), DATE)
    raise ora(932, f"expected {types[0]} got {next(one for one in types if not same_family(one, types[0]))}")


def same_family(one: OracleType, other: OracleType) -> bool:
    """Whether two types are both numbers, both texts or both times."""
    return (one.is_number, one.is_text, one.is_time) == (other.is_number, other.is_text, other.is_time)


def pg_type(kind: OracleType) -> str:
    """The type of PostgreSQL that holds values of a type."""
    match kind.code:
        case Code.NUMBER:
            return f"numeric({kind.precision},{kind.scale})" if kind.precision else "numeric"
        case Code.DATE:
            return "timestamp(0)"
        case Code.TIMESTAMP:
            return "timestamp"
        case Code.TIMESTAMP_TZ:
            return "timestamptz"
        case Code.BINARY_DOUBLE:
            return "double precision"
    return "text"


def number_as_text(sql: str) -> str:
    """A number as Oracle writes it: no zeros at the end, none before the point."""
    return f"regexp_replace(trim_scale(CAST({sql} AS numeric))::text, '^(-?)0\\.', '\\1.')"


def never_empty(sql: str) -> str:
    """A text that is NULL where it would be empty."""
    return f"NULLIF({sql}, '')"
