"""ORDER BY: an expression, its direction, and where NULL goes (last, unless descending)."""

from __future__ import annotations

from sqlglot import exp

from .translator import Scope, Translator, only


def ordered(translate: Translator, node: exp.Expression, scope: Scope, sql: str | None = None) -> str:
    """One element of ORDER BY; `sql` stands for its expression where that is a column of the result."""
    only(node, "this", "desc", "nulls_first")
    expression = sql or translate.term(node.this, scope).sql
    direction = "DESC" if node.args.get("desc") else "ASC"
    return f"{expression} {direction} NULLS {'FIRST' if node.args.get('nulls_first') else 'LAST'}"
