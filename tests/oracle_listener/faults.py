"""Faults on demand: what goes wrong, at which call, in which statement, how often.

listener.faults.add(Fault(Fail(1555), step=Step.FETCH, statement="jobsarchived4"))
listener.faults.add(Fault(Cut(), after_rows=100, skip=2))
"""

from __future__ import annotations

import re
import threading
from collections.abc import Iterator
from dataclasses import dataclass, field
from enum import StrEnum
from typing import Any

from .wire.column_types import OracleType
from .wire.errors import OraError, ora


class Step(StrEnum):
    """When a fault can strike."""

    CONNECT = "connect"
    LOG_IN = "log in"
    EXECUTE = "execute"
    FETCH = "fetch"
    COMMIT = "commit"
    ROLLBACK = "rollback"
    PING = "ping"


@dataclass(frozen=True)
class Fail:
    """The call ends with an ORA- error; `text` replaces Oracle's words. On connect, the client is refused with it."""

    code: int
    text: str = ""

    @property
    def error(self) -> OraError:
        """The error to send."""
        return OraError(self.code, f"ORA-{self.code:05}: {self.text}") if self.text else ora(self.code)


@dataclass(frozen=True)
class Cut:
    """The connection ends, after so many more packets to the client; `reset`: with RST instead of FIN."""

    after_packets: int = 0
    reset: bool = False


@dataclass(frozen=True)
class Pause:
    """The answer comes later. The server still takes a cancel meanwhile, as a busy one does."""

    seconds: float


@dataclass(frozen=True)
class Silence:
    """Nothing comes any more, whatever the client does; the connection stays open."""


@dataclass(frozen=True)
class Redescribe:
    """A column of the result is described as another type, and its values come in that type."""

    column: str
    type: OracleType


@dataclass(frozen=True)
class Garble:
    """The values of a column come as text, while another type is described."""

    column: str


COUNTING = threading.Lock()
Effect = Fail | Cut | Pause | Silence | Redescribe | Garble


@dataclass
class Fault:
    """One effect and when it strikes. `statement`: a regular expression found in the text of the statement.

    `after_rows`: of a Fail, Cut or Silence: not at once, but in place of the next row of that result; a shorter result
    goes well. `skip`: so many matching calls go well before; `times`: so many calls are struck, None: all. `struck`
    counts those that really were.
    """

    effect: Effect
    step: Step = Step.EXECUTE
    statement: str = ""
    after_rows: int | None = None
    skip: int = 0
    times: int | None = 1
    struck: int = field(default=0, init=False)
    seen: int = field(default=0, init=False)

    def __post_init__(self) -> None:
        """Refuse what would never happen."""
        of_rows = isinstance(self.effect, (Redescribe, Garble)) or self.after_rows is not None
        if of_rows and self.step != Step.EXECUTE:
            raise ValueError(f"{self.effect} of a result strikes at its execute, not at {self.step}")
        if self.after_rows is not None and not isinstance(self.effect, (Fail, Cut, Silence)):
            raise ValueError(f"{self.effect} cannot come after rows")

    def matches(self, step: Step, sql: str) -> bool:
        """Whether it is to strike at this call, or in its rows; counts the call."""
        if step != self.step or not re.search(self.statement, sql, re.IGNORECASE):
            return False
        self.seen += 1
        return self.seen > self.skip

    def strikes(self) -> bool:
        """Whether it strikes now, and not as often already as it may."""
        with COUNTING:
            if self.times is not None and self.struck >= self.times:
                return False
            self.struck += 1
            return True


class Faults:
    """The faults of a listener, for all of its connections."""

    def __init__(self) -> None:
        self._lock = threading.Lock()
        self._faults: list[Fault] = []

    def add(self, fault: Fault) -> Fault:
        """From now on. Returns the fault, so that a test can look at `struck`."""
        with self._lock:
            self._faults.append(fault)
        return fault

    def clear(self) -> None:
        """All goes well again."""
        with self._lock:
            self._faults.clear()

    def at(self, step: Step, sql: str = "") -> list[Fault]:
        """The faults that strike at a call, and those that may strike in its rows."""
        with self._lock:
            matching = [fault for fault in self._faults if fault.matches(step, sql)]
            return [fault for fault in matching if fault.after_rows is not None or fault.strikes()]


class InRows(Exception):
    """In the middle of a result the connection ends, or falls silent."""

    def __init__(self, effect: Cut | Silence) -> None:
        super().__init__(repr(effect))
        self.effect = effect


def broken_off(rows: Iterator[tuple[Any, ...]], fault: Fault) -> Iterator[tuple[Any, ...]]:
    """The rows, up to where the fault strikes."""
    for count, row in enumerate(rows):
        if count == fault.after_rows and fault.strikes():
            raise fault.effect.error if isinstance(fault.effect, Fail) else InRows(fault.effect)
        yield row
