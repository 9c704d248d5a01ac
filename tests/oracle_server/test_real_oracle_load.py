"""A whole load from a real Oracle: each completed job of an hour is in Cassandra once, with all its columns."""

from __future__ import annotations

from datetime import UTC, datetime

import pyarrow.compute as pc
import pytest
from cassandra.cluster import Session
from oracle_schemas import OracleSchemas
from pyspark.sql import SparkSession

from data_models import questions
from data_models.job_record import columns
from data_models.window import hour_window
from spark_jobs import archive as all_steps
from spark_jobs.sources.oracle import Source
from stack.panda_oracle import RECENT

HOUR = hour_window(datetime(2026, 7, 2, 11, tzinfo=UTC))
FINAL = ("finished", "failed", "cancelled", "closed")


def test_a_load_archives_each_completed_job_of_its_hour_once(
    server: OracleSchemas, source: Source, archive: Session, spark: SparkSession, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setenv("HMSF_SOURCE", "oracle")
    assert all_steps.main(["--window", str(HOUR), "--load", "real-oracle"]) == 0
    start, end = (edge.replace(tzinfo=None) for edge in (HOUR.start, HOUR.end))
    loaded = {
        row["pandaid"]: row
        for row in server.loaded[RECENT]
        if start <= row["modificationtime"] < end and row["jobstatus"] in FINAL
    }
    assert loaded
    with questions.open_archive() as opened:
        outcomes = questions.outcomes_by_hour(opened, HOUR.start, HOUR.end).rows
        assert pc.sum(outcomes["jobs"]).as_py() == len(loaded)
        for pandaid, row in loaded.items():
            [found] = questions.job(opened, pandaid).rows.to_pylist()
            for column in columns():
                value = found[column.name]
                assert (value.replace(tzinfo=None) if column.kind == "time" and value else value) == row[column.name]
