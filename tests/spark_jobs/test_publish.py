"""Publishing: what a load is made of, and what it refuses to publish."""

from __future__ import annotations

import copy
from contextlib import nullcontext
from datetime import UTC, datetime
from typing import Any

import pytest
from archived_day import DAY, LOAD, archived_day
from cassandra.cluster import Session
from panda_rows import insert, job
from pyspark.sql import SparkSession
from step_runs import run
from table_sets import deployed, one_of_each_kind

from data_models.ledger import Ledger
from data_models.query_table import QueryTable
from data_models.tables import query_table, query_tables
from data_models.window import HOUR
from spark_jobs import aggregate, extract, publish, verify
from spark_jobs.hour_load import HourLoad

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


@pytest.mark.parametrize("fails", [False, True])
def test_jobs_are_written_after_their_list_is_there(monkeypatch: pytest.MonkeyPatch, fails: bool) -> None:
    begun, ended = [], []

    def write(_: object, table: QueryTable) -> None:
        if table.name == "job":
            assert set(ended) == {other.name for other in query_tables()} - {"job"}
        begun.append(table.name)
        if fails and table.name == "job_ids_by_hour":
            raise ValueError("no list")
        ended.append(table.name)

    monkeypatch.setattr(publish, "staged_tables", lambda *_: dict.fromkeys(query_tables()))
    monkeypatch.setattr(publish, "rows_to_write", lambda *_: None)
    monkeypatch.setattr(publish, "write_rows", write)
    with pytest.raises(ValueError, match="no list") if fails else nullcontext():
        publish.write_tables(None, None, aggregation(), {})
    assert ("job" in begun) == (not fails)


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


class LedgerAway(RuntimeError):
    """Stands for whatever a server may say."""


def test_hours_that_had_begun_are_failed_when_another_one_cannot_begin(
    archive: Session, spark: SparkSession, monkeypatch: pytest.MonkeyPatch
) -> None:
    first = datetime(2025, 8, 3, 10, tzinfo=UTC)
    insert([job(1 + number, first + number * HOUR) for number in range(2)])
    window = "2025-08-03T10:00/2025-08-03T12:00"
    begin = HourLoad.begin

    def begun(load: HourLoad, partitions: Any) -> int:
        if load.hour > first:
            raise LedgerAway("the ledger does not answer")
        return begin(load, partitions)

    with deployed(one_of_each_kind()):
        for step in (extract, aggregate):
            assert run(step, window, "half-begun").code == 0
        monkeypatch.setattr(HourLoad, "begin", begun)
        with pytest.raises(LedgerAway):
            run(publish, window, "half-begun")
    ledger = Ledger(archive)
    assert [entry.state for entry in ledger.transitions(first)][-2:] == ["publishing", "failed"]
    assert "failed" not in [entry.state for entry in ledger.transitions(first + HOUR)]
