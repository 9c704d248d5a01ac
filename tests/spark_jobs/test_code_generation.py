"""Whether Spark generates code for a load."""

from __future__ import annotations

from collections.abc import Iterator
from pathlib import Path

import pytest
from pyspark.sql import DataFrame, SparkSession
from pyspark.sql import functions as F

from spark_jobs import code_generation
from spark_jobs.code_generation import MOST_JOBS, generate_code, suit_load
from spark_jobs.session import GENERATED_CODE, spark_session
from spark_jobs.staging import Staging

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


@pytest.fixture
def session(spark: SparkSession) -> Iterator[SparkSession]:
    """The session, which generates code afterwards."""
    yield spark
    generate_code(spark, True)


def executed_plan(frame: DataFrame) -> str:
    """How a frame's rows were made: stages of generated code are numbered."""
    frame.collect()
    return frame._jdf.queryExecution().executedPlan().treeString()


def settings(session: SparkSession) -> dict[str, str]:
    return {name: session.conf.get(name) for name in GENERATED_CODE}


@pytest.mark.parametrize("step", MOST_JOBS)
@pytest.mark.parametrize("more", [0, 1])
def test_code_is_generated_for_many_jobs(
    session: SparkSession, tmp_path: Path, monkeypatch: pytest.MonkeyPatch, step: str, more: int
) -> None:
    monkeypatch.setenv("HMSF_STAGING", str(tmp_path))
    generate_code(session, not more)
    staging = Staging.new(session, "load")
    hours = {"2026-07-01T00:00Z": {"staged_kept": 7}, "2026-07-01T01:00Z": {"staged_kept": MOST_JOBS[step] - 7 + more}}
    staging.write_json("extraction.json", {"hours": hours})
    suit_load(session, staging, step)
    rows = session.range(4).where("id % 2 = 0").select(F.xxhash64("id").alias("hash"))
    assert ("*(1) " in executed_plan(rows)) is bool(more)
    assert settings(session) == (GENERATED_CODE if more else code_generation.INTERPRETED)


def test_the_next_step_of_a_process_does_not_take_it_over(session: SparkSession) -> None:
    generate_code(session, False)
    assert settings(spark_session("extract")) == GENERATED_CODE


def test_what_spark_submit_was_given_stays(session: SparkSession, monkeypatch: pytest.MonkeyPatch) -> None:
    given = {"spark.sql.codegen.wholeStage": "true"}
    monkeypatch.setattr(code_generation, "submitted_configuration", lambda: given)
    generate_code(session, False)
    assert settings(session) == code_generation.INTERPRETED | given


def test_the_checksum_of_rows_is_the_same_either_way(session: SparkSession) -> None:
    hashes = []
    for generated in (True, False):
        generate_code(session, generated)
        rows = session.range(100).selectExpr(*OF_ALL_TYPES)
        hashes.append([row.hash for row in rows.select(F.xxhash64(*rows.columns).alias("hash")).collect()])
    assert hashes[0] == hashes[1]
    assert len(set(hashes[0])) == 100
