"""The open cursors of a session: statement, bind types, and the rows that are still to come."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass, field
from itertools import count, islice
from typing import Any

from .session import Result
from .wire.binds import Bind
from .wire.cells import CellCache, encoder
from .wire.column_types import CLOB, LONG, Code
from .wire.errors import ora
from .wire.replies import ROW_MARK, Column

# Rows that are encoded at once: the columns of a batch are gone through one by one.
BATCH = 500
MOST_OPEN = 300


@dataclass
class Cursor:
    """A statement that has been parsed. `sent`: rows of the present result so far."""

    number: int
    sql: str = ""
    binds: tuple[Bind, ...] = ()
    columns: list[Column] = field(default_factory=list)
    cells: list[CellCache] = field(default_factory=list)
    rows: Iterator[Any] | None = None
    encoded: bool = False
    sent: int = 0

    @property
    def has_lobs(self) -> bool:
        """Whether the client will first say as what it wants the CLOBs."""
        return any(column.type == CLOB for column in self.columns)

    def open(self, result: Result) -> bool:
        """Take a new result; whether its columns are others than before. If not, encoded cells are kept."""
        self.finish()
        columns = list(result.columns)
        others = columns != self.columns
        if others:
            self.columns = columns
            self.cells = [encoder(one.name, one.type) for one in columns]
        self.rows, self.encoded, self.sent = result.rows, result.encoded, 0
        return others

    def define(self, wanted: tuple[Bind, ...]) -> None:
        """How the client wants the columns of a result with CLOBs: as LONG, that is the text itself, or as locators."""
        for at, (column, bind) in enumerate(zip(self.columns, wanted, strict=True)):
            if column.type == CLOB and bind.code == Code.LONG:
                self.cells[at] = encoder(column.name, LONG)

    def batches(self, wanted: int) -> Iterator[bytes]:
        """Rows as messages, up to so many. What was encoded before an error is given before it is raised."""
        while wanted and self.rows:
            batch: list[Any] = []
            size = min(wanted, BATCH)
            try:
                # Keeps what came before an error.
                batch.extend(islice(self.rows, size))
            finally:
                self.sent += len(batch)
                if batch:
                    yield self._encoded(batch)
            wanted -= len(batch)
            if len(batch) < size:
                self.finish()

    def finish(self) -> None:
        """The rows that are left are not wanted."""
        if self.rows is not None and hasattr(self.rows, "close"):
            self.rows.close()
        self.rows = None

    def _encoded(self, batch: list[Any]) -> bytes:
        if self.encoded:
            return b"".join(batch)
        columns = [
            map(cells.__getitem__, values) for cells, values in zip(self.cells, zip(*batch, strict=True), strict=True)
        ]
        return b"".join(ROW_MARK + b"".join(row) for row in zip(*columns, strict=True))


class Cursors:
    """The cursors of one session by number."""

    def __init__(self) -> None:
        self._open: dict[int, Cursor] = {}
        self._numbers = count(1)

    def __len__(self) -> int:
        return len(self._open)

    def new(self, sql: str) -> Cursor:
        """A new one. Raises ORA-01000 when there are too many."""
        if len(self._open) >= MOST_OPEN:
            raise ora(1000)
        cursor = Cursor(next(self._numbers), sql)
        self._open[cursor.number] = cursor
        return cursor

    def get(self, number: int) -> Cursor:
        """An open one. Raises ORA-01001."""
        if number not in self._open:
            raise ora(1001)
        return self._open[number]

    def binds_of(self, number: int) -> tuple[Bind, ...]:
        """The bind types of its last execute."""
        return self._open[number].binds if number in self._open else ()

    def close(self, number: int) -> None:
        """Forget one."""
        if cursor := self._open.pop(number, None):
            cursor.finish()

    def close_all(self) -> None:
        """Forget all."""
        for number in list(self._open):
            self.close(number)
