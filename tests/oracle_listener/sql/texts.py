"""Functions of texts: what would be the empty text is NULL."""

from __future__ import annotations

from sqlglot import exp

from ..wire.column_types import NUMBER, varchar2
from .conversions import as_text
from .terms import LONGEST_TEXT, Term, never_empty
from .translator import Scope, Translator, term_of

OF_A_TEXT = {exp.Upper: "upper", exp.Lower: "lower"}


@term_of(*OF_A_TEXT)
def of_a_text(translate: Translator, node: exp.Expression, scope: Scope) -> Term:
    """UPPER, LOWER."""
    value = as_text(translate.term(node.this, scope))
    return Term(f"{OF_A_TEXT[type(node)]}({value.sql})", varchar2(max(value.type.chars, 1)), value.constant)


@term_of(exp.Length)
def length(translate: Translator, node: exp.Expression, scope: Scope) -> Term:
    """LENGTH in characters; of the empty text, that is NULL, it is NULL."""
    return Term(f"char_length({as_text(translate.term(node.this, scope)).sql})", NUMBER)


@term_of(exp.Substring, parts=("this", "start", "length"))
def substr(translate: Translator, node: exp.Expression, scope: Scope) -> Term:
    """SUBSTR(text, start, length); a start below 0 counts from the end, 0 is 1."""
    value, start = as_text(translate.term(node.this, scope)), translate.term(node.args["start"], scope).sql
    begin = (
        f"(CASE WHEN {start} < 0 THEN char_length({value.sql}) + {start} + 1 WHEN {start} = 0 THEN 1 ELSE {start} END)"
    )
    begin = f"CAST({begin} AS integer)"
    size = node.args.get("length")
    count = f", greatest(CAST({translate.term(size, scope).sql} AS integer), 0)" if size else ""
    cut = f"CASE WHEN {begin} > 0 THEN substr({value.sql}, {begin}{count}) END"
    return Term(never_empty(f"({cut})"), varchar2(max(value.type.chars, 1)))


@term_of(exp.StrPosition, parts=("this", "substr"))
def instr(translate: Translator, node: exp.Expression, scope: Scope) -> Term:
    """INSTR(text, part)."""
    value, part = (as_text(translate.term(node.args[one], scope)).sql for one in ("this", "substr"))
    return Term(f"strpos({value}, {part})", NUMBER)


@term_of(exp.Trim, parts=("this", "position"))
def trim(translate: Translator, node: exp.Expression, scope: Scope) -> Term:
    """TRIM, LTRIM, RTRIM of blanks."""
    value = as_text(translate.term(node.this, scope))
    called = {"LEADING": "ltrim", "TRAILING": "rtrim"}.get(str(node.args.get("position")).upper(), "btrim")
    return Term(never_empty(f"{called}({value.sql}, ' ')"), varchar2(max(value.type.chars, 1)), value.constant)


@term_of(exp.Replace, parts=("this", "expression", "replacement"))
def replace(translate: Translator, node: exp.Expression, scope: Scope) -> Term:
    """REPLACE(text, part, by); without `by` the part is taken out."""
    value, part = (as_text(translate.term(one, scope)) for one in (node.this, node.expression))
    by = node.args.get("replacement")
    other = f"COALESCE({as_text(translate.term(by, scope)).sql}, '')" if by else "''"
    replaced = f"replace({value.sql}, COALESCE({part.sql}, ''), {other})"
    return Term(never_empty(replaced), varchar2(LONGEST_TEXT))
