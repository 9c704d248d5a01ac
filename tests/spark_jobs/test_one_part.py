"""A load is the same in one part, as loads of the fewest jobs are handled, and in several, as other small ones are."""

from __future__ import annotations

from datetime import UTC, datetime, timedelta

import pytest
from cassandra.cluster import Session
from panda_rows import ARCHIVE, insert, job
from pyspark.sql import SparkSession
from step_runs import run, without_loads

from data_models.ledger import Ledger
from spark_jobs import archive as archive_step
from spark_jobs import small_loads

pytestmark = pytest.mark.usefixtures("few_tables")

HOUR = datetime(2025, 6, 29, 10, tzinfo=UTC)
# Sites, tasks and codes that come again in what each of Spark's tasks would read, and a job that is there twice.
JOBS = [
    job(100 + n, HOUR + timedelta(seconds=n), computingsite=f"S{n % 3}", jeditaskid=n % 5, piloterrorcode=n % 2)
    for n in range(400)
]


def tasks(spark: SparkSession) -> int:
    """How many tasks the session has run."""
    return spark.sparkContext._jsc.sc().statusStore().executorSummary("driver").totalTasks()


def test_a_load_is_the_same_in_one_part_and_in_several(
    archive: Session, spark: SparkSession, monkeypatch: pytest.MonkeyPatch
) -> None:
    insert(JOBS)
    insert(JOBS[:1], ARCHIVE)
    found, ran = [], []
    for load, most in (("one-part", len(JOBS) + 1), ("several-parts", len(JOBS))):
        monkeypatch.setattr(small_loads, "IN_ONE_PART", most)
        before = tasks(spark)
        assert run(archive_step, HOUR, load).code == 0
        assert Ledger(archive).transitions(HOUR)[-1].load == load
        assert Ledger(archive).state(HOUR).verified
        found.append(without_loads(archive, HOUR))
        ran.append(tasks(spark) - before)
    assert found[0] == found[1]
    assert len(found[0]["job"]) == len(JOBS)
    assert ran[0] < ran[1]
