"""Publishing: what a load is made of, and what it refuses to publish."""

from __future__ import annotations

import copy
from datetime import UTC, datetime
from typing import Any

import pytest
from archived_day import BEGIN, DAY, LOAD, archived_day
from cassandra.cluster import Session
from pyspark.sql import SparkSession
from step_runs import content, run, utc

from data_models.cql import key_values
from data_models.tables import query_table, query_tables
from data_models.window import HOUR
from spark_jobs import aggregate, publish, verify
from spark_jobs.hour_load import listed_in_ledger

TEN = datetime(2026, 7, 1, 10, tzinfo=UTC)
TEXT = "2026-07-01T10:00Z"


def aggregation(rows: int = 3, checksum: str = "12") -> dict[str, Any]:
    """An aggregation of one hour."""
    return {"tables": {table.name: {TEXT: {"rows": rows, "checksum": checksum}} for table in query_tables()}}


def test_the_content_of_a_load_changes_with_any_table_and_hour() -> None:
    same = publish.content_of(aggregation(), TEN)
    assert publish.content_of(aggregation(), TEN) == same
    reordered = {"tables": dict(reversed(aggregation()["tables"].items()))}
    assert publish.content_of(reordered, TEN) == same
    for table in query_tables():
        for changes in ({"checksum": "13"}, {"rows": 4}):
            other = copy.deepcopy(aggregation())
            other["tables"][table.name][TEXT] |= changes
            assert publish.content_of(other, TEN) != same
    assert publish.content_of(aggregation(), TEN + HOUR) != same


def test_rows_are_counted_by_hour() -> None:
    found = aggregation()
    table = query_table("job")
    found["tables"]["job"]["2026-07-01T11:00Z"] = {"rows": 4, "checksum": ""}
    assert publish.rows_of_hour(found, TEN)["job"] == 3
    assert publish.rows_of_hour(found, TEN + 2 * HOUR)["job"] == 0
    assert publish.hour_rows(found, table, {TEN: None}) == 3
    assert publish.hour_rows(found, table, {TEN: None, TEN + HOUR: None}) == 7


@pytest.mark.parametrize("step", [aggregate, publish])
def test_what_no_gate_has_passed_does_not_go_on(archive: Session, spark: SparkSession, step: Any) -> None:
    outcome = run(step, datetime(2025, 5, 21, 10, tzinfo=UTC), "never-extracted")
    assert outcome.code == 65
    assert "gate jobs has not run; run the step before it first" in outcome.last_error


@pytest.mark.parametrize("step", [publish, verify])
def test_a_load_is_published_and_verified_under_its_own_window_alone(
    archive: Session, spark: SparkSession, step: Any
) -> None:
    archived_day()
    outcome = run(step, f"{DAY}T10", LOAD)
    assert outcome.code == 65
    assert "2025-03-10T10:00Z/2025-03-10T11:00Z" in outcome.last_error
    assert "give the one or the other" in outcome.last_error


@pytest.fixture(scope="module")
def listed(archive: Session, spark: SparkSession) -> dict[str, dict[datetime, list[tuple]]]:
    """The partitions of a day's load, as the ledger lists them."""
    archived_day()
    staging = publish.Staging.current(spark, LOAD)
    tables = [table for table in query_tables() if listed_in_ledger(table)]
    return publish.partitions_by_hour({table: publish.staged_table(spark, staging, table) for table in tables})


def test_the_ledger_lists_the_partitions_of_every_table_but_job_and_its_list(
    listed: dict[str, dict[datetime, list[tuple]]],
) -> None:
    assert set(listed) == {table.name for table in query_tables()} - {"job", "job_ids_by_hour"}
    for by_hour in listed.values():
        assert sorted(hour.hour for hour in by_hour) == list(range(24))
    assert {tuple(keys) for keys in listed["errors_by_hour"].values()} == {((str(DAY),),)}


@pytest.mark.parametrize("hour", [10, 12])
def test_the_keys_of_every_table_bind_again_to_the_partitions_of_its_rows(
    listed: dict[str, dict[datetime, list[tuple]]], archive: Session, hour: int
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
