"""How Spark plans the steps of a small load: it interprets instead of making Java code, and shuffles into fewer parts,
or not at all.

Code is made, compiled and warmed up anew for each of the 30 tables, in each application: that pays where many rows go
through it. CPU seconds of Spark on two cores for a load of one day, with code and interpreted:

    jobs        aggregate      publish, verify, roll_up
    300         34, 26         46, 35
    20,000      44, 37         74, 65
    100,000     85, 131        121, 116
    1,000,000   -              336, 380

Since rows travel as bytes (`jvm/rows`) only 100,000 was measured of the last three steps. By CPU that is near where
both are equal; but with a Cassandra that was just started, and compiled too, it took 138 s with code, 119 interpreted.

Frames that are kept have all parts of a shuffle, however few rows: with 2 instead of 8 the last three steps of 100,000
jobs, interpreted, took 102 instead of 114. Adaptive execution plans anew after each shuffle, which gains nothing where
parts are small: without it, and with some tables at once, these steps of an hour of 5,000 jobs took 43 to 51 s, not 53
to 57.

In one part (`one_part`) hardly anything is shuffled: an hour of 80 jobs has 110 tasks instead of 630, and less to plan
and to send. CPU seconds of all steps of an hour of 5,300 jobs, with shuffles and without: 102 and 76, 89 and 77. With a
day of 20,000 jobs it is the same either way: 140 and 135, 232 and 230 on a slower machine.
"""

from __future__ import annotations

from collections.abc import Iterator
from contextlib import contextmanager
from types import MappingProxyType

from pyspark.sql import SparkSession

from data_models import settings
from data_models.disposition import KEPT
from spark_jobs.one_part import ONE_PART
from spark_jobs.session import PLANNED, submitted_configuration
from spark_jobs.staged_rows import staged_total
from spark_jobs.staging import Staging

INTERPRETED = {
    "spark.sql.codegen.wholeStage": "false",
    "spark.sql.codegen.factoryMode": "NO_CODEGEN",
    "spark.sql.adaptive.enabled": "false",
}
PARTS = "spark.sql.shuffle.partitions"
# The most jobs of a load, or of a day that is rolled up, which are few for a step: by the connector's own reading and
# writing two thirds of where code and interpreting would take as long. Of `extract`, where rows of the source count,
# only 20,000 were measured (28.6 s with code, 27.2 interpreted, means of four runs in turn).
MOST_JOBS = MappingProxyType(
    {"extract": 20_000, "aggregate": 20_000, "publish": 300_000, "verify": 300_000, "roll_up": 300_000}
)
# The most that are handled in one part: half of what takes as long in either way.
IN_ONE_PART = 10_000


def suit_load(spark: SparkSession, staging: Staging, step: str) -> None:
    """Let a step of a staged load be planned by the load's jobs. Raises StagingError."""
    plan_for(spark, staged_total(staging.read_json("extraction.json"), KEPT), step)


@contextmanager
def suited_to(spark: SparkSession, jobs: int, step: str) -> Iterator[None]:
    """What is done meanwhile is planned by how many jobs it is about, what comes after as before."""
    before = {name: spark.conf.get(name) for name in (*PLANNED, PARTS)}
    plan_for(spark, jobs, step)
    try:
        yield
    finally:
        for name, value in before.items():
            spark.conf.set(name, value)


def plan_for(spark: SparkSession, jobs: int, step: str) -> None:
    """Let a running session plan a step for so many jobs, until `spark_session` is asked again. What spark-submit was
    given stays."""
    parts = settings.number("HMSF_SPARK_PARTITIONS")
    wanted = PLANNED | {PARTS: str(parts)}
    if jobs <= MOST_JOBS[step]:
        wanted |= INTERPRETED | {PARTS: str(min(parts, spark.sparkContext.defaultParallelism))}
        if jobs <= IN_ONE_PART:
            wanted |= {PARTS: "1", ONE_PART: "true"}
    submitted = submitted_configuration()
    for name, value in wanted.items():
        spark.conf.set(name, submitted.get(name, value))
