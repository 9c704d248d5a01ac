"""Whether Spark generates code for a load."""

from __future__ import annotations

from collections.abc import Iterator
from pathlib import Path

import pytest
from pyspark.sql import DataFrame, SparkSession
from pyspark.sql import functions as F

from spark_jobs.code_generation import FEW_JOBS, generate_code, suit_load
from spark_jobs.staging import Staging


@pytest.fixture
def restored(spark: SparkSession) -> Iterator[SparkSession]:
    """The session, which generates code afterwards."""
    yield spark
    generate_code(spark, True)


@pytest.mark.parametrize("step", FEW_JOBS)
@pytest.mark.parametrize("more", [0, 1])
def test_code_is_generated_for_many_jobs(
    restored: SparkSession, tmp_path: Path, monkeypatch: pytest.MonkeyPatch, step: str, more: int
) -> None:
    monkeypatch.setenv("HMSF_STAGING", str(tmp_path))
    generate_code(restored, not more)
    staging = Staging.new(restored, "load")
    hours = {"2026-07-01T00:00Z": {"staged_kept": 7}, "2026-07-01T01:00Z": {"staged_kept": FEW_JOBS[step] - 7 + more}}
    staging.write_json("extraction.json", {"hours": hours})
    suit_load(restored, staging, step)
    rows = restored.range(4).where("id % 2 = 0").select(F.xxhash64("id").alias("hash"))
    assert ("*(1) " in executed_plan(rows)) is bool(more)


def test_the_checksum_of_rows_is_the_same_either_way(restored: SparkSession) -> None:
    hashes = []
    for generated in (True, False):
        generate_code(restored, generated)
        rows = restored.range(100).selectExpr("id", "cast(id as string) text", "array(id, null) list", "id / 7 share")
        hashes.append(sorted(row.hash for row in rows.select(F.xxhash64(*rows.columns).alias("hash")).collect()))
    assert hashes[0] == hashes[1]


def executed_plan(frame: DataFrame) -> str:
    """How a frame's rows were made."""
    frame.collect()
    return frame._jdf.queryExecution().executedPlan().treeString()
