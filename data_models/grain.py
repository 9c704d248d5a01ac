"""The two units that windows of tables and ledger are counted in."""

from __future__ import annotations

from datetime import UTC, datetime, timedelta
from enum import Enum


class Grain(Enum):
    """The unit of a table's windows, named as the column that holds where one begins.

    Tables of hour grain are loaded from the source. Those of day grain are rolled up from hours that are verified.
    """

    HOUR = "hour"
    DAY = "day"

    @property
    def width(self) -> timedelta:
        """How long a window is."""
        return timedelta(hours=1) if self is Grain.HOUR else timedelta(days=1)

    @property
    def group(self) -> str:
        """The name of the next larger unit, in which the ledger keeps windows together."""
        return "day" if self is Grain.HOUR else "year"

    def group_of(self, start: datetime) -> object:
        """The value of that for the window that begins at `start` (UTC): a date, or a year."""
        start = start.astimezone(UTC)
        return start.date() if self is Grain.HOUR else start.year
