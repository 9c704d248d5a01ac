"""From when to when there is something of a task or a message group, for questions without a period."""

from __future__ import annotations

from collections.abc import Mapping
from datetime import UTC, datetime

from data_models.query_table import QueryTable
from data_models.reading.archive import Archive
from data_models.reading.refusals import NothingArchived
from data_models.reading.summary import period_of
from data_models.window import HOUR, Window, format_time

# PanDA's first.
FIRST_YEAR = 2005


def period_in_life(
    archive: Archive, table: QueryTable, fixed: Mapping[str, object], start: datetime | None, end: datetime | None
) -> Window:
    """The period of a question; a missing end is that of what a table with a partition a year holds of `fixed`, and
    of what is live.

    Raises NothingArchived where that is nothing, else as `period_of`.
    """
    if start and end:
        return period_of(start, end)
    conditions = " AND ".join(f"{name} = ?" for name in table.partition_names)
    statement = f"SELECT min(hour), max(hour) FROM {table.name} WHERE {conditions}"
    values = tuple(fixed[name] for name in table.partition_names if name in fixed)
    years = range(FIRST_YEAR, datetime.now(UTC).year + 1)
    found = [rows[0] for rows in archive.rows(statement, [(*values, year) for year in years]) if rows[0][0]]
    spans = [tuple(edge.replace(tzinfo=UTC) for edge in span) for span in found]
    if archive.live:
        # What it did since the last load is not known before it is counted.
        spans.append((archive.live.reach.start, archive.live.reach.end - HOUR))
    told = ", ".join(f"{name} {value}" for name, value in fixed.items())
    if not spans:
        raise NothingArchived(f"nothing is archived of {told}: look at the number, or give a period")
    first, stop = min(span[0] for span in spans), max(span[1] for span in spans) + HOUR
    if (start and start >= stop) or (end and end <= first):
        raise NothingArchived(
            f"of {told} there is {format_time(first)} to {format_time(stop)}: give a period that meets it"
        )
    return period_of(start or first, end or stop)
