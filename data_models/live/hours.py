"""The live hours that readers share: read from PanDA's database once for all of them, and kept for some seconds."""

from __future__ import annotations

from collections import OrderedDict
from collections.abc import Callable, Container, Iterable, Mapping
from dataclasses import dataclass
from datetime import UTC, datetime, timedelta
from threading import Lock
from time import monotonic
from typing import Protocol

import pyarrow as pa

from data_models import settings
from data_models.live.hour import LiveHour, live_hour
from data_models.panda_sql.errors import SourceBusy, SourceError
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


@dataclass(frozen=True)
class Kept:
    """An hour that was read, and until when (monotonic clock) it is shared."""

    hour: LiveHour
    until: float


@dataclass(frozen=True)
class LeftOut:
    """An hour that the database did not give when it might have had no more than `left` jobs; until when that holds."""

    left: int
    until: float


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
        # What was asked for last is last.
        self._kept: OrderedDict[datetime, Kept] = OrderedDict()
        self._left_out: dict[datetime, LeftOut] = {}
        self._failed: tuple[float, SourceError] | None = None
        self._reading, self._lock = Lock(), Lock()

    @property
    def reach(self) -> Window:
        """The hours that may be asked for: from the first full hour within reach to the end of the current hour."""
        now = self._now()
        return Window(hour_of(now - self._reach) + HOUR, hour_of(now) + HOUR)

    def hours(self, wanted: Iterable[datetime]) -> dict[datetime, LiveHour]:
        """Those of the hours that are within reach, newest first, as long as they are within the bound of rows.

        Raises SourceError, also to those who waited for the one that met it; SourceBusy to who waited too long.
        """
        reach, asked_at = self.reach, monotonic()
        asked = sorted((hour for hour in wanted if hour in reach), reverse=True)
        kept = self._fresh(asked)
        if not self._missing(asked, kept)[0]:
            return self._within_bound(asked, kept)
        # One reads, the others wait and find it read.
        if not self._reading.acquire(timeout=self._wait):
            raise SourceBusy(f"hours that others ask for are read from PanDA's database for over {self._wait:g} s")
        try:
            kept = self._fresh(asked)
            missing, left = self._missing(asked, kept)
            if missing:
                # Else each of them would wait as long for a database that hangs, one after the other.
                if self._failed and self._failed[0] >= asked_at:
                    raise self._failed[1]
                kept |= self._read(missing, left)
            return self._within_bound(asked, kept)
        finally:
            self._reading.release()

    def _fresh(self, asked: Iterable[datetime]) -> dict[datetime, LiveHour]:
        """Those of the hours that are kept and not too old."""
        now, found = monotonic(), {}
        with self._lock:
            for hour in [hour for hour in asked if hour in self._kept]:
                if self._kept[hour].until > now:
                    self._kept.move_to_end(hour)
                    found[hour] = self._kept[hour].hour
        return found

    def _missing(self, asked: Iterable[datetime], kept: Mapping[datetime, LiveHour]) -> tuple[list[datetime], int]:
        """What has to be read of the hours, newest first, and how many jobs it may have. Hours beyond the bound are not
        asked for, as they would be left out."""
        now, missing, left = monotonic(), [], self._most_rows
        for hour in asked:
            if hour in kept:
                left -= len(kept[hour].jobs)
                if left < 0:
                    break
            elif (out := self._left_out.get(hour)) and out.until > now and left <= out.left:
                break
            else:
                missing.append(hour)
        return missing, max(left, 0)

    def _read(self, missing: list[datetime], left: int) -> dict[datetime, LiveHour]:
        """Read hours and keep them. Raises SourceError."""
        try:
            as_of, records = self._source.read_hours(missing, left)
        except SourceError as error:
            self._failed = monotonic(), error
            raise
        read = {hour: live_hour(hour, as_of, rows) for hour, rows in records.items()}
        now = monotonic()
        settled = {hour for hour in read if as_of - hour > SETTLED}
        with self._lock:
            for hour, jobs in read.items():
                self._kept[hour] = Kept(jobs, now + self._seconds * (SETTLED_FACTOR if hour in settled else 1))
                self._kept.move_to_end(hour)
            self._left_out = {hour: out for hour, out in self._left_out.items() if out.until > now}
            if out := next((hour for hour in missing if hour not in read), None):
                self._left_out[out] = LeftOut(left - sum(len(jobs.jobs) for jobs in read.values()), now + self._seconds)
            self._forget(now, read)
        return read

    def _forget(self, now: float, just_read: Container[datetime]) -> None:
        """Keep no more jobs than some questions have; what was asked for longest ago goes first."""
        for hour in [hour for hour, kept in self._kept.items() if kept.until <= now]:
            del self._kept[hour]
        left = sum(len(kept.hour.jobs) for kept in self._kept.values()) - KEPT_QUESTIONS * self._most_rows
        for hour in [hour for hour in self._kept if hour not in just_read]:
            if left <= 0:
                return
            left -= len(self._kept.pop(hour).hour.jobs)

    def _within_bound(self, asked: Iterable[datetime], kept: Mapping[datetime, LiveHour]) -> dict[datetime, LiveHour]:
        found, n_rows = {}, 0
        for hour in asked:
            if hour not in kept:
                break
            n_rows += len(kept[hour].jobs)
            if n_rows > self._most_rows:
                break
            found[hour] = kept[hour]
        return found


def live_hours(source: JobsArchived) -> LiveHours:
    """The live hours of a source, by HMSF_LIVE_DAYS, _ROWS and _SECONDS."""
    return LiveHours(
        source,
        reach=timedelta(days=settings.number("HMSF_LIVE_DAYS")),
        most_rows=settings.number("HMSF_LIVE_ROWS"),
        seconds=settings.number("HMSF_LIVE_SECONDS"),
    )
