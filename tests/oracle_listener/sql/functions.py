"""Functions of one row: NVL, DECODE, SUBSTR, ROUND and the like. What is not here is an invalid identifier."""

from __future__ import annotations

from sqlglot import exp

from ..session import Session
from ..wire.column_types import NUMBER, varchar2
from ..wire.errors import ora
from .comparisons import compared
from .conversions import as_text, number_of
from .terms import Term, literal, quoted, unified
from .translator import Scope, Translator, term_of, unknown

# Of one number, of the same name in both databases but CEIL.
OF_A_NUMBER = {exp.Abs: "abs", exp.Ceil: "ceil", exp.Floor: "floor", exp.Sign: "sign"}
USERENV = {
    "SESSION_USER": lambda session: session.client.user,
    "PROXY_USER": lambda session: session.client.through if session.client.through != session.client.user else None,
    "CURRENT_SCHEMA": lambda session: session.schema,
    "SERVICE_NAME": lambda session: session.service,
    "DB_NAME": lambda session: session.service,
    "DATABASE_ROLE": lambda session: session.role.name,
    "SID": lambda session: str(session.number),
    "CLIENT_IDENTIFIER": lambda session: session.traced.get("client_identifier"),
    "MODULE": lambda session: session.traced.get("module"),
    "ACTION": lambda session: session.traced.get("action"),
}


@term_of(exp.Coalesce, exp.Greatest, exp.Least)
def of_several(translate: Translator, node: exp.Expression, scope: Scope) -> Term:
    """NVL, COALESCE; GREATEST and LEAST, which are NULL if one of their values is."""
    terms = translate.terms([node.this, *node.expressions], scope)
    kind = unified(terms)
    values = ", ".join(as_text(term).sql if kind.is_text else term.sql for term in terms)
    if isinstance(node, exp.Coalesce):
        return Term(f"COALESCE({values})", kind)
    any_null = " OR ".join(f"{term.sql} IS NULL" for term in terms)
    return Term(f"(CASE WHEN {any_null} THEN NULL ELSE {type(node).__name__.upper()}({values}) END)", kind)


@term_of(exp.Nvl2, parts=("this", "true", "false"))
def nvl2(translate: Translator, node: exp.Expression, scope: Scope) -> Term:
    """NVL2(tested, if not NULL, if NULL)."""
    tested, *values = (translate.term(node.args[part], scope) for part in ("this", "true", "false"))
    return Term(f"(CASE WHEN {tested.sql} IS NOT NULL THEN {values[0].sql} ELSE {values[1].sql} END)", unified(values))


@term_of(exp.Nullif)
def nullif(translate: Translator, node: exp.Expression, scope: Scope) -> Term:
    """NULLIF(value, other)."""
    value, other = (translate.term(part, scope) for part in (node.this, node.expression))
    return Term(f"(CASE WHEN {compared('=', value, other)} THEN NULL ELSE {value.sql} END)", value.type)


@term_of(exp.DecodeCase)
def decode(translate: Translator, node: exp.Expression, scope: Scope) -> Term:
    """DECODE(value, wanted, result, ..., default); here NULL equals NULL."""
    value, *rest = translate.terms(node.expressions, scope)
    pairs = [(rest[at], rest[at + 1]) for at in range(0, len(rest) - 1, 2)]
    default = rest[-1] if len(rest) % 2 else literal(None)
    arms = " ".join(
        f"WHEN {value.sql + ' IS NULL' if wanted.null else compared('=', value, wanted)} THEN {result.sql}"
        for wanted, result in pairs
    )
    return Term(f"(CASE {arms} ELSE {default.sql} END)", unified([*(result for _, result in pairs), default]))


@term_of(exp.Case, parts=("this", "ifs", "default"))
def case(translate: Translator, node: exp.Expression, scope: Scope) -> Term:
    """CASE, searched or simple."""
    operand, default = node.args.get("this"), node.args.get("default")
    whens, values = [], []
    for branch in node.args["ifs"]:
        wanted = exp.EQ(this=operand.copy(), expression=branch.this.copy()) if operand else branch.this
        whens.append(translate.condition(wanted, scope))
        values.append(translate.term(branch.args["true"], scope))
    values.append(translate.term(default, scope) if default else literal(None))
    arms = " ".join(f"WHEN {when} THEN {value.sql}" for when, value in zip(whens, values, strict=False))
    return Term(f"(CASE {arms} ELSE {values[-1].sql} END)", unified(values))


@term_of(*OF_A_NUMBER)
def of_a_number(translate: Translator, node: exp.Expression, scope: Scope) -> Term:
    """ABS, CEIL, FLOOR, SIGN."""
    return Term(f"{OF_A_NUMBER[type(node)]}(CAST({number_of(translate.term(node.this, scope))} AS numeric))", NUMBER)


@term_of(exp.Mod)
def mod(translate: Translator, node: exp.Expression, scope: Scope) -> Term:
    """MOD(number, divisor); with divisor 0 the number itself."""
    number, divisor = (number_of(translate.term(part, scope)) for part in (node.this, node.expression))
    return Term(f"(CASE WHEN {divisor} = 0 THEN {number} ELSE mod({number}, {divisor}) END)", NUMBER)


@term_of(exp.Round, parts=("this", "decimals"))
def round_number(translate: Translator, node: exp.Expression, scope: Scope) -> Term:
    """ROUND of a number, half away from zero."""
    digits = node.args.get("decimals")
    places = translate.term(digits, scope).sql if digits else "0"
    return Term(f"round(CAST({number_of(translate.term(node.this, scope))} AS numeric), {places})", NUMBER)


@term_of(exp.Anonymous)
def named(translate: Translator, node: exp.Expression, scope: Scope) -> Term:
    """Functions that only Oracle has."""
    if handler := NAMED.get(node.name.upper()):
        return handler(translate, node.expressions, scope)
    raise unknown(node)


def sys_context(translate: Translator, arguments: list[exp.Expression], scope: Scope) -> Term:
    """SYS_CONTEXT('USERENV', parameter)."""
    space, parameter = (one.name.upper() for one in arguments[:2])
    session: Session = translate.context.session
    if space != "USERENV" or parameter not in USERENV:
        raise ora(2003, quoted(parameter))
    return literal(USERENV[parameter](session), varchar2(256))


NAMED = {"SYS_CONTEXT": sys_context}
