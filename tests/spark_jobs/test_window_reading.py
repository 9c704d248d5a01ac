"""A window is staged from one snapshot; one that does not hold is taken anew, from the window's start, three times."""

from __future__ import annotations

import json
from collections.abc import Iterator
from datetime import UTC, datetime

import pyarrow.parquet as pq
import pytest
from cassandra.cluster import Session
from oracle_listener.faults import Fail, Fault
from oracle_listener.listener import Listener
from oracle_listener.on_stack import listening
from oracle_over_listener import allow, lead_to, reset
from panda_rows import ARCHIVE, insert, job
from pyspark.sql import SparkSession
from step_runs import run, states

from data_models.ledger import Ledger
from data_models.window import HOUR, Window, hour_window
from spark_jobs import extract
from spark_jobs.sources import open_source, oracle
from spark_jobs.sources.oracle_snapshot import OracleSnapshot
from spark_jobs.sources.protocol import Slice, SnapshotLost
from spark_jobs.staging import Staging
from spark_jobs.window_reading import read_window

TEN = datetime(2025, 3, 4, 10, tzinfo=UTC)
WINDOW = hour_window(TEN)
IN_MID_FETCH = {"statement": "AND pandaid >=", "after_rows": 1}


@pytest.fixture(scope="module")
def listener(stack: object) -> Iterator[Listener]:
    """A listener over a window of four jobs, two of them archived twice."""
    insert([job(number, TEN) for number in range(801, 805)])
    insert([job(number, TEN) for number in range(801, 805)], ARCHIVE)
    with listening() as listener:
        yield listener


@pytest.fixture
def staging(listener: Listener, spark: SparkSession, monkeypatch: pytest.MonkeyPatch) -> Iterator[Staging]:
    """An empty extraction; the settings lead to the listener, which is as it was afterwards."""
    monkeypatch.setenv("HMSF_SOURCE_SESSIONS", "1")
    lead_to(listener, monkeypatch)
    yield Staging.new(spark, "window-reading")
    reset(listener)


def staged(staging: Staging) -> list[int]:
    """The PANDAIDs that are staged."""
    return sorted(pq.read_table(staging.path("rows"))["pandaid"].to_pylist())


def test_a_snapshot_lost_in_mid_fetch_is_taken_anew_and_nothing_is_staged_twice(
    spark: SparkSession, listener: Listener, staging: Staging, capsys: pytest.CaptureFixture[str]
) -> None:
    lost = [listener.faults.add(Fault(Fail(code), **IN_MID_FETCH, skip=skip)) for code, skip in ((1555, 1), (1466, 2))]
    reading = read_window(spark, open_source(), staging, WINDOW, sessions=2)
    assert [fault.struck for fault in lost] == [1, 1]
    assert staged(staging) == sorted([801, 802, 803, 804] * 2)
    assert reading.totals[TEN].rows == 8
    told = capsys.readouterr().out
    assert "snapshot 1 of 3 did not hold" in told
    assert "ORA-01555" in told


def test_after_three_snapshots_it_is_the_scheduler_s_turn(
    archive: Session, listener: Listener, staging: Staging
) -> None:
    lost = listener.faults.add(Fault(Fail(1555), **IN_MID_FETCH, times=None))
    outcome = run(extract, TEN, "lost-snapshots")
    assert outcome.code == 75
    assert "ORA-01555" in outcome.last_error
    assert "UNDO_RETENTION" in outcome.last_error
    assert lost.struck == 3
    assert states(archive, TEN) == []


def test_another_error_is_not_tried_again_here(spark: SparkSession, listener: Listener, staging: Staging) -> None:
    gone = listener.faults.add(Fault(Fail(28), **IN_MID_FETCH, times=None))
    with pytest.raises(Exception, match="ended the session"):
        read_window(spark, open_source(), staging, WINDOW, sessions=1)
    assert gone.struck == 1


def archive_meanwhile(monkeypatch: pytest.MonkeyPatch, readings: list[bool]) -> None:
    """Let a job of the window be archived between the first count and the reading, where `readings` says so."""
    slices, following = oracle.Source.slices, iter(enumerate(readings))

    def late(source: oracle.Source, snapshot: OracleSnapshot, window: Window) -> list[Slice]:
        number, comes = next(following)
        if comes:
            insert([job(901 + number, window.start)])
        return slices(source, snapshot, window)

    monkeypatch.setattr(oracle.Source, "slices", late)


def test_without_a_snapshot_a_window_that_changes_is_read_again_until_it_does_not(
    spark: SparkSession, listener: Listener, staging: Staging, monkeypatch: pytest.MonkeyPatch
) -> None:
    window = hour_window(TEN + HOUR)
    insert([job(810, window.start)])
    allow(listener, flashback=False)
    archive_meanwhile(monkeypatch, [True, False])
    reading = read_window(spark, open_source(), staging, window, sessions=1)
    assert not reading.snapshot.consistent
    assert staged(staging) == [810, 901]
    assert reading.totals[window.start].rows == 2


def test_without_a_snapshot_a_window_that_never_rests_is_given_up(
    spark: SparkSession, listener: Listener, staging: Staging, monkeypatch: pytest.MonkeyPatch
) -> None:
    allow(listener, flashback=False)
    archive_meanwhile(monkeypatch, [True] * 3)
    with pytest.raises(SnapshotLost, match="has changed meanwhile"):
        read_window(spark, open_source(), staging, hour_window(TEN + 2 * HOUR), sessions=1)


def test_the_summary_says_how_the_window_was_read(spark: SparkSession, listener: Listener, staging: Staging) -> None:
    summary = extract.extract(spark, open_source(), staging, WINDOW, sessions=1)
    assert summary["snapshot"].startswith("scn=")
    assert summary["notes"] == ["ATLAS_PANDA.TABLEPART4COPYING cannot be read: JOBSARCHIVED is read for every window"]
    assert summary["warnings"] == []
    assert summary["code_differences"] == []
    assert summary["hours"]["2025-03-04T10:00Z"]["staged_duplicate"] == 4


def test_the_ledger_says_that_a_load_had_no_snapshot(archive: Session, listener: Listener, staging: Staging) -> None:
    allow(listener, scn=False)
    assert run(extract, TEN, "no-snapshot").code == 0
    entry = next(entry for entry in Ledger(archive).transitions(TEN) if entry.load == "no-snapshot")
    details = json.loads(entry.details)
    assert details["snapshot"] == "unsnapshotted"
    assert "unsnapshotted" in details["warnings"][0]
