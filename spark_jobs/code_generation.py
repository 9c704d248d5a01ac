"""Whether Spark makes Java code of a step's plans or interprets them, by how many jobs the load has.

Code is made, compiled and warmed up anew for each of the 30 tables, in each application: that pays where many rows go
through it. CPU seconds of Spark on two cores, with code and interpreted:

    jobs        aggregate      publish, verify, roll_up
    300         34, 26         46, 35
    20,000      44, 37         74, 65
    100,000     85, 131        157, 126
    1,000,000   -              336, 380
"""

from __future__ import annotations

from types import MappingProxyType

from pyspark.sql import SparkSession

from data_models.disposition import KEPT
from spark_jobs.session import submitted_configuration
from spark_jobs.staging import Staging

# The most jobs of a load whose plans a step interprets: two thirds of where both would take as long.
FEW_JOBS = MappingProxyType({"aggregate": 20_000, "publish": 300_000, "verify": 300_000})


def suit_load(spark: SparkSession, staging: Staging, step: str) -> None:
    """Generate code for a step of a staged load, or interpret, by its jobs. Raises StagingError."""
    hours = staging.read_json("extraction.json")["hours"].values()
    generate_code(spark, sum(hour[f"staged_{KEPT}"] for hour in hours) > FEW_JOBS[step])


def generate_code(spark: SparkSession, generated: bool) -> None:
    """Let a running session generate code, or interpret. What spark-submit was given stays."""
    submitted = submitted_configuration()
    settings = {
        "spark.sql.codegen.wholeStage": str(generated).lower(),
        "spark.sql.codegen.factoryMode": "FALLBACK" if generated else "NO_CODEGEN",
    }
    for name, value in settings.items():
        spark.conf.set(name, submitted.get(name, value))
