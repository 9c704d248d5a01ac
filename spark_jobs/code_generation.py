"""Whether Spark makes Java code of a step's plans or interprets them, by how many jobs the load has.

Code is made, compiled and warmed up anew for each of the 30 tables, in each application: that pays where many rows go
through it. CPU seconds of Spark on two cores for a load of one day, with code and interpreted:

    jobs        aggregate      publish, verify, roll_up
    300         34, 26         46, 35
    20,000      44, 37         74, 65
    100,000     85, 131        156, 126
    1,000,000   -              336, 380
"""

from __future__ import annotations

from types import MappingProxyType

from pyspark.sql import SparkSession

from data_models.disposition import KEPT
from spark_jobs.gate_inputs import staged_total
from spark_jobs.session import GENERATED_CODE, submitted_configuration
from spark_jobs.staging import Staging

INTERPRETED = {"spark.sql.codegen.wholeStage": "false", "spark.sql.codegen.factoryMode": "NO_CODEGEN"}
# The most jobs of a load whose plans a step interprets: two thirds of where both would take as long.
MOST_JOBS = MappingProxyType({"aggregate": 20_000, "publish": 300_000, "verify": 300_000, "roll_up": 300_000})


def suit_load(spark: SparkSession, staging: Staging, step: str) -> None:
    """Generate code for a step of a staged load, or interpret, by its jobs. Raises StagingError."""
    generate_code(spark, staged_total(staging.read_json("extraction.json"), KEPT) > MOST_JOBS[step])


def generate_code(spark: SparkSession, generated: bool) -> None:
    """Let a running session generate code, or interpret, until `spark_session` is asked again. What spark-submit was
    given stays."""
    submitted = submitted_configuration()
    for name, value in (GENERATED_CODE if generated else INTERPRETED).items():
        spark.conf.set(name, submitted.get(name, value))
