"""Conditions: what WHERE, HAVING, ON and CASE take. In Oracle 12 a condition is no value."""

from __future__ import annotations

from sqlglot import exp

from ..wire.errors import ora
from .comparisons import compared
from .conversions import as_text
from .queries import subquery
from .terms import same_family, text_literal
from .translator import Scope, Translator, condition_of, unknown

OPERATORS = {exp.EQ: "=", exp.NEQ: "<>", exp.GT: ">", exp.GTE: ">=", exp.LT: "<", exp.LTE: "<="}


@condition_of(exp.And, exp.Or)
def connected(translate: Translator, node: exp.Expression, scope: Scope) -> str:
    """AND, OR."""
    word = "AND" if isinstance(node, exp.And) else "OR"
    return f"({translate.condition(node.this, scope)} {word} {translate.condition(node.expression, scope)})"


@condition_of(exp.Not)
def negated(translate: Translator, node: exp.Expression, scope: Scope) -> str:
    """NOT."""
    return f"(NOT {translate.condition(node.this, scope)})"


@condition_of(exp.Paren)
def grouped(translate: Translator, node: exp.Expression, scope: Scope) -> str:
    """A condition in parentheses."""
    return f"({translate.condition(node.this, scope)})"


@condition_of(*OPERATORS)
def comparison(translate: Translator, node: exp.Expression, scope: Scope) -> str:
    """One value compared with another."""
    return compared(OPERATORS[type(node)], translate.term(node.this, scope), translate.term(node.expression, scope))


@condition_of(exp.Between, parts=("this", "low", "high"))
def between(translate: Translator, node: exp.Expression, scope: Scope) -> str:
    """BETWEEN, closed at both ends."""
    value, low, high = (translate.term(node.args[part], scope) for part in ("this", "low", "high"))
    return f"({compared('>=', value, low)} AND {compared('<=', value, high)})"


@condition_of(exp.In, parts=("this", "expressions", "query"))
def among(translate: Translator, node: exp.Expression, scope: Scope) -> str:
    """IN a list or a query."""
    value = translate.term(node.this, scope)
    if not (query := node.args.get("query")):
        return (
            "(" + " OR ".join(compared("=", value, other) for other in translate.terms(node.expressions, scope)) + ")"
        )
    sql, columns = subquery(translate, query.this if isinstance(query, exp.Subquery) else query, scope)
    if len(columns) != 1 or not same_family(next(iter(columns.values())).type, value.type):
        raise ora(932, "IN with a query of another type")
    return f"({value.sql} IN ({sql}))"


@condition_of(exp.Exists)
def exists(translate: Translator, node: exp.Expression, scope: Scope) -> str:
    """EXISTS."""
    return f"EXISTS ({subquery(translate, node.this, scope)[0]})"


@condition_of(exp.Is)
def is_null(translate: Translator, node: exp.Expression, scope: Scope) -> str:
    """IS NULL; with NOT around it, IS NOT NULL."""
    if not isinstance(node.expression, exp.Null):
        raise unknown(node)
    return f"({translate.term(node.this, scope).sql} IS NULL)"


@condition_of(exp.Like, exp.Escape, parts=("this", "expression", "negate"))
def like(translate: Translator, node: exp.Expression, scope: Scope) -> str:
    """LIKE; without ESCAPE no character is special but % and _."""
    escape = "''"
    if isinstance(node, exp.Escape):
        escape, node = text_literal(node.expression.name).sql, node.this
        if not isinstance(node, exp.Like):
            raise unknown(node)
    value, pattern = (as_text(translate.term(part, scope)) for part in (node.this, node.expression))
    return f"({value.sql} {'NOT ' if node.args.get('negate') else ''}LIKE {pattern.sql} ESCAPE {escape})"


@condition_of(exp.RegexpLike)
def regexp_like(translate: Translator, node: exp.Expression, scope: Scope) -> str:
    """REGEXP_LIKE without flags; the two databases agree on the common part of regular expressions."""
    return f"({as_text(translate.term(node.this, scope)).sql} ~ {translate.term(node.expression, scope).sql})"
