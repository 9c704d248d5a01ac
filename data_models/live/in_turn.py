"""Hours of JOBSARCHIVED4 that are read one after the other, within bounds of rows and time."""

from __future__ import annotations

import logging
from collections.abc import Callable, Iterable
from datetime import datetime
from time import monotonic

import pyarrow as pa

from data_models.panda_sql.errors import SourceUnavailable
from data_models.window import format_time

log = logging.getLogger(__name__)


def read_in_turn(
    wanted: Iterable[datetime], most_rows: int, seconds: float, read: Callable[[datetime, int], pa.Table]
) -> dict[datetime, pa.Table]:
    """The records of hours in the order given, until there are more rows or it takes longer than allowed; the rest is
    left out. `read`: records of an hour, no more than a number.

    An hour that the database does not give after others leaves those as they are. Raises SourceError where it gives
    none.
    """
    found: dict[datetime, pa.Table] = {}
    left, end = most_rows, monotonic() + seconds
    for hour in wanted:
        if monotonic() > end:
            break
        try:
            rows = read(hour, left + 1)
        except SourceUnavailable as error:
            if not found:
                raise
            log.warning("live hours from %s on are left out: %s", format_time(hour), error)
            break
        left -= len(rows)
        if left < 0:
            break
        found[hour] = rows
    return found
