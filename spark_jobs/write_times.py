"""The write times of a load's hours, as a column of rows that are of an hour."""

from __future__ import annotations

from collections.abc import Mapping
from datetime import datetime

from pyspark.sql import Column
from pyspark.sql import functions as F


def write_time(write_times: Mapping[datetime, int], hour: str) -> Column:
    """The write time (bigint, microseconds) of the hour that a row is of (`hour`: an SQL expression, timestamp); NULL
    for an hour that has none.

    `write_times`: of one hour (UTC) at least. A map within the plan: a frame made from Python, to be joined, would cost
    two Spark jobs a table. Written as SQL: a day's 48 literals, made one by one through Py4J, took 60 ms a table.
    """
    pairs = ", ".join(f"timestamp '{start:%Y-%m-%dT%H:%M:%SZ}', {w}L" for start, w in write_times.items())
    return F.expr(f"try_element_at(map({pairs}), {hour})")
