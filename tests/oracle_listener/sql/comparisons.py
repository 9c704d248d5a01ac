"""Comparisons by Oracle's rules: CHAR without its padding, DATE in whole seconds, text that becomes a number."""

from __future__ import annotations

from ..wire.column_types import DATE, NUMBER, Code
from ..wire.errors import ora
from .conversions import number_of
from .terms import Term, same_family

SECOND = "interval '1 second'"


def compared(operator: str, left: Term, right: Term) -> str:
    """A comparison by Oracle's rules. Raises ORA-00932, ORA-01861, ORA-01722, ORA-03001."""
    if not (left.null or right.null or same_family(left.type, right.type)):
        left, right = converted(left, right)
    zoned = [term.type.code == Code.TIMESTAMP_TZ for term in (left, right)]
    if left.type.is_time and right.type.is_time and any(zoned) and not all(zoned):
        raise ora(3001, "a time with zone beside one without: it would depend on the session's zone")
    if left.stored and right.constant and right.type == DATE:
        return with_stored_time(left.stored, operator, right.sql)
    if left.type.code == right.type.code == Code.CHAR and left.stored is None:
        return f"(rtrim({left.sql}, ' ') {operator} rtrim({right.sql}, ' '))"
    return f"({left.sql} {operator} {right.sql})"


def with_stored_time(stored: str, operator: str, second: str) -> str:
    """A DATE column compared with a whole second, on the bare column, so that PostgreSQL can use its index."""
    match operator:
        case "<" | ">=":
            return f"({stored} {operator} {second})"
        case "<=":
            return f"({stored} < {second} + {SECOND})"
        case ">":
            return f"({stored} >= {second} + {SECOND})"
        case "=":
            return f"({stored} >= {second} AND {stored} < {second} + {SECOND})"
    return f"(date_trunc('second', {stored}) {operator} {second})"


def converted(left: Term, right: Term) -> tuple[Term, Term]:
    """Values of two families: text becomes a number, as in Oracle; a text next to a time needs a format."""
    if left.type.is_number and right.type.is_text:
        return left, Term(number_of(right), NUMBER, right.constant)
    if left.type.is_text and right.type.is_number:
        return Term(number_of(left), NUMBER, left.constant), right
    if left.type.is_text or right.type.is_text:
        raise ora(1861)
    raise ora(932, f"expected {left.type} got {right.type}")
