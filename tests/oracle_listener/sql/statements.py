"""Statements: which kind they are, what a session sets with them, and the way of a query to PostgreSQL's text."""

from __future__ import annotations

import re
from collections.abc import Sequence
from dataclasses import dataclass
from itertools import pairwise

from sqlglot import exp
from sqlglot.dialects.oracle import Oracle
from sqlglot.errors import ParseError, TokenError
from sqlglot.tokens import Token, TokenType

from ..session import Session
from ..wire.errors import OraError, ora
from ..wire.replies import Column
from .queries import query
from .translator import Context, Translator

FIRST_WORD = re.compile(r"(?:\s|--[^\n]*\n|/\*.*?\*/|\()*(\w+)", re.DOTALL)
SETTING = re.compile(r"(\w+)\s*=\s*('[^']*'|\"[^\"]*\"|\S+)")
READ_ONLY = re.compile(r"\s*SET\s+TRANSACTION\s+(READ\s+ONLY|ISOLATION\s+LEVEL\s+SERIALIZABLE)\s*", re.IGNORECASE)
WRITES = frozenset({"INSERT", "UPDATE", "DELETE", "MERGE", "LOCK"})
DEFINES = frozenset({"CREATE", "DROP", "TRUNCATE", "GRANT", "REVOKE", "RENAME", "COMMENT", "ANALYZE", "PURGE", "ALTER"})
BLOCKS = frozenset({"BEGIN", "DECLARE", "CALL"})
# sqlglot reads more than Oracle does.
NOT_ORACLE = frozenset({TokenType.DCOLON, TokenType.SEMICOLON, TokenType.L_BRACKET, TokenType.L_BRACE})


@dataclass(frozen=True)
class Translated:
    """A query for PostgreSQL. `scn`: at which it reads, None for now."""

    sql: str
    columns: list[Column]
    scn: int | None


def first_word(sql: str) -> str:
    """The word that tells what a statement is, in capitals."""
    found = FIRST_WORD.match(sql)
    return found.group(1).upper() if found else ""


def refusal(sql: str, read_only: bool) -> OraError:
    """The error for a statement that is no query: the listener writes nothing and runs no PL/SQL."""
    word = first_word(sql)
    if word in WRITES:
        return ora(1456 if read_only else 16000)
    if word in DEFINES:
        return ora(1031)
    return ora(6550, "'ANYTHING'") if word in BLOCKS else ora(900)


def settings_of(sql: str) -> dict[str, str] | None:
    """What ALTER SESSION SET sets, names in capitals; None if it is another statement."""
    found = re.fullmatch(r"\s*ALTER\s+SESSION\s+SET\s+(.*)", sql.strip("\0"), re.IGNORECASE | re.DOTALL)
    if not found:
        return None
    settings = {key.upper(): value.strip("'\"") for key, value in SETTING.findall(found.group(1))}
    if not settings:
        raise ora(2248)
    return settings


def require_fresh(session: Session) -> None:
    """Raises ORA-03172 if the standby is further behind than the session bears."""
    limit = session.parameters.get("STANDBY_MAX_DATA_DELAY", "NONE")
    if limit != "NONE" and session.role.behind > int(limit):
        raise ora(3172, limit)


def begins_read_only(sql: str) -> bool:
    """Whether it makes the transaction one that sees one instant."""
    return READ_ONLY.fullmatch(sql) is not None


def takes_scn(tree: exp.Expression, session: Session) -> bool:
    """Whether it asks for the current SCN, and may."""
    names = {column.name.upper() for column in tree.find_all(exp.Column)}
    return session.account.scn and bool(names & {"CURRENT_SCN", "GET_SYSTEM_CHANGE_NUMBER"})


def parsed(sql: str) -> exp.Expression:
    """The parse tree of a query, its binds numbered :b0, :b1, ... in the order of the text. Raises OraError."""
    try:
        tokens = Oracle().tokenize(sql)
        for token in tokens:
            if token.token_type in NOT_ORACLE:
                raise ora(911, position=token.start)
        trees = Oracle().parse(numbered(sql, tokens))
    except TokenError:
        raise ora(911) from None
    except ParseError as error:
        where = error.errors[0] if error.errors else {}
        raise ora(933, position=offset(sql, where.get("line") or 1, where.get("col") or 1)) from None
    if len(trees) != 1 or trees[0] is None:
        raise ora(900)
    return trees[0]


def numbered(sql: str, tokens: Sequence[Token]) -> str:
    """The text with its binds renamed. Each use of a bind is one of its own: so the client sends the values."""
    binds = [
        (colon.start, name.end)
        for colon, name in pairwise(tokens)
        if colon.token_type == TokenType.COLON and name.start == colon.end + 1
    ]
    for number, (start, end) in reversed(list(enumerate(binds))):
        sql = f"{sql[:start]}:b{number}{sql[end + 1 :]}"
    return sql


def offset(sql: str, line: int, column: int) -> int:
    """The place in a text, from 0, of a line and column that count from 1."""
    before = sql.split("\n")[: line - 1]
    return sum(len(text) + 1 for text in before) + max(column - 1, 0)


def translated(tree: exp.Expression, context: Context) -> Translated:
    """A query in PostgreSQL's SQL. Raises OraError."""
    sql, columns = query(Translator(context), tree)
    if len(context.read_at) > 1:
        raise ora(3001, "tables at more than one SCN in a statement")
    return Translated(sql, columns, next(iter(context.read_at), None))
