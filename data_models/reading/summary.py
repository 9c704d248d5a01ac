"""A summary of a period: routed to days and hours, read, folded, and told what it rests on."""

from __future__ import annotations

from collections.abc import Sequence
from datetime import datetime, timedelta

import pyarrow as pa

from data_models.dimensions import DAY, HOUR
from data_models.live.rows import table_rows
from data_models.query_table import Figure, Fold, QueryTable
from data_models.reading.answer import Answer
from data_models.reading.archive import Archive
from data_models.reading.asked import Asked
from data_models.reading.folding import fold
from data_models.reading.known_hours import KnownHours
from data_models.reading.partitions import PartitionReads, partition_reads
from data_models.reading.parts import Parts, moved_hours, parts_of
from data_models.reading.refusals import PeriodTooLong
from data_models.reading.routing import day_window
from data_models.reading.timed_rows import Columns, Newer, timed_rows
from data_models.reading.words import with_words
from data_models.window import Window, require_full_hours

# Ten years: the ledger is read for each of their days.
LONGEST = timedelta(days=3660)
# How often partitions are read again because their hours were loaded meanwhile.
TRIES = 3


def period_of(start: datetime, end: datetime) -> Window:
    """The period of a question. Raises WindowError unless it is an interval of full hours with a time zone, and
    PeriodTooLong over ten years."""
    period = require_full_hours(Window(start, end))
    if period.end - period.start > LONGEST:
        raise PeriodTooLong(f"period {period} is longer than ten years: ask for its parts")
    return period


def summarize(archive: Archive, asked: Asked, period: Window) -> Answer:
    """The answer over a period of full hours, sorted by time, then largest first.

    Raises QuestionRefused with what to ask instead.
    """
    parts = parts_of(archive, asked.table, asked.daily, period)
    for _ in range(TRIES):
        rows, newer = rows_of_parts(archive, asked, parts)
        moved = moved_hours(archive, parts)
        if not newer and not moved:
            break
        # Written by a later load than was known; by a tool, where the ledger has no other.
        archive.ledger.forget()
        now = parts_of(archive, asked.table, asked.daily, period)
        if now.told == parts.told and not moved:
            break
        parts = now
    else:
        parts = parts.without(newer.hours | moved, newer.days)
        rows, _ = rows_of_parts(archive, asked, parts)
    folded = fold(rows, asked.by, asked.chosen)
    reads = planned(archive, asked, parts.known, columns_of(asked, parts))
    partitions = {table.name: part.n_partitions for table, part in reads.items()}
    return Answer(with_words(ordered(folded, asked.by, asked.chosen)), parts.coverage, partitions, parts=parts)


def columns_of(asked: Asked, parts: Parts) -> Columns:
    """What is read. Beside live hours rows stay apart by hour, so that the newest of both sides come first."""
    by_hour = HOUR.name in asked.by or bool(parts.live)
    return Columns(asked.dimensions, asked.chosen, by_hour, asked.beginning)


def rows_of_parts(archive: Archive, asked: Asked, parts: Parts) -> tuple[pa.Table, Newer]:
    """The rows of both sides, newest first, and what was written later than was known."""
    columns = columns_of(asked, parts)
    reads = planned(archive, asked, parts.known, columns)
    rows, newer = timed_rows(archive, reads, parts.known, columns)
    live = [
        columns.newest_first(
            table_rows(asked.table, hour, asked.fixed, columns.dimensions, columns.figures, asked.beginning)
        )
        for hour in parts.live.values()
    ]
    if live:
        # Stable: within an hour rows are in order, and an hour is of one side.
        rows = pa.concat_tables([rows, *live]).sort_by([(DAY.name, "descending"), (HOUR.name, "descending")])
    return rows, newer


def planned(archive: Archive, asked: Asked, known: KnownHours, columns: Columns) -> dict[QueryTable, PartitionReads]:
    """The reads of a question by table. Raises PeriodTooLong where they are more than are allowed."""
    starts = {asked.table: list(known.hours), asked.daily: [day_window(day).start for day in known.days]}
    reads = {
        table: partition_reads(table, columns.selected(table), asked.fixed, begins)
        for table, begins in starts.items()
        if table and begins
    }
    n_partitions = sum(part.n_partitions for part in reads.values())
    archive.require_few(n_partitions, f"{asked.table.name} over {known.period}", asked.shorter)
    return reads


def ordered(rows: pa.Table, by: Sequence[str], figures: Sequence[Figure]) -> pa.Table:
    """Rows by time, then by their first sum, largest first, then by the other columns."""
    times = [(name, "ascending") for name in by if name in (HOUR.name, DAY.name)]
    sums = [(figure.name, "descending") for figure in figures if figure.fold is Fold.SUM][:1]
    keys = [(name, "ascending") for name in by if name not in (HOUR.name, DAY.name)]
    return rows.sort_by([*times, *sums, *keys]) if (times or sums or keys) else rows
