"""Which hours of a period an answer rests on, and which are missing from it."""

from __future__ import annotations

from dataclasses import dataclass

from data_models.window import HOUR, Window, format_window, missing


@dataclass(frozen=True)
class Coverage:
    """The hours of a period by what the ledger says of them, as disjoint windows in order.

    `verified`: what Cassandra holds was read back and is that of one load. `refreshing`: the hour is being loaded again
    or not read back yet; its rows are in the answer, and may be of two loads. `live`: counted from PanDA's own
    database. `missing`: not archived, or loaded before the table was made and not rebuilt;
    nothing of it is in the answer.
    """

    period: Window
    verified: tuple[Window, ...] = ()
    refreshing: tuple[Window, ...] = ()
    live: tuple[Window, ...] = ()

    @property
    def missing(self) -> tuple[Window, ...]:
        """What is neither verified nor refreshing nor live."""
        return tuple(missing(self.period, (*self.verified, *self.refreshing, *self.live)))

    @property
    def complete(self) -> bool:
        """Whether every hour of the period is verified, or live."""
        return not self.refreshing and not self.missing

    def __str__(self) -> str:
        """In one line."""
        words = f"{n_hours(self.verified)} of {n_hours((self.period,))} hours verified"
        if self.live:
            words += f"; from PanDA's database: {listed(self.live)}"
        if self.refreshing:
            words += f"; being loaded: {listed(self.refreshing)}"
        return words + (f"; not archived: {listed(self.missing)}" if self.missing else "")


def n_hours(windows: tuple[Window, ...]) -> int:
    """Hours in some windows."""
    return sum((window.end - window.start) // HOUR for window in windows)


def listed(windows: tuple[Window, ...], most: int = 5) -> str:
    """Windows in words, the first few of them."""
    more = f" and {len(windows) - most} more" if len(windows) > most else ""
    return ", ".join(map(format_window, windows[:most])) + more
