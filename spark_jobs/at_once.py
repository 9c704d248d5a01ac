"""Some of Spark's jobs at once: while it plans one it computes another. Small ones alone leave cores idle."""

from __future__ import annotations

import functools
from collections.abc import Callable, Iterable, Sequence
from concurrent.futures import FIRST_EXCEPTION, ThreadPoolExecutor, wait
from typing import TypeVar

from pyspark.sql import DataFrame, Row

from spark_jobs.one_part import in_one_part

# Measured with `aggregate` on two cores: more gained nothing.
AT_ONCE = 3
# Frames of one job: each of its tasks is sent the plans of all of them. With all tables in one, reading what they are
# sent was a seventh of what the tasks of an hour of 5,000 jobs did (sampled).
TOGETHER = 5
Item = TypeVar("Item")
Result = TypeVar("Result")


def at_once(act: Callable[[Item], Result], items: Iterable[Item]) -> list[Result]:
    """Do something for each item, begun in their order; the results in that order.

    When one fails, or the process is interrupted, those that have not begun do not begin. Raises what it raised, of
    several that of the first item, after all have ended that had begun.
    """
    with ThreadPoolExecutor(AT_ONCE) as pool:
        begun = [pool.submit(act, item) for item in items]
        try:
            wait(begun, return_when=FIRST_EXCEPTION)
        finally:
            for future in begun:
                future.cancel()
    for future in begun:
        if not future.cancelled() and (error := future.exception()):
            raise error
    return [future.result() for future in begun]


def collected(parts: Sequence[DataFrame], fold: Callable[[DataFrame], DataFrame]) -> list[Row]:
    """The rows that are folded from frames of the same columns, a few frames to a job; `fold` brings no rows of
    different frames together."""
    groups = [parts[first : first + TOGETHER] for first in range(0, len(parts), TOGETHER)]
    found = at_once(lambda group: fold(in_one_part(functools.reduce(DataFrame.unionByName, group))).collect(), groups)
    return [row for rows in found for row in rows]
