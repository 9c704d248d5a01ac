"""What the ledger says of the hours of a period, for one query table: which readers may take, and of which load."""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Collection, Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass
from datetime import UTC, date, datetime
from threading import Lock
from time import monotonic
from typing import Protocol
from uuid import UUID

from cachetools import LRUCache, TTLCache
from cassandra.cluster import Session
from cassandra.util import datetime_from_uuid1

from data_models.day_state import DayState
from data_models.ledger import Ledger
from data_models.ledger_state import Transition, hour_state
from data_models.query_table import QueryTable
from data_models.reading.coverage import Coverage
from data_models.reading.routing import Route, day_window, route, touched_days
from data_models.roll_up import day_states, valid_among
from data_models.window import HOUR, Window, hour_window, merge

HOURS = "SELECT hour, at, load, w, state, tables FROM ledger_transition WHERE day = ?"
# Ten years and more; a day is some kilobytes.
CACHED_DAYS, CACHED_MONTHS = 5000, 200
MONTHS_A_YEAR = 12
# So long at most a day is not read again: an entry by a clock that is behind is not the last one, though it comes last.
CONFIRMED_SECONDS = 60
# Year and month.
Month = tuple[int, int]


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
    """An hour that readers may take: the write time of its newest load whose rows are all in, whether it is verified or
    being loaded again, and the tables it has, by the names they are verified as.

    An hour that was loaded before a table (or this version of it) was made has not that table until it is rebuilt.
    """

    w: int
    verified: bool
    tables: frozenset[str]


@dataclass(frozen=True)
class DayWords:
    """What the ledger said of the hours of a day, in order, when its newest entry of them was `newest`; read at
    `read_at` seconds of the process's clock."""

    hours: Mapping[datetime, HourWord]
    newest: UUID | None
    read_at: float


class Rows(Protocol):
    """Reads rows of a keyspace by prepared statements, as `data_models.reading.archive.Archive` does."""

    session: Session

    def rows(self, statement: str, binds: Sequence[tuple]) -> Iterator[list[tuple]]:
        """The rows of each of the binds, in their order."""


class LedgerWords:
    """Reads the ledger for readers, and remembers what it said.

    For some seconds it is taken for what it would say now. After them the days are asked whether anything was entered
    for their hours, and for a minute only those are read again of which it was: the entries of a day are some 100 kB.
    """

    def __init__(self, keyspace: Rows, seconds: float) -> None:
        """Ask nothing yet."""
        self._keyspace, self._seconds = keyspace, seconds
        self._months: TTLCache[Month, dict[date, DayState]] = TTLCache(CACHED_MONTHS, seconds)
        self._words: LRUCache[date, DayWords] = LRUCache(CACHED_DAYS)
        # How often all was forgotten: what was read before that is not kept after it.
        self._forgotten = 0
        self._lock = Lock()
        self._made: Ledger | None = None

    def known(self, table: QueryTable, daily: QueryTable | None, period: Window) -> KnownHours:
        """What may be read of a period: days of `daily` that are rolled up, the rest as hours of `table`."""
        states = self._states(period)
        days = valid_among(states.values(), period, daily) if daily else {}
        way: Route = route(period, days)
        verified, refreshing = {}, {}
        for hour, word in self._hours([states[day] for day in touched_days(way.hours) if day in states]):
            if table.verified_as in word.tables and any(hour in window for window in way.hours):
                (verified if word.verified else refreshing)[hour] = word.w
        return KnownHours(period, days, verified, refreshing)

    def forget(self) -> None:
        """Ask again next time."""
        with self._lock:
            self._forgotten += 1
            self._months.clear()
            self._words.clear()

    @property
    def _ledger(self) -> Ledger:
        """The ledger of hours, which prepares its statements when it is made."""
        self._made = self._made or Ledger(self._keyspace.session)
        return self._made

    def _states(self, period: Window) -> dict[date, DayState]:
        """The states of the days of the months that a period touches, in order, as far as the ledger has entries."""
        wanted = months(period)
        # The cache's clock stands still, lest a month expire between being found and being taken.
        with self._lock, self._months.timer:
            forgotten = self._forgotten
            known = {month: self._months[month] for month in wanted if month in self._months}
        if asked := [month for month in wanted if month not in known]:
            read: dict[Month, dict[date, DayState]] = {month: {} for month in asked}
            for state in day_states(self._ledger, Window(begin(asked[0]), begin(following(asked[-1])))):
                if (month := (state.day.year, state.day.month)) in read:
                    read[month][state.day] = state
            with self._lock:
                if self._forgotten == forgotten:
                    self._months.update(read)
            known |= read
        return {day: state for month in wanted for day, state in known[month].items()}

    def _hours(self, states: list[DayState]) -> Iterable[tuple[datetime, HourWord]]:
        """What is known of the hours of some days, in order."""
        loaded = [state for state in states if any(w is not None for w in state.begun)]
        with self._lock:
            forgotten = self._forgotten
            words = {state.day: self._words[state.day] for state in loaded if state.day in self._words}
        now = monotonic()
        asked = [state.day for state in loaded if not self._holds(words.get(state.day), state, now)]
        if asked:
            told = self._keyspace.rows(HOURS, [(day,) for day in asked])
            read = {day: day_words(rows, now) for day, rows in zip(asked, told, strict=True)}
            with self._lock:
                if self._forgotten == forgotten:
                    self._words.update(read)
            words |= read
        return [item for state in loaded for item in words[state.day].hours.items()]

    def _holds(self, words: DayWords | None, state: DayState, now: float) -> bool:
        """Whether what was read of a day is what would be read now: entries and state are written together, but are not
        seen together, so both have to name the same last entry."""
        if words is None:
            return False
        same = words.newest is not None and words.newest == state.changed
        return now - words.read_at < (CONFIRMED_SECONDS if same else self._seconds)


def months(period: Window) -> list[Month]:
    """The months that a period touches, in order."""
    last = period.end - HOUR
    found = [(period.start.year, period.start.month)]
    while found[-1] < (last.year, last.month):
        found.append(following(found[-1]))
    return found


def following(month: Month) -> Month:
    """The month after."""
    year, number = month
    return (year, number + 1) if number < MONTHS_A_YEAR else (year + 1, 1)


def begin(month: Month) -> datetime:
    """When a month begins (UTC)."""
    return datetime(*month, 1, tzinfo=UTC)


def day_words(rows: Iterable[tuple], read_at: float) -> DayWords:
    """What the ledger's entries of a day (hour, at, load, W, state, rows by table) say of its hours.

    An hour whose first load is not through is not in it.
    """
    entries: dict[datetime, list[tuple[Transition, Mapping[str, int] | None]]] = defaultdict(list)
    newest: UUID | None = None
    for hour, entered, load, w, state, tables in rows:
        at = hour.replace(tzinfo=UTC)
        told_at = datetime_from_uuid1(entered).replace(tzinfo=UTC)
        entries[at].append((Transition(at, told_at, load, state, w), tables))
        newest = entered if newest is None else max(newest, entered, key=lambda one: one.time)
    words = {}
    for hour, told in sorted(entries.items()):
        state = hour_state((), [entry for entry, _ in told])
        tables = {
            name for entry, tables in told if entry.w is not None and entry.w == state.inserted for name in tables or ()
        }
        if tables:
            words[hour] = HourWord(state.inserted, state.verified, frozenset(tables))
    return DayWords(words, newest, read_at)
