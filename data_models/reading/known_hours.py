"""What the ledger says of the hours of a period, for one query table: which readers may take, and of which load."""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Collection, Iterable, Mapping
from dataclasses import dataclass
from datetime import UTC, date, datetime
from threading import Lock
from typing import TYPE_CHECKING

from cachetools import TTLCache

from data_models.ledger import Ledger
from data_models.ledger_state import Transition, hour_state
from data_models.query_table import QueryTable
from data_models.reading.coverage import Coverage
from data_models.reading.routing import Route, day_window, route, touched_days
from data_models.roll_up import day_states, valid_days
from data_models.window import Window, hour_window, merge

if TYPE_CHECKING:
    from data_models.reading.archive import Archive

HOURS = "SELECT hour, load, w, state, tables[?] FROM ledger_transition WHERE day = ?"
# Of more days the ledger is asked first which of them have anything: a read a year.
FEW_DAYS = 7
# A day of a table is some kilobytes.
CACHED_DAYS = 5000
_NEVER = datetime(1970, 1, 1, tzinfo=UTC)


@dataclass(frozen=True)
class KnownHours:
    """What readers may take of a period: write time W by day (its roll-up) and by hour."""

    period: Window
    days: Mapping[date, int]
    verified: Mapping[datetime, int]
    refreshing: Mapping[datetime, int]

    @property
    def hours(self) -> dict[datetime, int]:
        """The write times of all hours that are read by hour."""
        return {**self.verified, **self.refreshing}

    @property
    def coverage(self) -> Coverage:
        """The same for readers of the answer."""
        verified = merge([*map(hour_window, self.verified), *map(day_window, self.days)])
        return Coverage(self.period, tuple(verified), tuple(merge(map(hour_window, self.refreshing))))

    def without(self, hours: Collection[datetime], days: Collection[date]) -> KnownHours:
        """The same but for some hours and days."""
        return KnownHours(
            self.period,
            {day: w for day, w in self.days.items() if day not in days},
            {hour: w for hour, w in self.verified.items() if hour not in hours},
            {hour: w for hour, w in self.refreshing.items() if hour not in hours},
        )


@dataclass(frozen=True)
class HourWord:
    """An hour that readers may take: the write time of its newest load whose rows are all in, and whether it is
    verified or being loaded again."""

    w: int
    verified: bool


class LedgerWords:
    """Reads the ledger for readers, and remembers what it said for some seconds."""

    def __init__(self, archive: Archive, seconds: float) -> None:
        """Ask nothing yet."""
        self._archive = archive
        self._cache: TTLCache = TTLCache(CACHED_DAYS, seconds)
        self._lock = Lock()
        self._made: Ledger | None = None

    def known(self, table: QueryTable, daily: QueryTable | None, period: Window) -> KnownHours:
        """What may be read of a period: days of `daily` that are rolled up, the rest as hours of `table`."""
        days = self._days(daily, period) if daily else {}
        way: Route = route(period, days)
        verified, refreshing = {}, {}
        for hour, word in self._hours(table, touched_days(way.hours)):
            if any(hour in window for window in way.hours):
                (verified if word.verified else refreshing)[hour] = word.w
        return KnownHours(period, days, verified, refreshing)

    def forget(self) -> None:
        """Ask again next time."""
        with self._lock:
            self._cache.clear()

    @property
    def _ledger(self) -> Ledger:
        """The ledger of hours, which prepares its statements when it is made."""
        self._made = self._made or Ledger(self._archive.session)
        return self._made

    def _hours(self, table: QueryTable, days: list[date]) -> Iterable[tuple[datetime, HourWord]]:
        """What is known of the hours of some days, in order."""
        with self._lock:
            words = {day: self._cache[table.name, day] for day in days if (table.name, day) in self._cache}
        asked = [day for day in days if day not in words]
        read: dict[date, dict[datetime, HourWord]] = {day: {} for day in asked}
        there = self._begun(asked) if len(asked) > FEW_DAYS else asked
        told = self._archive.rows(HOURS, [(table.verified_as, day) for day in there]) if there else ()
        read |= {day: hour_words(rows) for day, rows in zip(there, told, strict=True)}
        with self._lock:
            self._cache.update({(table.name, day): word for day, word in read.items()})
        words |= read
        return [item for day in days for item in sorted(words[day].items())]

    def _begun(self, days: list[date]) -> list[date]:
        """Those of some days, in order, of which the load of an hour has begun."""
        states = day_states(self._ledger, Window(day_window(days[0]).start, day_window(days[-1]).end))
        there = {state.day for state in states if any(w is not None for w in state.begun)}
        return [day for day in days if day in there]

    def _days(self, daily: QueryTable, period: Window) -> dict[date, int]:
        """The days of a period whose roll-up is valid and has this table, with its write time."""
        key = (daily.name, period)
        with self._lock:
            if key in self._cache:
                return self._cache[key]
        days = valid_days(self._ledger, period, daily)
        with self._lock:
            self._cache[key] = days
        return days


def hour_words(rows: Iterable[tuple]) -> dict[datetime, HourWord]:
    """What the ledger's entries of a day (hour, load, state, W, rows of the table) say of its hours.

    An hour that was loaded before the table (or this version of it) was made is not in it until it is rebuilt, nor one
    whose first load is not through.
    """
    entries: dict[datetime, list[tuple]] = defaultdict(list)
    for hour, load, w, state, n_rows in rows:
        at = hour.replace(tzinfo=UTC)
        entries[at].append((Transition(at, _NEVER, load, state, w), n_rows))
    words = {}
    for hour, told in entries.items():
        state = hour_state((), [entry for entry, _ in told])
        if any(entry.w == state.inserted and n_rows is not None for entry, n_rows in told if entry.w is not None):
            words[hour] = HourWord(state.inserted, state.verified)
    return words
