"""The staged rows of a load: all of them with their disposition, and the jobs among them."""

from __future__ import annotations

from typing import Any

from pyspark.sql import DataFrame, SparkSession
from pyspark.sql import functions as F

from data_models.disposition import DUPLICATE, KEPT
from data_models.staged_record import SCHEMA
from spark_jobs.one_part import in_one_part
from spark_jobs.staging import Staging


def staged_rows(spark: SparkSession, staging: Staging) -> DataFrame:
    """All staged rows with `hour` and the final disposition, duplicates told."""
    rows = in_one_part(spark.read.parquet(staging.path("rows")))
    if may_have_duplicates(staging):
        rows = with_duplicates_told(rows, spark.read.schema("hmsf_row bigint").parquet(staging.path("duplicates")))
    return rows.withColumn("hour", F.date_trunc("hour", "modificationtime"))


def may_have_duplicates(staging: Staging) -> bool:
    """False once the extraction has counted none: to look for them takes Spark a job each time the rows are read."""
    summary = staging.read_json_or_none("extraction.json") or {}
    return "hours" not in summary or staged_total(summary, DUPLICATE) > 0


def with_duplicates_told(rows: DataFrame, duplicates: DataFrame) -> DataFrame:
    """Staged rows with the disposition of those whose numbers (`hmsf_row`) are listed changed to DUPLICATE."""
    listed = F.broadcast(duplicates.withColumn("is_duplicate", F.lit(True)))
    told = F.when(F.col("is_duplicate"), F.lit(DUPLICATE)).otherwise(F.col("disposition"))
    return rows.join(listed, "hmsf_row", "left").withColumn("disposition", told).drop("is_duplicate")


def staged_total(summary: dict[str, Any], kind: str) -> int:
    """Staged rows of a disposition, all hours of an extraction's summary together."""
    return sum(hour[f"staged_{kind}"] for hour in summary["hours"].values())


def staged_jobs(spark: SparkSession, staging: Staging) -> DataFrame:
    """The jobs of the load: kept rows without duplicates, in the staged form."""
    kept = staged_rows(spark, staging).where(F.col("disposition") == KEPT)
    return kept.select(*SCHEMA.names)
