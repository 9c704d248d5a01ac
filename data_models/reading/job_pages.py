"""Lists of jobs, newest first: hours from the newest on, in each the pages of its parts until one is not full.

A cursor is an hour and how many of its jobs were looked at, such as `2026-07-01T10:00Z+250`. In a live hour new jobs
come first, so the cursor also has the time (microseconds) and PANDAID of the last job before: `...+250+TIME+PANDAID`.
"""

from __future__ import annotations

import re
from collections.abc import Callable, Iterator, Mapping, Sequence
from dataclasses import dataclass, field
from datetime import UTC, datetime
from itertools import groupby
from operator import itemgetter

from data_models.dimensions import HOUR, PART_PAGES
from data_models.ledger import microseconds
from data_models.live.hour import LiveHour
from data_models.live.rows import listed_jobs
from data_models.query_table import PAGE_JOBS, QueryTable
from data_models.reading.archive import Archive
from data_models.reading.partitions import PARTITIONS_AT_ONCE, chunks
from data_models.reading.refusals import NoCursor
from data_models.window import WindowError, format_time, hour_of, parse_time

# Hours are read ahead side by side, more and more as long as they hold too little.
FIRST_HOURS, MOST_HOURS = 2, 32
PART_JOBS = PART_PAGES * PAGE_JOBS

# Bounds what is counted with; no hour has so many jobs.
DIGITS = re.compile(r"[0-9]{1,18}", re.ASCII)
Listed = tuple
Pages = list[tuple[int, list[Listed]]]


@dataclass(frozen=True)
class Cursor:
    """Where a list goes on: at the job of a full hour (UTC) that stands at `position`, counted from 0, newest first;
    behind the job `last` (MODIFICATIONTIME in microseconds, PANDAID) where that is known."""

    hour: datetime
    position: int = 0
    last: tuple[int, int] | None = None

    def __str__(self) -> str:
        """The text that `parse_cursor` reads."""
        return "+".join([format_time(self.hour), str(self.position), *map(str, self.last or ())])

    def is_past(self, job: Listed) -> bool:
        """Whether a job of the hour comes behind the last one."""
        return self.last is None or key_of(job) < self.last


def key_of(job: Listed) -> tuple[int, int]:
    """What jobs are sorted by: MODIFICATIONTIME in microseconds, and PANDAID."""
    return microseconds(job[0].replace(tzinfo=UTC)), job[1]


def parse_cursor(text: str) -> Cursor:
    """A cursor from its text. Raises NoCursor that names it."""
    moment, *numbers = text.strip().split("+")
    fits = len(numbers) in (1, 3) and all(DIGITS.fullmatch(number) for number in numbers)
    try:
        hour = parse_time(moment) if fits else None
    except WindowError:
        hour = None
    if hour is None or hour != hour_of(hour):
        raise NoCursor(f"{text!r} is no cursor: give the one that came with the page before")
    position, *last = map(int, numbers)
    return Cursor(hour, position, tuple(last) or None)


@dataclass(frozen=True)
class JobList:
    """The list of a table for `fixed` values of its partition key; `keep` says which jobs are asked for; `live` has the
    hours that do not come from Cassandra, `known` the write times W of those that do. `newer` gets the hours of which
    pages were written by a later load."""

    archive: Archive
    table: QueryTable
    fixed: Mapping[str, object]
    keep: Callable[[Listed], bool]
    live: Mapping[datetime, LiveHour] = field(default_factory=dict)
    known: Mapping[datetime, int] = field(default_factory=dict)
    newer: set[datetime] = field(default_factory=set)

    def jobs(
        self, hours: Sequence[datetime], at: Cursor, most: int, look_at: int
    ) -> tuple[list[Listed], Cursor | None]:
        """Up to `most` jobs of some hours (newest first) from a cursor on, and the next cursor; None: no more.

        Not more than some `look_at` jobs are looked at, so a list may go on though it has fewer than `most`.
        """
        found: list[Listed] = []
        before: tuple[datetime, Listed] | None = None
        for looked, (hour, position, job) in enumerate(self._all(hours, at, most)):
            if len(found) == most or looked == look_at:
                inside = before is not None and before[0] == hour and hour in self.live
                return found, Cursor(hour, position, key_of(before[1]) if inside else None)
            before = hour, job
            if self.keep(job):
                found.append(job)
        return found, None

    def _all(self, hours: Sequence[datetime], at: Cursor, most: int) -> Iterator[tuple[datetime, int, Listed]]:
        """Every job with its hour and position."""
        ahead, left = FIRST_HOURS, [hour for hour in hours if hour <= at.hour]
        n_pages = -(-most // PAGE_JOBS) + 1
        while left:
            batch, left = left[:ahead], left[ahead:]
            starts = [at.position if hour == at.hour else 0 for hour in batch]
            for hour, start, pages in zip(batch, starts, self._pages(batch, starts, n_pages), strict=True):
                for position, job in self._hour(hour, start, pages, n_pages):
                    if hour != at.hour or at.is_past(job):
                        yield hour, position, job
            ahead = min(2 * ahead, MOST_HOURS)

    def _hour(self, hour: datetime, start: int, pages: Pages, n_pages: int) -> Iterator[tuple[int, Listed]]:
        """The jobs of an hour from a position on, with their positions; `pages`: the first of them."""
        at = start
        while pages:
            for number, jobs in pages:
                first = number * PAGE_JOBS
                yield from enumerate(jobs[at - first :], at)
                at = first + len(jobs)
            if at % PAGE_JOBS or (len(pages) < n_pages and at % PART_JOBS):
                return
            [pages] = self._pages([hour], [at], n_pages)

    def _pages(self, hours: Sequence[datetime], starts: Sequence[int], n_pages: int) -> Iterator[Pages]:
        """Up to `n_pages` pages of each hour, from the one that holds a position to the end of its part."""
        archived = [(hour, start) for hour, start in zip(hours, starts, strict=True) if hour not in self.live]
        read = self._archived_pages(archived, n_pages) if archived else iter(())
        for hour, start in zip(hours, starts, strict=True):
            yield self._live_pages(hour, start, n_pages) if hour in self.live else next(read)

    def _live_pages(self, hour: datetime, start: int, n_pages: int) -> Pages:
        first = start // PAGE_JOBS
        jobs = listed_jobs(self.table, self.live[hour], self.fixed, first * PAGE_JOBS, n_pages * PAGE_JOBS)
        return [
            (first + place // PAGE_JOBS, jobs[place : place + PAGE_JOBS]) for place in range(0, len(jobs), PAGE_JOBS)
        ]

    def _archived_pages(self, wanted: Sequence[tuple[datetime, int]], n_pages: int) -> Iterator[Pages]:
        conditions = (f"{name} IN ?" if name == HOUR.name else f"{name} = ?" for name in self.table.partition_names)
        # The last limit cuts nothing: Cassandra reads side by side what it knows to be short, else hour by hour.
        statement = (
            f"SELECT hour, page, jobs, writetime(jobs) FROM {self.table.name} WHERE {' AND '.join(conditions)} "
            "AND page >= ? PER PARTITION LIMIT ? LIMIT ?"
        )
        binds = [
            (*self._key(hours, start // PART_JOBS), start // PAGE_JOBS, n_pages, n_pages * len(hours))
            for start, same in groupby(wanted, key=itemgetter(1))
            for hours in chunks([hour for hour, _ in same], PARTITIONS_AT_ONCE)
        ]
        read: dict[datetime, list[tuple]] = {hour: [] for hour, _ in wanted}
        for rows in self.archive.rows(statement, binds):
            for naive, page, jobs, written in rows:
                read[naive.replace(tzinfo=UTC)].append((page, jobs, written))
        # Of hours that were read ahead and are not looked at, nothing is noted.
        for hour, rows in read.items():
            if any(written > self.known[hour] for _, _, written in rows):
                self.newer.add(hour)
            yield [(page, jobs) for page, jobs, _ in rows]

    def _key(self, hours: Sequence[datetime], part: int) -> tuple:
        values = {**self.fixed, HOUR.name: hours, "part": part}
        return tuple(values[name] for name in self.table.partition_names)
