"""One application publishes, verifies and rolls up; a roll-up that fails does not fail the load."""

from __future__ import annotations

import argparse
from datetime import UTC, datetime, timedelta

import pytest
from cassandra.cluster import NoHostAvailable, Session
from panda_rows import insert, job
from pyspark.errors import PySparkException
from pyspark.sql import SparkSession
from step_runs import run

from data_models.ledger import Ledger
from spark_jobs import aggregate, extract, publish_and_verify, roll_up, step
from spark_jobs.hour_load import DeadlineExceeded

pytestmark = pytest.mark.usefixtures("few_tables")

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


@pytest.mark.parametrize(
    ("error", "reason"),
    [
        (step.NotYet("day 2025-06-30: another roll-up is half-way"), "day 2025-06-30: another roll-up is half-way"),
        (NoHostAvailable("no host", {}), "('no host', {})"),
        (DeadlineExceeded("day 2025-06-30: publishing has run for over 1:00:00"), "day 2025-06-30: publishing"),
        (PySparkException("Job aborted.\nCaused by: AllNodesFailedException: no node"), "Caused by: AllNodesFailed"),
    ],
)
def test_a_roll_up_that_fails_is_told_and_leaves_the_load_as_it_is(
    error: Exception, reason: str, monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str]
) -> None:
    def fails(_: argparse.Namespace) -> None:
        raise error

    monkeypatch.setattr(roll_up, "body_after_load", fails)
    assert publish_and_verify.rolled_up(argparse.Namespace())["failed"].startswith(reason)
    assert f"is not rolled up: {reason}" in capsys.readouterr().err
