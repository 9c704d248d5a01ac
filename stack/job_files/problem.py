"""The one error of the import: what in a file cannot be loaded, where, and what is expected there."""

from __future__ import annotations

from dataclasses import dataclass
from pathlib import Path

from stack.errors import StackError

SHOWN_CHARS = 60
NO_VALUE = object()


@dataclass(eq=False)
class PandaImportError(StackError):
    """Something in a file that cannot be loaded; nothing of the file has been.

    `place` is `line 17` (counted from 1, the header included) or, for Parquet, `row 17` (counted from 1). `place` and
    `column` are empty and `value` is NO_VALUE where there are none. The message is one line with all of it.
    """

    file: Path
    expected: str
    place: str = ""
    column: str = ""
    value: object = NO_VALUE

    def __str__(self) -> str:
        """One line: file, place, column, value, what is expected."""
        where = [str(self.file), self.place, self.column and f"column {self.column}"]
        if self.value is not NO_VALUE:
            shown = "NULL" if self.value is None else repr(self.value)
            where.append(f"value {shown if len(shown) <= SHOWN_CHARS else shown[:SHOWN_CHARS] + '...'}")
        return f"{', '.join(part for part in where if part)}: {' '.join(self.expected.split())}"


@dataclass(eq=False)
class BadValue(Exception):
    """A value of an array that a column does not take: its row in the array (from 0), itself, what is expected."""

    row: int
    value: object
    expected: str
