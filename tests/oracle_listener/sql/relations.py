"""FROM: tables, also at an SCN or of one partition, views of the dictionary, queries in parentheses, joins."""

from __future__ import annotations

from itertools import count

from sqlglot import exp

from ..wire.column_types import NUMBER, varchar2
from ..wire.errors import ora
from ..wire.replies import Column
from . import queries
from .catalog import find_table
from .dictionary import VIEWS
from .partitions import partition_bounds
from .terms import Term, literal, name
from .translator import Relation, Scope, Translator, identifier, only

ALIASES = count(1)


def relations_of(translate: Translator, node: exp.Select, outer: Scope | None) -> tuple[str, Scope]:
    """The text behind FROM, and the scope that it makes."""
    scope = Scope({}, outer)
    text = relation(translate, node.args["from_"].this, scope)
    for join in node.args.get("joins") or ():
        text += joined(translate, join, scope)
    return text, scope


def joined(translate: Translator, join: exp.Join, scope: Scope) -> str:
    """One more relation. A comma is a join without a condition."""
    only(join, "this", "side", "kind", "on")
    source = relation(translate, join.this, scope)
    side, kind, on = (join.args.get("side") or "").upper(), (join.args.get("kind") or "").upper(), join.args.get("on")
    if on is None:
        if side:
            raise ora(905)
        return f" CROSS JOIN {source}"
    if kind not in ("", "INNER", "OUTER") or side not in ("", "LEFT", "RIGHT", "FULL"):
        raise ora(3001, f"{side} {kind} JOIN")
    return f" {side} JOIN {source} ON {translate.condition(on, scope)}"


def relation(translate: Translator, node: exp.Expression, scope: Scope) -> str:
    """One relation: its text for PostgreSQL; it is entered in the scope."""
    alias = f"r{next(ALIASES)}"
    given = identifier(node.args["alias"].this) if node.args.get("alias") else ""
    if isinstance(node, exp.Subquery):
        only(node, "this", "alias", "with_")
        sql, columns = queries.query(queries.with_ctes(translate, node, scope.outer), node.this, scope.outer)
        return derived(scope, given or alias, alias, sql, columns)
    if not isinstance(node, exp.Table) or not isinstance(node.this, exp.Identifier):
        raise ora(903)
    only(node, "this", "db", "alias", "version", "partition")
    owner, table = identifier(node.args.get("db")), identifier(node.this)
    if "@" in table:
        raise ora(2019)
    shown = given or table
    if not owner and table in translate.ctes:
        return derived(scope, shown, alias, *translate.ctes[table])
    if table == "DUAL" and owner in ("", "SYS"):
        return derived(scope, shown, alias, "SELECT 'X'::text AS c1", [Column("DUMMY", varchar2(1))])
    if table == "V$DATABASE" and owner in ("", "SYS"):
        return database(translate, scope, shown, alias)
    if table in VIEWS and owner in ("", "SYS"):
        view = VIEWS[table]
        sql = view.relation(translate.context.session, translate.context.ask)
        enter(scope, shown, {column: Term(f"{alias}.{name(column)}", kind) for column, kind in view.columns.items()})
        return f"({sql}) AS {alias}"
    return panda_table(translate, node, scope, (owner, table, shown, alias))


def panda_table(translate: Translator, node: exp.Table, scope: Scope, names: tuple[str, str, str, str]) -> str:
    """A table of PanDA, now or as it was at an SCN."""
    context, (owner, table, shown, alias) = translate.context, names
    found = find_table(context.ask, owner or context.session.schema, table)
    if not context.session.account.may_read(table):
        raise ora(942)
    context.read_at.add(at_scn(translate, node.args["version"]) if node.args.get("version") else None)
    enter(scope, shown, {column.name: column.seen_from(alias) for column in found.columns})
    if not (partition := node.args.get("partition")):
        return f"{found.in_postgres} AS {alias}"
    only(partition, "expressions")
    first, end = partition_bounds(table, identifier(partition.expressions[0].this))
    within = f"modificationtime >= '{first}' AND modificationtime < '{end}'"
    return f"(SELECT * FROM {found.in_postgres} WHERE {within}) AS {alias}"


def at_scn(translate: Translator, version: exp.Version) -> int:
    """The SCN of AS OF SCN. Raises ORA-01031 for who may not look back, ORA-08181 for what is none."""
    if version.name.upper() != "SCN" or str(version.args.get("kind")).upper() != "AS OF":
        raise ora(3001, "flashback but for AS OF SCN")
    if not translate.context.session.account.flashback:
        raise ora(1031)
    number = translate.term(version.expression, Scope())
    if not number.sql.isdigit():
        raise ora(8181)
    return int(number.sql)


def database(translate: Translator, scope: Scope, shown: str, alias: str) -> str:
    """V$DATABASE, for who may see it."""
    if not translate.context.session.account.scn:
        raise ora(942)
    scn, role = translate.context.scn, translate.context.session.role
    texts = {"OPEN_MODE": role.open_mode, "DATABASE_ROLE": role.name, "LOG_MODE": "ARCHIVELOG"}
    values = {"CURRENT_SCN": literal(scn.number if scn else None, NUMBER), "NAME": literal("PANDA", varchar2(9))}
    values |= {column: literal(text, varchar2(20)) for column, text in texts.items()}
    sql = "SELECT " + ", ".join(f"{term.sql} AS c{at}" for at, term in enumerate(values.values(), start=1))
    return derived(scope, shown, alias, sql, [Column(column, term.type) for column, term in values.items()])


def derived(scope: Scope, shown: str, alias: str, sql: str, columns: list[Column]) -> str:
    """A query as a relation."""
    enter(scope, shown, {one.name: Term(f"{alias}.c{at}", one.type) for at, one in enumerate(columns, start=1)})
    return f"({sql}) AS {alias}"


def enter(scope: Scope, shown: str, columns: dict[str, Term]) -> None:
    """Enter a relation in a scope. Raises ORA-00918 if its name is taken."""
    if shown in scope.relations:
        raise ora(918)
    scope.relations[shown] = Relation(shown, columns)
