"""The live hours that readers share: read from PanDA's database once for all of them, and kept for some seconds."""

from __future__ import annotations

from collections.abc import Callable, Container, Iterable
from datetime import UTC, datetime, timedelta
from threading import Lock
from time import monotonic
from typing import Protocol

import pyarrow as pa

from data_models import settings
from data_models.live.hour import LiveHour, live_hour
from data_models.panda_sql.errors import SourceError, SourceUnavailable
from data_models.window import HOUR, Window, hour_of

# Late changes of an hour that is long over are rare: it is kept so many times as long as one that still fills.
SETTLED = timedelta(hours=3)
SETTLED_FACTOR = 10
# A question does not wait longer for what others ask the database.
WAIT_SECONDS = 30
# Jobs that are kept for all questions, as many times as one may have.
KEPT_QUESTIONS = 2


class JobsArchived(Protocol):
    """PanDA's JOBSARCHIVED4, hour by hour."""

    def read_hours(self, wanted: list[datetime], most_rows: int) -> tuple[datetime, dict[datetime, pa.Table]]:
        """The instant of one snapshot (UTC) and the records of hours in it, which have `live.hour.COLUMNS`.

        Hours are read in the order given until there are more rows than allowed; the rest is left out. Raises
        SourceError.
        """


class LiveHours:
    """Hours that are still in JOBSARCHIVED4, each read at most every `seconds`. Threads may share it."""

    def __init__(
        self,
        source: JobsArchived,
        *,
        reach: timedelta,
        most_rows: int,
        seconds: float,
        now: Callable[[], datetime] = lambda: datetime.now(UTC),
        wait: float = WAIT_SECONDS,
    ) -> None:
        """`reach`: how far back hours are asked for; less than the source keeps. `most_rows`: of one question; `wait`:
        for other questions (s)."""
        self._source, self._reach, self._most_rows, self._seconds, self._now = source, reach, most_rows, seconds, now
        self._wait = wait
        self._kept: dict[datetime, tuple[float, LiveHour]] = {}
        self._failed: tuple[float, SourceError] | None = None
        self._lock = Lock()

    @property
    def reach(self) -> Window:
        """The hours that may be asked for: from the first full hour within reach to the end of the current hour."""
        now = self._now()
        return Window(hour_of(now - self._reach) + HOUR, hour_of(now) + HOUR)

    def hours(self, wanted: Iterable[datetime]) -> dict[datetime, LiveHour]:
        """Those of the hours that are within reach, newest first, as long as they are within the bound of rows.

        Raises SourceError, also to those who waited for the one that met it, or too long for others.
        """
        reach, asked_at = self.reach, monotonic()
        asked = sorted((hour for hour in wanted if hour in reach), reverse=True)
        if not asked:
            return {}
        # One reads, the others wait and find it read.
        if not self._lock.acquire(timeout=self._wait):
            raise SourceUnavailable(
                f"PanDA's database was busy for {self._wait} s with hours that others ask for; try again in a minute"
            )
        try:
            self._forget_old(reach)
            if missing := [hour for hour in asked if hour not in self._kept]:
                # Else each of them would wait as long for a database that hangs, one after the other.
                if self._failed and self._failed[0] >= asked_at:
                    raise self._failed[1]
                self._read(missing)
            found = self._within_bound(asked)
            self._forget_most(found)
            return found
        finally:
            self._lock.release()

    def _read(self, missing: list[datetime]) -> None:
        try:
            as_of, records = self._source.read_hours(missing, self._most_rows)
        except SourceError as error:
            self._failed = monotonic(), error
            raise
        for hour, rows in records.items():
            settled = as_of - hour > SETTLED
            until = monotonic() + self._seconds * (SETTLED_FACTOR if settled else 1)
            self._kept[hour] = (until, live_hour(hour, as_of, rows))

    def _forget_old(self, reach: Window) -> None:
        now = monotonic()
        self._kept = {hour: kept for hour, kept in self._kept.items() if kept[0] > now and hour in reach}

    def _forget_most(self, asked: Container[datetime]) -> None:
        """Keep no more than some questions have: what is asked for, then what would be read anew last."""
        left = sum(len(kept.jobs) for _, kept in self._kept.values()) - KEPT_QUESTIONS * self._most_rows
        for hour in sorted(self._kept, key=lambda hour: self._kept[hour][0]):
            if left <= 0:
                return
            if hour not in asked:
                left -= len(self._kept.pop(hour)[1].jobs)

    def _within_bound(self, asked: list[datetime]) -> dict[datetime, LiveHour]:
        found, n_rows = {}, 0
        for hour in asked:
            if hour not in self._kept:
                break
            n_rows += len(self._kept[hour][1].jobs)
            if n_rows > self._most_rows:
                break
            found[hour] = self._kept[hour][1]
        return found


def live_hours(source: JobsArchived) -> LiveHours:
    """The live hours of a source, by HMSF_LIVE_DAYS, _ROWS and _SECONDS."""
    return LiveHours(
        source,
        reach=timedelta(days=settings.number("HMSF_LIVE_DAYS")),
        most_rows=settings.number("HMSF_LIVE_ROWS"),
        seconds=settings.number("HMSF_LIVE_SECONDS"),
    )
