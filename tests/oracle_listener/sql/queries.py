"""SELECT: what it selects from what, grouped and ordered how. Columns of a result are called c1, c2, ... inside."""

from __future__ import annotations

from collections.abc import Sequence

from sqlglot import exp

from ..wire.errors import ora
from ..wire.replies import Column
from .grouping import grouping
from .ordering import ordered
from .relations import relations_of
from .terms import Term, unified
from .translator import Scope, Translator, identifier, only

PARTS = ("expressions", "from_", "joins", "where", "group", "having", "order", "distinct", "limit", "offset", "with_")
IGNORED = ("hint",)
SETS = {exp.Union: "UNION", exp.Intersect: "INTERSECT", exp.Except: "EXCEPT"}
Query = tuple[str, list[Column]]


def query(translate: Translator, node: exp.Expression, outer: Scope | None = None) -> Query:
    """A query with its columns. Raises OraError."""
    translate = with_ctes(translate, node, outer)
    if isinstance(node, exp.Subquery) and not node.args.get("alias"):
        only(node, "this", "with_")
        return query(translate, node.this, outer)
    if type(node) in SETS:
        return set_operation(translate, node, outer)
    if not isinstance(node, exp.Select):
        raise ora(900)
    return select(translate, node, outer)


def subquery(translate: Translator, node: exp.Expression, scope: Scope) -> tuple[str, dict[str, Term]]:
    """A query inside an expression, which sees the columns around it."""
    sql, columns = query(translate, node, scope)
    return sql, {column.name: Term(f"c{at}", column.type) for at, column in enumerate(columns, start=1)}


def with_ctes(translate: Translator, node: exp.Expression, outer: Scope | None) -> Translator:
    """A translator that knows the WITH queries of this one. They are put where they are used."""
    found = node.args.get("with_")
    if not found:
        return translate
    only(found, "expressions")
    inner = Translator(translate.context, dict(translate.ctes))
    for cte in found.expressions:
        only(cte, "this", "alias")
        sql, columns = query(inner, cte.this, outer)
        names = [identifier(name) for name in cte.args["alias"].columns] or [column.name for column in columns]
        inner.ctes[identifier(cte.args["alias"].this)] = (
            sql,
            [Column(name, column.type) for name, column in zip(names, columns, strict=True)],
        )
    return inner


def set_operation(translate: Translator, node: exp.Expression, outer: Scope | None) -> Query:
    """UNION, INTERSECT, MINUS; ordered by position or by a name of the first query."""
    only(node, "this", "expression", "distinct", "order", "with_", "limit", "offset")
    (left, columns), (right, others) = (query(translate, part, outer) for part in (node.this, node.expression))
    if len(columns) != len(others):
        raise ora(1789)
    both = [
        Column(one.name, unified([Term("", one.type, null=one.name == "NULL"), Term("", other.type)]))
        for one, other in zip(columns, others, strict=True)
    ]
    word = SETS[type(node)] + ("" if node.args.get("distinct") else " ALL")
    return f"({left}) {word} ({right})" + tail(translate, node, Scope({}, outer), both), both


def select(translate: Translator, node: exp.Select, outer: Scope | None) -> Query:
    """One SELECT."""
    only(node, *PARTS, *IGNORED)
    if not node.args.get("from_"):
        raise ora(923)
    sources, scope = relations_of(translate, node, outer)
    selected = selection(translate, node, scope)
    columns = [Column(name, term.type) for name, term in selected]
    listed = ", ".join(f"{term.sql} AS c{at}" for at, (_, term) in enumerate(selected, start=1))
    distinct = "DISTINCT " if node.args.get("distinct") else ""
    where, limit = conditions(translate, node, scope)
    parts = [f"SELECT {distinct}{listed} FROM {sources}", where, grouping(translate, node, scope)]
    if having := node.args.get("having"):
        parts.append(f"HAVING {translate.condition(having.this, scope)}")
    return " ".join(filter(None, parts)) + tail(translate, node, scope, columns) + limit, columns


def selection(translate: Translator, node: exp.Select, scope: Scope) -> list[tuple[str, Term]]:
    """Names and terms of the SELECT list."""
    found: list[tuple[str, Term]] = []
    for one in node.expressions:
        if isinstance(one, exp.Star):
            if len(node.expressions) > 1:
                raise ora(923)
            found += [pair for place in scope.relations.values() for pair in place.columns.items()]
        elif isinstance(one, exp.Column) and isinstance(one.this, exp.Star):
            place = scope.relations.get(identifier(one.args.get("table")))
            if not place:
                raise ora(904, f'"{one.sql("oracle").upper()}"')
            found += list(place.columns.items())
        elif isinstance(one, exp.Alias):
            found.append((identifier(one.args["alias"]), translate.term(one.this, scope)))
        elif isinstance(one, exp.Column):
            found.append((identifier(one.this), translate.term(one, scope)))
        else:
            found.append((one.sql("oracle").upper().replace(" ", ""), translate.term(one, scope)))
    return found


def conditions(translate: Translator, node: exp.Select, scope: Scope) -> tuple[str, str]:
    """WHERE, and LIMIT where it says ROWNUM <= n."""
    if not node.args.get("where"):
        return "", ""
    tree = node.args["where"].this
    parts = list(tree.flatten()) if isinstance(tree, exp.And) else [tree]
    limits = [part for part in parts if is_rownum_limit(part)]
    texts = [translate.condition(part, scope) for part in parts if part not in limits]
    if any(
        part.find(exp.Column) and "ROWNUM" in {c.name.upper() for c in part.find_all(exp.Column)}
        for part in parts
        if part not in limits
    ):
        raise ora(3001, "ROWNUM but for ROWNUM <= n among the conditions joined by AND")
    if limits and (node.args.get("group") or node.args.get("order") or node.find(exp.AggFunc)):
        raise ora(3001, "ROWNUM beside GROUP BY, ORDER BY or aggregates: use FETCH FIRST, or a query inside")
    wanted = [
        f"ceil({translate.term(part.expression, scope).sql}) - 1"
        if isinstance(part, exp.LT)
        else f"floor({translate.term(part.expression, scope).sql})"
        for part in limits
    ]
    where = f"WHERE {' AND '.join(texts)}" if texts else ""
    return where, f" LIMIT greatest(least({', '.join(wanted)}), 0)" if wanted else ""


def is_rownum_limit(node: exp.Expression) -> bool:
    """ROWNUM < n, ROWNUM <= n."""
    left = node.args.get("this")
    named = isinstance(left, exp.Column) and left.name.upper() == "ROWNUM"
    return named and isinstance(node, (exp.LT, exp.LTE)) and not node.expression.find(exp.Column)


def tail(translate: Translator, node: exp.Expression, scope: Scope, columns: Sequence[Column]) -> str:
    """ORDER BY, OFFSET and FETCH FIRST."""
    text = ""
    if order := node.args.get("order"):
        only(order, "expressions")
        text += " ORDER BY " + ", ".join(
            ordered(translate, one, scope, position(one.this, columns)) for one in order.expressions
        )
    if offset := node.args.get("offset"):
        text += f" OFFSET {translate.term(offset.expression, scope).sql}"
    if limit := node.args.get("limit"):
        if not isinstance(limit, exp.Fetch):
            raise ora(933)
        options = limit.args.get("limit_options")
        if options and (options.args.get("percent") or options.args.get("with_ties")):
            raise ora(3001, "FETCH FIRST with PERCENT or TIES")
        count = limit.args.get("count")
        text += f" LIMIT {translate.term(count, scope).sql if count else 1}"
    return text


def position(node: exp.Expression, columns: Sequence[Column]) -> str | None:
    """The column of the result that an element of ORDER BY names, by its position or name."""
    if isinstance(node, exp.Literal) and not node.is_string:
        at = int(node.name)
        if not 1 <= at <= len(columns):
            raise ora(1785)
        return str(at)
    if isinstance(node, exp.Column) and not node.args.get("table"):
        names = [column.name for column in columns]
        return str(names.index(identifier(node.this)) + 1) if identifier(node.this) in names else None
    return None
