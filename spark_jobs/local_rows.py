"""Frames of rows that Python holds, such as the keys that the ledger lists."""

from __future__ import annotations

from collections.abc import Iterable, Mapping

import pandas as pd
from pyspark.sql import DataFrame, SparkSession


def local_frame(spark: SparkSession, types: Mapping[str, str], rows: Iterable[tuple]) -> DataFrame:
    """A frame of rows whose columns have these names and Spark types.

    By way of Arrow the rows become part of the plan. A list would go through Python workers: rolling a day up with some
    30 of them took 8 s of CPU more.
    """
    # As objects: pandas would make floats of whole numbers beside a NULL.
    frame = pd.DataFrame(list(rows), columns=list(types), dtype=object)
    return spark.createDataFrame(frame, ", ".join(f"{name} {of}" for name, of in types.items()))
