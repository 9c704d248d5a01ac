"""Arithmetic and concatenation: numbers are exact, days are added to times, NULL is the empty text."""

from __future__ import annotations

from decimal import Decimal

from sqlglot import exp

from ..wire.column_types import DATE, NUMBER, varchar2
from ..wire.errors import ora
from .conversions import as_text, number_of
from .terms import LONGEST_TEXT, Term, never_empty
from .translator import Scope, Translator, term_of

ARITHMETIC = {exp.Add: "+", exp.Sub: "-", exp.Mul: "*", exp.Div: "/"}
UNITS = {"DAY": "day", "HOUR": "hour", "MINUTE": "minute", "SECOND": "second"}
# Added to a dividend: PostgreSQL then gives as many digits behind the point.
FORTY_DIGITS = "0." + "0" * 40


@term_of(exp.Neg)
def negative(translate: Translator, node: exp.Expression, scope: Scope) -> Term:
    """A number with its sign changed."""
    return Term(f"(- {number_of(translate.term(node.this, scope))})", NUMBER)


@term_of(*ARITHMETIC)
def arithmetic(translate: Translator, node: exp.Expression, scope: Scope) -> Term:
    """Numbers are exact; days are added to a time; the difference of two DATEs is in days."""
    left, operator = translate.term(node.this, scope), ARITHMETIC[type(node)]
    if isinstance(node.expression, exp.Interval):
        return with_interval(left, operator, node.expression)
    right = translate.term(node.expression, scope)
    constant_ = left.constant and right.constant
    if left.type.is_time and right.type.is_number and operator in "+-":
        return Term(days_later(left, operator, right), DATE, constant_)
    if left.type.is_number and right.type.is_time and operator == "+":
        return Term(days_later(right, operator, left), DATE, constant_)
    if left.type == DATE and right.type == DATE and operator == "-":
        return Term(f"((extract(epoch FROM {left.sql} - {right.sql}) + {FORTY_DIGITS}) / 86400)", NUMBER, constant_)
    if left.type.is_time or right.type.is_time:
        raise ora(932, f"expected NUMBER got {left.type if left.type.is_time else right.type}")
    dividend = f"({number_of(left)} + {FORTY_DIGITS})" if operator == "/" else f"CAST({number_of(left)} AS numeric)"
    return Term(f"({dividend} {operator} {number_of(right)})", NUMBER, constant_)


def days_later(time: Term, operator: str, days: Term) -> str:
    """A DATE so many days later, to the second."""
    shifted = f"({time.sql} {operator} ({days.sql}) * interval '1 day')"
    return f"date_trunc('second', {shifted} + interval '0.5 second')"


def with_interval(time: Term, operator: str, interval: exp.Interval) -> Term:
    """A time so much later or earlier."""
    unit, amount = UNITS.get(str(interval.args.get("unit")).upper()), interval.this
    if not unit or not isinstance(amount, exp.Literal) or operator not in "+-" or not time.type.is_time:
        raise ora(3001, f"interval {interval.sql('oracle')}")
    return Term(f"({time.sql} {operator} interval '{Decimal(amount.name)} {unit}')", time.type, time.constant)


@term_of(exp.DPipe, exp.Concat)
def concatenation(translate: Translator, node: exp.Expression, scope: Scope) -> Term:
    """Texts one after the other; NULL counts as the empty text."""
    parts = node.expressions or [node.this, node.expression]
    terms = [as_text(term) for term in translate.terms(parts, scope)]
    joined = " || ".join(f"COALESCE({term.sql}, '')" for term in terms)
    length = min(sum(term.type.chars for term in terms), LONGEST_TEXT)
    return Term(never_empty(f"({joined})"), varchar2(max(length, 1)), all(term.constant for term in terms))
