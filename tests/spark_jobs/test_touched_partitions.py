"""The partitions of a load's rows, as they are staged and entered in the ledger."""

from __future__ import annotations

from datetime import datetime
from pathlib import Path
from typing import Any

import pytest
from archived_day import BEGIN, DAY, LOAD, archived_day
from cassandra.cluster import Session
from pyspark.sql import SparkSession
from step_runs import content, utc

from data_models.cql import key_values
from data_models.tables import query_table, query_tables
from data_models.window import HOUR
from spark_jobs.staging import Staging, StagingError
from spark_jobs.touched_partitions import Partitions, staged_partitions


@pytest.fixture(scope="module")
def listed(archive: Session, spark: SparkSession) -> Partitions:
    """The partitions of a day's load, as the ledger lists them."""
    archived_day()
    staging = Staging.current(spark, LOAD)
    return staged_partitions(spark, staging)


def test_the_ledger_lists_the_partitions_of_every_table_but_job_and_its_list(listed: Partitions) -> None:
    assert set(listed) == {table.name for table in query_tables()} - {"job", "job_ids_by_hour"}
    for by_hour in listed.values():
        assert sorted(hour.hour for hour in by_hour) == list(range(24))
    assert {tuple(keys) for keys in listed["errors_by_hour"].values()} == {((str(DAY),),)}


@pytest.mark.parametrize("hour", [10, 12])
def test_the_keys_of_every_table_bind_again_to_the_partitions_of_its_rows(
    listed: Partitions, archive: Session, hour: int
) -> None:
    moment = BEGIN + hour * HOUR
    held = content(archive, moment)
    for name, by_hour in listed.items():
        table = query_table(name)
        bound = [key_values(table, key) for key in by_hour[moment]]
        assert len(set(bound)) == len(bound) > 0
        assert set(bound) == {tuple(plain(row[key]) for key in table.partition_names) for row in held[name]}


def plain(value: Any) -> Any:
    """A key as Python has it: the driver gives naive times and its own dates."""
    return utc(value) if isinstance(value, datetime) else getattr(value, "date", lambda: value)()


def test_partitions_that_are_not_staged_are_told_with_the_step_that_stages_them(
    spark: SparkSession, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setenv("HMSF_STAGING", str(tmp_path))
    with pytest.raises(StagingError, match=r"load load: .*partitions is missing; run the aggregate step first"):
        staged_partitions(spark, Staging.new(spark, "load"))
