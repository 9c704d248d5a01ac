"""GROUP BY with its sets."""

from __future__ import annotations

from sqlglot import exp

from ..wire.errors import ora
from .translator import Scope, Translator, only

NESTED = {exp.GroupingSets: "GROUPING SETS", exp.Rollup: "ROLLUP", exp.Cube: "CUBE"}


def grouping(translate: Translator, node: exp.Select, scope: Scope) -> str:
    """GROUP BY with its sets."""
    group = node.args.get("group")
    if not group:
        return ""
    only(group, "expressions", "grouping_sets", "rollup", "cube")
    nodes = [
        *group.expressions,
        *(one for part in ("grouping_sets", "rollup", "cube") for one in group.args.get(part) or ()),
    ]
    return "GROUP BY " + ", ".join(group_element(translate, one, scope) for one in nodes)


def group_element(translate: Translator, node: exp.Expression, scope: Scope) -> str:
    """An expression, a list in parentheses, or GROUPING SETS, ROLLUP, CUBE of those."""
    if type(node) in NESTED:
        inner = ", ".join(group_element(translate, one, scope) for one in node.expressions)
        return f"{NESTED[type(node)]} ({inner})"
    if isinstance(node, exp.Tuple):
        return f"({', '.join(term.sql for term in translate.terms(node.expressions, scope))})"
    if isinstance(node, exp.Literal):
        raise ora(3001, "a constant in GROUP BY; it is no position in Oracle")
    return translate.term(node, scope).sql
