"""From one type to another: CAST, numbers and texts. Nothing is converted by a format that a session may change."""

from __future__ import annotations

from decimal import Decimal, InvalidOperation

from sqlglot import exp

from ..session import Session
from ..wire.column_types import DATE, NUMBER, Code, OracleType, number, timestamp, varchar2
from ..wire.errors import ora
from .terms import Term, literal, never_empty, number_as_text, pg_type
from .translator import Scope, Translator, term_of


def number_of(term: Term) -> str:
    """A term as a number; text is converted. Raises ORA-01722, ORA-00932."""
    if term.type.is_number or term.null:
        return term.sql
    if term.text is not None:
        try:
            return literal(Decimal(term.text.strip())).sql
        except InvalidOperation:
            raise ora(1722) from None
    if term.type.is_text:
        return f"CAST({term.sql} AS numeric)"
    raise ora(932, f"expected NUMBER got {term.type}")


def as_text(term: Term) -> Term:
    """A term as a text. A time has none without a format. Raises ORA-03001."""
    if term.null:
        return Term("CAST(NULL AS text)", term.type, True, True)
    if term.type.is_text:
        return term
    if term.type.is_number:
        return Term(number_as_text(term.sql), varchar2(40), term.constant)
    raise ora(3001, "a time as text without TO_CHAR and a format: it would depend on NLS_DATE_FORMAT")


def converted_type(node: exp.DataType) -> OracleType:
    """The type that a CAST names. Raises ORA-00902."""
    sizes = [int(part.name) for part in node.expressions if part.name.isdigit()]
    match node.this:
        case exp.DType.DECIMAL | exp.DType.INT:
            return number(*sizes) if sizes else NUMBER
        case exp.DType.VARCHAR if sizes:
            return varchar2(sizes[0])
        case exp.DType.DATE:
            return DATE
        case exp.DType.TIMESTAMP:
            return timestamp(*sizes) if sizes else timestamp()
    raise ora(902)


@term_of(exp.Cast, parts=("this", "to"))
def cast(translate: Translator, node: exp.Expression, scope: Scope) -> Term:
    """CAST(value AS type)."""
    value, kind = translate.term(node.this, scope), converted_type(node.args["to"])
    if value.null:
        return literal(None, kind)
    if kind.is_number:
        return Term(f"CAST({number_of(value)} AS {pg_type(kind)})", kind, value.constant)
    if kind.is_text:
        return Term(never_empty(f"left({as_text(value).sql}, {kind.chars})"), kind, value.constant)
    if not value.type.is_time:
        raise ora(1861 if value.type.is_text else 932, f"expected {kind} got {value.type}")
    local = local_time(value, translate.context.session)
    return Term(f"date_trunc('second', {local})" if kind == DATE else f"CAST({local} AS timestamp)", kind)


def local_time(value: Term, session: Session) -> str:
    """A time without its zone: what a clock showed there."""
    if value.type.code != Code.TIMESTAMP_TZ:
        return value.sql
    return f"({value.sql} AT TIME ZONE interval '{session.database_offset}')"
