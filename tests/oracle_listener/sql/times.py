"""Times: the clock, TRUNC, formats, zones."""

from __future__ import annotations

import re
from datetime import datetime

from sqlglot import exp
from sqlglot.dialects.oracle import Oracle
from sqlglot.time import format_time

from ..wire.column_types import DATE, NUMBER, Code, timestamp, timestamp_tz, varchar2
from ..wire.errors import ora
from .conversions import as_text, local_time, number_of
from .functions import NAMED
from .terms import Term, literal, quoted
from .translator import Scope, Translator, term_of

# Units of TRUNC by Oracle's format, for PostgreSQL.
UNITS = {"DD": "day", "DDD": "day", "HH24": "hour", "HH": "hour", "MI": "minute", "MM": "month", "YYYY": "year"}
# Elements of formats that mean the same in both databases, and those that have another name.
SAME = frozenset({"YYYY", "YY", "MM", "DD", "HH24", "HH12", "HH", "MI", "SS", "DDD", "Q", "IW", "IYYY"})
OTHER = {"FF3": "MS", "FF6": "US", "FF": "US"}
ELEMENT = re.compile(r"[A-Z]+[0-9]*|[-/,.;: ]|\"[^\"]*\"")
PARTS = frozenset({"YEAR", "MONTH", "DAY", "HOUR", "MINUTE", "SECOND"})


def clock(translate: Translator) -> str:
    """The time of the statement, which is that of the snapshot if the statement takes one."""
    scn = translate.context.scn
    return f"TIMESTAMPTZ {quoted(scn.taken.isoformat())}" if scn else "statement_timestamp()"


@term_of(exp.Systimestamp)
def systimestamp(translate: Translator, node: exp.Expression, scope: Scope) -> Term:
    """SYSTIMESTAMP, in the zone of the database's machine."""
    return Term(clock(translate), timestamp_tz())


@term_of(exp.CurrentTimestamp, parts=("sysdate",))
def sysdate(translate: Translator, node: exp.Expression, scope: Scope) -> Term:
    """SYSDATE, by the clock of the database's machine."""
    if not node.args.get("sysdate"):
        raise ora(904, '"CURRENT_TIMESTAMP"')
    now = local_time(Term(clock(translate), timestamp_tz()), translate.context.session)
    return Term(f"date_trunc('second', {now})", DATE, True)


def sys_extract_utc(translate: Translator, arguments: list[exp.Expression], scope: Scope) -> Term:
    """SYS_EXTRACT_UTC(time with zone)."""
    (value,) = translate.terms(arguments, scope)
    if value.type.code != Code.TIMESTAMP_TZ:
        raise ora(30175)
    return Term(f"({value.sql} AT TIME ZONE 'UTC')", timestamp(value.type.scale))


def trunc(translate: Translator, arguments: list[exp.Expression], scope: Scope) -> Term:
    """TRUNC(time) to the day, TRUNC(number) to a whole one."""
    value = translate.term(arguments[0], scope)
    if value.type.is_time:
        return Term(f"date_trunc('day', {local_time(value, translate.context.session)})", DATE, value.constant)
    return Term(f"trunc(CAST({number_of(value)} AS numeric))", NUMBER, value.constant)


@term_of(exp.DateTrunc, exp.TimestampTrunc, parts=("this", "unit"))
def trunc_to(translate: Translator, node: exp.Expression, scope: Scope) -> Term:
    """TRUNC(time, unit)."""
    value, unit = translate.term(node.this, scope), UNITS.get(node.args["unit"].name.upper())
    if not value.type.is_time:
        raise ora(932, f"expected DATE got {value.type}")
    if not unit:
        raise ora(1899)
    return Term(f"date_trunc('{unit}', {local_time(value, translate.context.session)})", DATE, value.constant)


@term_of(exp.Trunc, parts=("this", "decimals"))
def trunc_number(translate: Translator, node: exp.Expression, scope: Scope) -> Term:
    """TRUNC(number), TRUNC(number, digits)."""
    value, digits = translate.term(node.this, scope), node.args.get("decimals")
    places = translate.term(digits, scope).sql if digits else "0"
    return Term(f"trunc(CAST({number_of(value)} AS numeric), {places})", NUMBER)


@term_of(exp.ToChar, exp.TimeToStr, parts=("this", "format"))
def to_char(translate: Translator, node: exp.Expression, scope: Scope) -> Term:
    """TO_CHAR(time, format), TO_CHAR(number)."""
    value, form = translate.term(node.this, scope), node.args.get("format")
    if value.type.is_time and form:
        local, written = local_time(value, translate.context.session), oracle_format(node)
        return Term(f"to_char({local}, {quoted(pg_format(written))})", varchar2(max(len(written), 1)))
    if form:
        raise ora(3001, "TO_CHAR of a number with a format")
    return as_text(value)


@term_of(exp.StrToDate, exp.StrToTime, parts=("this", "format"))
def to_date(translate: Translator, node: exp.Expression, scope: Scope) -> Term:
    """TO_DATE, TO_TIMESTAMP with a format, and TIMESTAMP '...'."""
    kind = DATE if isinstance(node, exp.StrToDate) else timestamp(9)
    value, form = translate.term(node.this, scope), node.args.get("format")
    if kind != DATE and value.text and form and form.name == "%Y-%m-%d %H:%M:%S.%f":
        try:
            return literal(datetime.fromisoformat(value.text), kind)
        except ValueError:
            raise ora(1861) from None
    if not form or not value.type.is_text:
        raise ora(3001, "a time from a text without a format: it would depend on NLS_DATE_FORMAT")
    made = f"to_timestamp({value.sql}, {quoted(pg_format(oracle_format(node)))}) AT TIME ZONE 'UTC'"
    return Term(f"date_trunc('second', {made})" if kind == DATE else f"({made})", kind, value.constant)


@term_of(exp.ToNumber)
def to_number(translate: Translator, node: exp.Expression, scope: Scope) -> Term:
    """TO_NUMBER(text)."""
    value = translate.term(node.this, scope)
    return Term(f"CAST({number_of(value)} AS numeric)", NUMBER, value.constant)


@term_of(exp.Extract)
def extract(translate: Translator, node: exp.Expression, scope: Scope) -> Term:
    """EXTRACT(part FROM time)."""
    part, value = node.this.name.upper(), translate.term(node.expression, scope)
    if part not in PARTS or not value.type.is_time:
        raise ora(30076)
    sql = value.sql if value.type.code == Code.TIMESTAMP_TZ else f"({value.sql})"
    return Term(f"extract({part} FROM {sql})", NUMBER)


def oracle_format(node: exp.Expression) -> str:
    """The format as the statement gives it; for some functions sqlglot translates it to Python's."""
    given = node.args["format"].name
    return given if isinstance(node, exp.ToChar) else format_time(given, Oracle.INVERSE_TIME_MAPPING) or given


def pg_format(oracle: str) -> str:
    """A format of times for PostgreSQL. Raises ORA-01821 for elements that are not known to mean the same."""
    parts, rest = [], oracle
    while rest:
        element = ELEMENT.match(rest.upper())
        word = element.group() if element else ""
        if not word or (word.isalnum() and word not in SAME and word not in OTHER):
            raise ora(1821)
        parts.append(OTHER.get(word, word if word in SAME else rest[: len(word)]))
        rest = rest[len(word) :]
    return "".join(parts)


NAMED |= {"SYS_EXTRACT_UTC": sys_extract_utc, "TRUNC": trunc}
