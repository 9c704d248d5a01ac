"""One application publishes, verifies and rolls up; a roll-up that fails does not fail the load."""

from __future__ import annotations

import argparse
from datetime import UTC, datetime, timedelta

import pytest
from cassandra.cluster import Session
from panda_rows import insert, job
from pyspark.sql import SparkSession
from step_runs import run

from data_models.ledger import Ledger
from spark_jobs import aggregate, extract, publish_and_verify, roll_up, step

HOUR = datetime(2025, 6, 30, 10, tzinfo=UTC)


def test_a_load_is_verified_and_an_incomplete_day_left_to_a_later_one(archive: Session, spark: SparkSession) -> None:
    insert([job(number, HOUR + timedelta(minutes=number)) for number in range(1, 4)])
    for module in (extract, aggregate):
        assert run(module, "2025-06-30T10", "together").code == 0
    outcome = run(publish_and_verify, "2025-06-30T10", "together")
    assert outcome.code == 0
    assert outcome.line["publish"]["tables"]["job"] == 3
    assert outcome.line["verify"]["verified_hours"] == 1
    assert outcome.line["roll_up"] == {"days": {}, "not_complete": ["2025-06-30"]}
    assert Ledger(archive).state(HOUR).verified


def test_a_roll_up_that_has_to_wait_is_told_and_leaves_the_load_as_it_is(
    monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str]
) -> None:
    def waits(_: argparse.Namespace) -> None:
        raise step.NotYet("day 2025-06-30: another roll-up is half-way")

    monkeypatch.setattr(roll_up, "body_if_complete", waits)
    told = publish_and_verify.rolled_up(argparse.Namespace())
    assert told == {"failed": "day 2025-06-30: another roll-up is half-way"}
    assert "is not rolled up: day 2025-06-30: another roll-up is half-way" in capsys.readouterr().err
