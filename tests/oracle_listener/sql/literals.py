"""Columns, literals and binds."""

from __future__ import annotations

from datetime import date, datetime, time
from decimal import Decimal

from sqlglot import exp

from ..wire.column_types import NUMBER, varchar2
from ..wire.errors import ora
from .queries import subquery
from .terms import Term, literal, text_literal
from .translator import Scope, Translator, identifier, term_of


@term_of(exp.Column, parts=("this", "table"))
def column(translate: Translator, node: exp.Expression, scope: Scope) -> Term:
    """A column, or one of the words that look like one."""
    session = translate.context.session
    table, name = identifier(node.args.get("table")), identifier(node.this)
    if (table, name) == ("DBMS_FLASHBACK", "GET_SYSTEM_CHANGE_NUMBER") and translate.context.scn:
        return literal(translate.context.scn.number, NUMBER)
    if (table, name) == ("", "USER"):
        return literal(session.client.user, varchar2(128))
    if (table, name) == ("", "ROWNUM"):
        return Term("row_number() OVER ()", NUMBER)
    return scope.find(name, table)


@term_of(exp.Literal)
def constant(translate: Translator, node: exp.Expression, scope: Scope) -> Term:
    """A number, or a text in quotes."""
    return text_literal(node.name) if node.is_string else literal(Decimal(node.name))


@term_of(exp.RawString, exp.National)
def raw_text(translate: Translator, node: exp.Expression, scope: Scope) -> Term:
    """A text in quotes of its own choice."""
    return text_literal(node.name)


@term_of(exp.Null)
def null(translate: Translator, node: exp.Expression, scope: Scope) -> Term:
    """NULL."""
    return literal(None)


@term_of(exp.Placeholder)
def bind(translate: Translator, node: exp.Expression, scope: Scope) -> Term:
    """A bind variable; they were numbered in the order of the text."""
    number_ = int(node.name.removeprefix("b"))
    if number_ >= len(translate.context.values):
        raise ora(1008)
    return literal(translate.context.values[number_])


@term_of(exp.Paren)
def parentheses(translate: Translator, node: exp.Expression, scope: Scope) -> Term:
    """A term in parentheses."""
    inner = translate.term(node.this, scope)
    return Term(f"({inner.sql})", inner.type, inner.constant, inner.null)


@term_of(exp.DateStrToDate)
def date_literal(translate: Translator, node: exp.Expression, scope: Scope) -> Term:
    """DATE '2026-07-01'."""
    try:
        return literal(datetime.combine(date.fromisoformat(node.this.name), time()))
    except ValueError:
        raise ora(1861) from None


@term_of(exp.Subquery)
def scalar(translate: Translator, node: exp.Expression, scope: Scope) -> Term:
    """A query that gives one value."""
    sql, columns = subquery(translate, node.this, scope)
    if len(columns) != 1:
        raise ora(913 if len(columns) > 1 else 936)
    return Term(f"({sql})", next(iter(columns.values())).type)
