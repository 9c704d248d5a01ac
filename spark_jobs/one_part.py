"""Very small loads are handled in one part: Spark then shuffles nothing."""

from __future__ import annotations

from collections.abc import Sequence

from pyspark.sql import DataFrame, SparkSession

PARTS = "spark.sql.shuffle.partitions"


def shuffles_into_one(spark: SparkSession) -> bool:
    """Whether shuffles of a session have one part, as `small_loads` plans for the fewest jobs."""
    return spark.conf.get(PARTS) == "1"


def in_one_part(frame: DataFrame) -> DataFrame:
    """A frame in one part where shuffles have no more: what is grouped then is where it has to be, so a task reads and
    groups, instead of two stages with an exchange between them."""
    return frame.coalesce(1) if shuffles_into_one(frame.sparkSession) else frame


def brought_together(frame: DataFrame, columns: Sequence[str]) -> DataFrame:
    """A frame whose rows that are alike in some columns are in one part."""
    return in_one_part(frame) if shuffles_into_one(frame.sparkSession) else frame.repartition(*columns)
