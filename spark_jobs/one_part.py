"""Loads of the fewest jobs are handled in one part: Spark then has nothing to bring together."""

from __future__ import annotations

from collections.abc import Sequence

from pyspark.sql import DataFrame, SparkSession

# A setting of a session, not Spark's own: `small_loads` chooses it, and spark-submit may be given it.
ONE_PART = "spark.hmsf.inOnePart"


def is_in_one_part(spark: SparkSession) -> bool:
    """Whether a session handles what it is about in one part."""
    return spark.conf.get(ONE_PART, "false") == "true"


def in_one_part(frame: DataFrame) -> DataFrame:
    """A frame, in one part where its session handles all in one: what is grouped then is where it has to be, so a task
    reads and groups, instead of two stages with an exchange between them."""
    return frame.coalesce(1) if is_in_one_part(frame.sparkSession) else frame


def brought_together(frame: DataFrame, columns: Sequence[str]) -> DataFrame:
    """A frame whose rows that are alike in some columns are in one part."""
    return frame.coalesce(1) if is_in_one_part(frame.sparkSession) else frame.repartition(*columns)
