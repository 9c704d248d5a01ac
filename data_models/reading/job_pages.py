"""Lists of jobs, newest first: hours from the newest on, in each the pages of its parts until one is not full.

A cursor is an hour and how many of its jobs were looked at, such as `2026-07-01T10:00Z+250`.
"""

from __future__ import annotations

from collections.abc import Callable, Iterator, Mapping, Sequence
from dataclasses import dataclass
from datetime import datetime

from data_models.dimensions import PART_PAGES
from data_models.query_table import PAGE_JOBS, QueryTable
from data_models.reading.archive import Archive
from data_models.reading.refusals import QuestionRefused
from data_models.window import WindowError, format_time, hour_of, parse_time

# Hours are read ahead side by side, more and more as long as they hold too little.
FIRST_HOURS, MOST_HOURS = 2, 32
PART_JOBS = PART_PAGES * PAGE_JOBS

Listed = tuple
Pages = list[tuple[int, list[Listed]]]


@dataclass(frozen=True)
class Cursor:
    """Where a list goes on: at the job of a full hour (UTC) that stands at `position`, counted from 0, newest first."""

    hour: datetime
    position: int = 0

    def __str__(self) -> str:
        """The text that `parse_cursor` reads."""
        return f"{format_time(self.hour)}+{self.position}"


def parse_cursor(text: str) -> Cursor:
    """A cursor from its text. Raises QuestionRefused that names it."""
    moment, plus, position = text.strip().rpartition("+")
    try:
        hour = parse_time(moment)
    except WindowError as error:
        raise QuestionRefused(f"{text!r} is no cursor: give the one that came with the page before") from error
    if not (plus and position.isascii() and position.isdigit()) or hour != hour_of(hour):
        raise QuestionRefused(f"{text!r} is no cursor: give the one that came with the page before")
    return Cursor(hour, int(position))


@dataclass(frozen=True)
class JobList:
    """The list of a table for `fixed` values of its partition key; `keep` says which jobs are asked for."""

    archive: Archive
    table: QueryTable
    fixed: Mapping[str, object]
    keep: Callable[[Listed], bool]

    def jobs(
        self, hours: Sequence[datetime], at: Cursor, most: int, look_at: int
    ) -> tuple[list[Listed], Cursor | None]:
        """Up to `most` jobs of some hours (newest first) from a cursor on, and the next cursor; None: no more.

        Not more than some `look_at` jobs are looked at, so a list may go on though it has fewer than `most`.
        """
        found: list[Listed] = []
        for looked, (hour, position, job) in enumerate(self._all(hours, at, most)):
            if len(found) == most or looked == look_at:
                return found, Cursor(hour, position)
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
        conditions = " AND ".join(f"{name} = ?" for name in self.table.partition_names)
        statement = f"SELECT page, jobs FROM {self.table.name} WHERE {conditions} AND page >= ? LIMIT ?"
        binds = [
            (*self._key(hour, start // PART_JOBS), start // PAGE_JOBS, n_pages)
            for hour, start in zip(hours, starts, strict=True)
        ]
        return self.archive.rows(statement, binds)

    def _key(self, hour: datetime, part: int) -> tuple:
        values = {**self.fixed, "hour": hour, "part": part}
        return tuple(values[name] for name in self.table.partition_names)
