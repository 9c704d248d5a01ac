"""How Spark plans for small loads and for large ones."""

from __future__ import annotations

from collections.abc import Iterator
from pathlib import Path

import pytest
from pyspark.sql import DataFrame, SparkSession
from pyspark.sql import functions as F

from spark_jobs import small_loads
from spark_jobs.one_part import ONE_PART, in_one_part
from spark_jobs.session import PLANNED, spark_session
from spark_jobs.small_loads import IN_ONE_PART, MOST_JOBS, PARTS, plan_for, suit_load
from spark_jobs.staging import Staging
from spark_jobs.table_rows import checksum_of, hash_sums

# Columns of every type that tables have, NULL and empty ones among them.
OF_ALL_TYPES = (
    "id",
    "if(id % 3 = 0, NULL, cast(id AS string)) AS text",
    "if(id % 2 = 0, '', 'é') AS other",
    "id % 2 = 0 AS flag",
    "timestamp_micros(id * 1234567890123) AS time",
    "date_add(date '1969-12-30', cast(id AS int)) AS day",
    "id / 7 AS share",
    "cast(id AS decimal(38,0)) AS sum",
    "array(id, NULL) AS list",
    "array(named_struct('a', id, 'b', if(id % 2 = 0, NULL, 'x'))) AS jobs",
)

MANY = max(MOST_JOBS.values()) + 1
# On the two cores that the session of the tests has.
SMALL = small_loads.INTERPRETED | {PARTS: "2", ONE_PART: "false"}
FEWEST = SMALL | {PARTS: "1", ONE_PART: "true"}
LARGE = PLANNED | {PARTS: "5"}


@pytest.fixture
def session(spark: SparkSession) -> Iterator[SparkSession]:
    """The session, which plans for large loads afterwards."""
    yield spark
    plan_for(spark, MANY, "extract")


def executed_plan(frame: DataFrame) -> str:
    """How a frame's rows were made: stages of generated code are numbered."""
    frame.collect()
    return frame._jdf.queryExecution().executedPlan().treeString()


def settings(session: SparkSession) -> dict[str, str]:
    """What is planned by."""
    return {name: session.conf.get(name) for name in (*PLANNED, PARTS)}


@pytest.mark.parametrize("step", MOST_JOBS)
@pytest.mark.parametrize("more", [0, 1])
def test_code_is_generated_and_more_parts_are_made_for_many_jobs(
    session: SparkSession, tmp_path: Path, monkeypatch: pytest.MonkeyPatch, step: str, more: int
) -> None:
    monkeypatch.setenv("HMSF_STAGING", str(tmp_path))
    monkeypatch.setenv("HMSF_SPARK_PARTITIONS", "5")
    plan_for(session, 1 if more else MANY, step)
    staging = Staging.new(session, "load")
    hours = {"2026-07-01T00:00Z": {"staged_kept": 7}, "2026-07-01T01:00Z": {"staged_kept": MOST_JOBS[step] - 7 + more}}
    staging.write_json("extraction.json", {"hours": hours})
    suit_load(session, staging, step)
    rows = session.range(4).where("id % 2 = 0").select(F.xxhash64("id").alias("hash"))
    assert ("*(1) " in executed_plan(rows)) is bool(more)
    assert settings(session) == (LARGE if more else SMALL)


@pytest.mark.parametrize("step", MOST_JOBS)
def test_the_fewest_jobs_are_in_one_part_where_grouping_shuffles_nothing(
    session: SparkSession, tmp_path: Path, step: str
) -> None:
    session.range(0, 4, 1, 2).selectExpr("id % 2 AS key").write.parquet(str(tmp_path / "rows"))
    shuffled = {}
    for jobs in (IN_ONE_PART, IN_ONE_PART + 1):
        plan_for(session, jobs, step)
        rows = in_one_part(session.read.parquet(str(tmp_path / "rows")))
        shuffled[jobs] = "Exchange" in executed_plan(rows.groupBy("key").count())
    assert shuffled == {IN_ONE_PART: False, IN_ONE_PART + 1: True}


@pytest.mark.parametrize("step", MOST_JOBS)
def test_what_is_large_for_a_step_is_never_in_one_part(
    session: SparkSession, monkeypatch: pytest.MonkeyPatch, step: str
) -> None:
    monkeypatch.setenv("HMSF_SPARK_PARTITIONS", "5")
    monkeypatch.setattr(small_loads, "MOST_JOBS", {step: 0})
    plan_for(session, 1, step)
    assert settings(session) == LARGE


def test_the_next_step_does_not_take_it_over(session: SparkSession, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("HMSF_SPARK_PARTITIONS", "5")
    plan_for(session, 1, "extract")
    assert settings(spark_session("extract")) == LARGE


def test_what_spark_submit_was_given_stays(session: SparkSession, monkeypatch: pytest.MonkeyPatch) -> None:
    given = {"spark.sql.codegen.wholeStage": "true", PARTS: "7"}
    monkeypatch.setattr(small_loads, "submitted_configuration", lambda: given)
    plan_for(session, 1, "extract")
    assert settings(session) == FEWEST | given


def test_the_checksum_of_rows_is_the_same_either_way(session: SparkSession) -> None:
    hashes, checksums = [], []
    for jobs in (1, MANY):
        plan_for(session, jobs, "extract")
        rows = session.range(100).selectExpr(*OF_ALL_TYPES)
        rows = rows.select(F.xxhash64(*rows.columns).alias("hash"))
        hashes.append([row.hash for row in rows.collect()])
        checksums.append(checksum_of(rows.agg(*hash_sums()).first()))
    assert hashes[0] == hashes[1]
    assert len(set(hashes[0])) == 100
    assert checksums == [sum(hashes[0])] * 2
