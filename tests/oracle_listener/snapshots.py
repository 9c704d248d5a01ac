"""SCNs: each is a snapshot of PostgreSQL that one session of its own keeps, so that others can join it."""

from __future__ import annotations

import threading
import time
from collections.abc import Callable
from dataclasses import dataclass, field
from datetime import datetime
from typing import Any

from .wire.errors import ora

KEEPER_OPTIONS = "SET idle_in_transaction_session_timeout = 0"
BEGIN = "BEGIN TRANSACTION ISOLATION LEVEL REPEATABLE READ READ ONLY"
MOST_KEPT = 24


@dataclass(frozen=True)
class Scn:
    """A number, the snapshot it stands for, and when that was taken (UTC), by PostgreSQL's clock."""

    number: int
    token: str
    taken: datetime
    keeper: Any = field(repr=False)


class Snapshots:
    """The SCNs that are kept. Older ones than the last MOST_KEPT are "too old", as when Oracle's undo is used up."""

    def __init__(self, connect: Callable[[], Any]) -> None:
        self._connect = connect
        self._lock = threading.Lock()
        self._kept: dict[int, Scn] = {}
        self._last = 0

    def take(self) -> Scn:
        """A new one, of now."""
        scn = self.private()
        with self._lock:
            self._kept[scn.number] = scn
            oldest = sorted(self._kept)[:-MOST_KEPT]
            dropped = [self._kept.pop(number) for number in oldest]
        for one in dropped:
            one.keeper.close()
        return scn

    def private(self) -> Scn:
        """One that others cannot look up; who takes it closes its keeper."""
        keeper = self._connect()
        with keeper.cursor() as cursor:
            cursor.execute(KEEPER_OPTIONS)
            cursor.execute(BEGIN)
            cursor.execute("SELECT pg_export_snapshot(), statement_timestamp()")
            token, taken = cursor.fetchone()
        with self._lock:
            # Grows with time, like Oracle's, and never twice the same.
            self._last = max(self._last + 1, time.time_ns() // 1_000_000)
            return Scn(self._last, token, taken, keeper)

    def find(self, number: int) -> Scn:
        """The snapshot of an SCN. Raises ORA-08181 for one that is not yet, ORA-01555 for one that is not kept."""
        with self._lock:
            if number in self._kept:
                return self._kept[number]
            raise ora(8181 if number > self._last else 1555)

    def expire(self) -> None:
        """Let go of all, as if undo were used up: ORA-01555 for who reads at them."""
        with self._lock:
            dropped, self._kept = list(self._kept.values()), {}
        for one in dropped:
            one.keeper.close()
