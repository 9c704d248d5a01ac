"""The staged rows of a load: all of them with their disposition, and the jobs among them."""

from __future__ import annotations

from pyspark.sql import DataFrame, SparkSession
from pyspark.sql import functions as F

from data_models.disposition import DUPLICATE, KEPT
from data_models.staged_record import SCHEMA
from spark_jobs.staging import Staging


def staged_rows(spark: SparkSession, staging: Staging) -> DataFrame:
    """All staged rows with `hour` and the final disposition, duplicates told."""
    rows = spark.read.parquet(staging.path("rows"))
    duplicates = spark.read.parquet(staging.path("duplicates")).withColumn("is_duplicate", F.lit(True))
    told = F.when(F.col("is_duplicate"), F.lit(DUPLICATE)).otherwise(F.col("disposition"))
    return (
        rows.join(F.broadcast(duplicates), "hmsf_row", "left")
        .withColumn("disposition", told)
        .withColumn("hour", F.date_trunc("hour", "modificationtime"))
        .drop("is_duplicate")
    )


def staged_jobs(spark: SparkSession, staging: Staging) -> DataFrame:
    """The jobs of the load: kept rows without duplicates, in the staged form."""
    kept = staged_rows(spark, staging).where(F.col("disposition") == KEPT)
    return kept.select(*SCHEMA.names)
