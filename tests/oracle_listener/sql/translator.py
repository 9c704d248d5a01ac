"""The walk over the parse tree: which function handles which node, and what all of them share."""

from __future__ import annotations

from collections.abc import Callable, Sequence
from dataclasses import dataclass, field

from sqlglot import exp

from ..session import Session
from ..snapshots import Scn
from ..wire.errors import ora
from ..wire.replies import Column
from ..wire.values import Value
from .catalog import Ask
from .terms import Term


@dataclass(frozen=True)
class Relation:
    """What FROM gives: a name, and its columns in order by Oracle's names."""

    name: str
    columns: dict[str, Term]


@dataclass(frozen=True)
class Scope:
    """The relations that names are looked up in; `outer`: those of the query around this one."""

    relations: dict[str, Relation] = field(default_factory=dict)
    outer: Scope | None = None

    def find(self, column: str, relation: str = "") -> Term:
        """A column by its name and perhaps its relation's, both in capitals. Raises ORA-00904, ORA-00918."""
        places = [self.relations[relation]] if relation in self.relations else []
        if not relation:
            places = list(self.relations.values())
        found = [place.columns[column] for place in places if column in place.columns]
        if len(found) > 1:
            raise ora(918)
        if found:
            return found[0]
        if self.outer:
            return self.outer.find(column, relation)
        raise ora(904, ".".join(f'"{part}"' for part in (relation, column) if part))


@dataclass
class Context:
    """One execution. `scn`: the snapshot that the statement takes, if it asks for the current SCN.

    `read_at`: the SCNs at which it reads tables, None for now; found on the way.
    """

    session: Session
    ask: Ask
    values: Sequence[Value]
    scn: Scn | None = None
    read_at: set[int | None] = field(default_factory=set)


TermHandler = Callable[["Translator", exp.Expression, Scope], Term]
ConditionHandler = Callable[["Translator", exp.Expression, Scope], str]
TERMS: dict[type[exp.Expression], tuple[TermHandler, tuple[str, ...]]] = {}
CONDITIONS: dict[type[exp.Expression], tuple[ConditionHandler, tuple[str, ...]]] = {}
USUAL_PARTS = ("this", "expression", "expressions")
# What sqlglot notes for itself.
NOTES = (
    "safe",
    "typed",
    "coalesce",
    "ignore_nulls",
    "is_nvl",
    "big_int",
    "is_string",
    "full_match",
    "fractions_supported",
)


def term_of(*nodes: type[exp.Expression], parts: tuple[str, ...] = USUAL_PARTS) -> Callable[[TermHandler], TermHandler]:
    """The decorated function makes a term of such nodes, if they have no other parts than these."""
    return lambda handler: TERMS.update(dict.fromkeys(nodes, (handler, parts))) or handler


def condition_of(
    *nodes: type[exp.Expression], parts: tuple[str, ...] = USUAL_PARTS
) -> Callable[[ConditionHandler], ConditionHandler]:
    """The decorated function makes a condition of such nodes. In Oracle 12 a condition is no value."""
    return lambda handler: CONDITIONS.update(dict.fromkeys(nodes, (handler, parts))) or handler


@dataclass
class Translator:
    """Turns nodes of Oracle's parse tree into PostgreSQL's text. Raises OraError for what it does not know."""

    context: Context
    ctes: dict[str, tuple[str, list[Column]]] = field(default_factory=dict)

    def term(self, node: exp.Expression | None, scope: Scope) -> Term:
        """A value."""
        if node is None:
            raise ora(938)
        if type(node) in TERMS:
            handler, parts = TERMS[type(node)]
            only(node, *parts, *NOTES)
            return handler(self, node, scope)
        raise ora(936) if type(node) in CONDITIONS else unknown(node)

    def condition(self, node: exp.Expression, scope: Scope) -> str:
        """A condition."""
        if type(node) in CONDITIONS:
            handler, parts = CONDITIONS[type(node)]
            only(node, *parts, *NOTES)
            return handler(self, node, scope)
        raise ora(3001, f"the condition {node.sql('oracle')[:60]}")

    def terms(self, nodes: Sequence[exp.Expression], scope: Scope) -> list[Term]:
        """Several values."""
        return [self.term(node, scope) for node in nodes]


def unknown(node: exp.Expression) -> Exception:
    """The error for a node that has no handler: a function is an invalid identifier, as Oracle says it."""
    if isinstance(node, exp.Func):
        called = node.name if isinstance(node, exp.Anonymous) else node.sql("oracle").split("(")[0]
        return ora(904, f'"{called.upper()}"')
    return ora(3001, f"{type(node).__name__} in {node.sql('oracle')[:60]}")


def only(node: exp.Expression, *known: str) -> None:
    """Raise ORA-03001 if a node has parts beyond the known ones."""
    for part, value in node.args.items():
        if value and part not in known:
            raise ora(3001, f"{part} in {node.sql('oracle')[:60]}")


def identifier(node: exp.Expression | None) -> str:
    """A name as Oracle keeps it: in capitals unless it is quoted."""
    if not isinstance(node, exp.Identifier):
        return str(node.name if node else "").upper()
    return node.name if node.args.get("quoted") else node.name.upper()
