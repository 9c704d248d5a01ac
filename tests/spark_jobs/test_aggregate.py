"""Aggregating: what the later steps of a load find of it."""

from __future__ import annotations

from pathlib import Path

import pytest
from pyspark.sql import SparkSession

from data_models.tables import query_tables
from spark_jobs.aggregate import SCHEMAS, staged_tables
from spark_jobs.staging import Staging, StagingError


def test_a_table_that_is_newer_than_the_load_is_named_with_the_remedy(
    spark: SparkSession, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setenv("HMSF_STAGING", str(tmp_path))
    staging = Staging.new(spark, "load")
    folded = [table.name for table in query_tables() if table.figures]
    staging.write_json(SCHEMAS, {name: {} for name in folded[1:]})
    with pytest.raises(StagingError, match=f"load load: tables {folded[0]} were not staged.* run the aggregate step"):
        staged_tables(spark, staging)
