"""The write times of a load's hours, as a column of rows that are of an hour."""

from __future__ import annotations

from collections.abc import Mapping
from datetime import datetime

from pyspark.sql import Column
from pyspark.sql import functions as F


def write_time(write_times: Mapping[datetime, int], hour: Column) -> Column:
    """The write time (bigint, microseconds) of the hour (timestamp) that a row is of; NULL for an hour that has none.

    `write_times`: of one hour (UTC) at least. A map within the plan: a frame made from Python, to be joined, would cost
    two Spark jobs a table.
    """
    pairs = []
    for start, w in write_times.items():
        pairs += [F.lit(start.replace(tzinfo=None)), F.lit(w).cast("bigint")]
    return F.try_element_at(F.create_map(*pairs), hour)
