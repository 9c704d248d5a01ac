"""A session as the statements see it, and what a result is to the wire."""

from __future__ import annotations

import threading
from collections.abc import Iterator, Sequence
from dataclasses import dataclass, field
from typing import Any, Protocol

from .accounts import Account
from .wire.login import Client
from .wire.replies import Column
from .wire.values import Value


@dataclass(frozen=True)
class Role:
    """What kind of database it is, as V$DATABASE says; `behind`: seconds that a standby is behind its primary."""

    name: str = "PRIMARY"
    open_mode: str = "READ ONLY"
    behind: int = 0


@dataclass
class Session:
    """One client. `schema`: where unqualified names are looked up; `parameters`: what ALTER SESSION has set.

    `database_offset`: the zone of the database's machine; `role`: the database's; `traced`: client identifier, module,
    action; `transaction`: whatever the answers keep for a READ ONLY transaction.
    """

    number: int
    client: Client
    account: Account
    schema: str
    service: str
    database_offset: str = "+00:00"
    role: Role = Role()
    parameters: dict[str, str] = field(default_factory=dict)
    traced: dict[str, str] = field(default_factory=dict)
    transaction: Any = None


@dataclass(frozen=True)
class Statement:
    """A statement as it came."""

    session: int
    sql: str
    values: tuple[Value, ...]


@dataclass
class Counts:
    """What a listener has seen, for tests to look at."""

    connections: int = 0
    calls: dict[str, int] = field(default_factory=dict)
    statements: list[Statement] = field(default_factory=list)
    sessions: list[Session] = field(default_factory=list)
    problems: list[str] = field(default_factory=list)
    _lock: threading.Lock = field(default_factory=threading.Lock, repr=False)

    def called(self, function: str) -> None:
        """Count a call."""
        with self._lock:
            self.calls[function] = self.calls.get(function, 0) + 1


@dataclass
class Result:
    """A query's answer. `rows` can raise OraError at any row, and is closed when it is no longer wanted.

    `encoded`: the rows are messages already, as `Cursor.batches` makes them.
    """

    columns: Sequence[Column]
    rows: Iterator[Any]
    encoded: bool = False


@dataclass(frozen=True)
class Done:
    """The answer to what is no query."""

    rows: int = 0


class Answers(Protocol):
    """Who knows the answers: nothing of the wire comes through here."""

    def execute(self, session: Session, sql: str, values: Sequence[Value]) -> Result | Done:
        """Run a statement; `values` are the binds in the order of the text. Raises OraError."""

    def end_transaction(self, session: Session) -> None:
        """After a commit, a rollback, and the end of the session."""
