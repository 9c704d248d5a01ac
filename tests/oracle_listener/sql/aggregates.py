"""Aggregates, alone and over a window, and the functions of windows."""

from __future__ import annotations

from sqlglot import exp

from ..wire.column_types import NUMBER
from .conversions import number_of
from .ordering import ordered
from .terms import Term
from .translator import Scope, Translator, only, term_of, unknown

OF_NUMBERS = {exp.Sum: "sum", exp.Avg: "avg", exp.Stddev: "stddev", exp.Variance: "variance"}
EXTREMES = {exp.Min: "min", exp.Max: "max"}
RANKS = {exp.RowNumber: "row_number", exp.Rank: "rank", exp.DenseRank: "dense_rank"}
NEIGHBOURS = {exp.Lag: "lag", exp.Lead: "lead"}


@term_of(exp.Count)
def count(translate: Translator, node: exp.Expression, scope: Scope) -> Term:
    """COUNT(*), COUNT(value), COUNT(DISTINCT value)."""
    if isinstance(node.this, exp.Star):
        return Term("count(*)", NUMBER)
    value, distinct = argument(translate, node, scope)
    return Term(f"count({distinct}{value.sql})", NUMBER)


@term_of(*OF_NUMBERS)
def of_numbers(translate: Translator, node: exp.Expression, scope: Scope) -> Term:
    """SUM, AVG, STDDEV, VARIANCE."""
    value, distinct = argument(translate, node, scope)
    return Term(f"{OF_NUMBERS[type(node)]}({distinct}CAST({number_of(value)} AS numeric))", NUMBER)


@term_of(*EXTREMES)
def extreme(translate: Translator, node: exp.Expression, scope: Scope) -> Term:
    """MIN, MAX."""
    value, _ = argument(translate, node, scope)
    return Term(f"{EXTREMES[type(node)]}({value.sql})", value.type)


@term_of(exp.Grouping)
def grouping(translate: Translator, node: exp.Expression, scope: Scope) -> Term:
    """GROUPING(column)."""
    (value,) = translate.terms(node.expressions, scope)
    return Term(f"GROUPING({value.sql})", NUMBER)


@term_of(exp.Window, parts=("this", "partition_by", "order", "over"))
def window(translate: Translator, node: exp.Expression, scope: Scope) -> Term:
    """A function OVER (PARTITION BY ... ORDER BY ...); frames are not known."""
    called, kind = node.this, type(node.this)
    if kind in RANKS:
        function, of_type = f"{RANKS[kind]}()", NUMBER
    elif kind is exp.Ntile:
        function, of_type = f"ntile(CAST({translate.term(called.this, scope).sql} AS integer))", NUMBER
    elif kind in NEIGHBOURS:
        only(called, "this")
        value = translate.term(called.this, scope)
        function, of_type = f"{NEIGHBOURS[kind]}({value.sql})", value.type
    elif kind in (exp.Count, *OF_NUMBERS, *EXTREMES):
        value = translate.term(called, scope)
        function, of_type = value.sql, value.type
    else:
        raise unknown(called)
    parts = []
    if by := node.args.get("partition_by"):
        parts.append("PARTITION BY " + ", ".join(term.sql for term in translate.terms(by, scope)))
    if order := node.args.get("order"):
        parts.append("ORDER BY " + ", ".join(ordered(translate, one, scope) for one in order.expressions))
    return Term(f"{function} OVER ({' '.join(parts)})", of_type)


def argument(translate: Translator, node: exp.Expression, scope: Scope) -> tuple[Term, str]:
    """The one argument of an aggregate, and DISTINCT if it says so."""
    if isinstance(node.this, exp.Distinct):
        if len(node.this.expressions) != 1:
            raise unknown(node)
        return translate.term(node.this.expressions[0], scope), "DISTINCT "
    return translate.term(node.this, scope), ""
