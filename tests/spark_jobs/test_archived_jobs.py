"""The jobs of archived hours come from the staging folder or from table `job`, and are the same."""

from __future__ import annotations

from dataclasses import replace
from datetime import UTC, datetime
from pathlib import Path
from typing import Any

import pytest
from archived_day import BEGIN, END, LOAD, archived_day
from cassandra.cluster import Session
from pyspark.sql import DataFrame, Row, SparkSession
from pyspark.sql import functions as F
from pyspark.sql.types import TimestampType
from staged_load import job_table, stage

from data_models.ledger import Ledger
from data_models.ledger_state import Transition, verified_entry
from data_models.window import HOUR, Window, format_time, hours
from spark_jobs import archived_jobs
from spark_jobs.staged_rows import staged_jobs
from spark_jobs.staging import Staging

TEN = datetime(2026, 7, 1, 10, tzinfo=UTC)


def rows(jobs: DataFrame) -> dict[tuple, Row]:
    """Staged jobs by their key, with times in milliseconds since 1970, as table `job` has them."""
    times = {field.name: F.unix_millis(field.name) for field in jobs.schema if field.dataType == TimestampType()}
    cube = F.col("cube").withField("modificationtime", F.unix_millis("cube.modificationtime"))
    found = jobs.withColumns(
        times | {"cube": cube.dropFields("walltime"), "walltime": F.col("cube.walltime")}
    ).collect()
    return {(row.pandaid, row.modificationtime): row for row in found}


def test_table_job_gives_every_job_of_a_dirty_day_as_it_was_staged(archive: Session, spark: SparkSession) -> None:
    archived_day()
    ledger = Ledger(archive)
    entries = {hour: verified_entry(ledger.transitions(hour)) for hour in hours(Window(BEGIN, END))}
    staging = Staging.current(spark, LOAD)
    assert archived_jobs.sources(spark, entries) == ([(staging, list(entries))], [])
    staged = rows(staged_jobs(spark, staging))
    found = rows(archived_jobs.jobs_in_table(spark, {hour: entry.w for hour, entry in entries.items()}))
    assert found.keys() == staged.keys()
    for key, row in found.items():
        assert row[:-1] == staged[key][:-1]
        # A job whose times have microseconds may lose one of the seconds in between.
        assert abs(row.walltime - staged[key].walltime) in (0, row.cube.cores)
    assert sum(row.walltime == staged[key].walltime for key, row in found.items()) > len(found) - 20
    assert len(staged) > 4000

    newer = {hour: replace(entry, w=entry.w + (hour == BEGIN)) for hour, entry in entries.items()}
    assert archived_jobs.sources(spark, newer) == ([(staging, list(entries)[1:])], [BEGIN])


@pytest.mark.parametrize(
    ("changes", "same"), [({}, True), ({"w": 6}, False), ({"model": "0"}, False), ({"hour": TEN + HOUR}, False)]
)
def test_an_extraction_is_that_of_an_entry_by_its_write_time_and_model(changes: dict[str, Any], same: bool) -> None:
    entry = Transition(TEN, TEN, "load", "verified", 5, 5, archived_jobs.MODEL_VERSION)
    assert archived_jobs.is_of(replace(entry, **changes), {format_time(TEN): 5}) == same


def test_rows_of_another_form_and_loads_without_rows_are_not_kept(
    spark: SparkSession, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setenv("HMSF_STAGING", str(tmp_path))
    assert archived_jobs.kept_extraction(spark, "load") is None
    staging = stage(spark, tmp_path, job_table(2))
    staging.make_current()
    assert archived_jobs.kept_extraction(spark, "load") == staging
    (tmp_path / "load" / "extraction" / "duplicates").rename(tmp_path / "away")
    assert archived_jobs.kept_extraction(spark, "load") is None
    older = stage(spark, tmp_path / "older", job_table(2), without=["produserid"])
    monkeypatch.setenv("HMSF_STAGING", str(tmp_path / "older"))
    older.make_current()
    assert archived_jobs.kept_extraction(spark, "load") is None
