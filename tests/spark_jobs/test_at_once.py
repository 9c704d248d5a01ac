"""Some at once: results in order, no more after a failure, and frames folded a few to a job."""

from __future__ import annotations

import time

import pytest
from pyspark.sql import DataFrame, SparkSession
from pyspark.sql import functions as F

from spark_jobs.at_once import AT_ONCE, TOGETHER, at_once, collected


def test_results_are_in_the_order_of_the_items() -> None:
    def slow_at_first(item: int) -> int:
        time.sleep(0.05 / (item + 1))
        return item * 10

    assert at_once(slow_at_first, range(9)) == [item * 10 for item in range(9)]


@pytest.mark.parametrize("failing", range(AT_ONCE))
def test_after_a_failure_what_has_begun_ends_and_the_last_ones_never_begin(failing: int) -> None:
    begun, ended = set(), set()

    def act(item: int) -> None:
        begun.add(item)
        if item == failing:
            raise ValueError(f"item {item}")
        time.sleep(0.3)
        ended.add(item)

    with pytest.raises(ValueError, match=f"item {failing}"):
        at_once(act, range(3 * AT_ONCE))
    assert ended == begun - {failing}
    assert len(begun) <= AT_ONCE + 1


@pytest.mark.parametrize("frames", [1, TOGETHER, 2 * TOGETHER + 1])
def test_rows_are_folded_from_every_frame(spark: SparkSession, frames: int) -> None:
    parts = [spark.range(number + 1).withColumn("part", F.lit(number)) for number in range(frames)]

    def counted(rows: DataFrame) -> DataFrame:
        return rows.groupBy("part").count()

    assert {(row["part"], row["count"]) for row in collected(parts, counted)} == {(n, n + 1) for n in range(frames)}
