"""Faults of Oracle while a window is extracted: retry or fail, with the remedy; never a wrong or partial result."""

from __future__ import annotations

from collections.abc import Iterator
from datetime import UTC, datetime, timedelta

import pytest
from cassandra.cluster import Session
from oracle_listener.faults import Cut, Effect, Fail, Fault, Garble, Pause, Redescribe, Silence, Step
from oracle_listener.listener import Listener
from oracle_listener.on_stack import listening, source_settings
from oracle_listener.wire.column_types import DATE, NUMBER, timestamp, varchar2
from panda_rows import ARCHIVE, insert, job
from pyspark.sql import SparkSession
from step_runs import content, run, states

from spark_jobs import extract

TEN = datetime(2026, 4, 2, 10, tzinfo=UTC)
RECENT_JOBS, ARCHIVED_JOBS = 60, 25
# Statements as a regular expression finds them: descriptions, counts, records of each table.
DESCRIPTION, COUNTS, RECENT_ROWS, ARCHIVED_ROWS = (
    r"1 = 0",
    "GROUPING",
    r"(?s)^SELECT pandaid, .*ARCHIVED4",
    "< :next_pandaid",
)
FAIL, RETRY = 65, 75
# A session of executors that reads 20 rows at a time; what should not wait is given up after a minute.
SETTINGS = {"HMSF_SOURCE_SESSIONS": "1", "HMSF_ORACLE_FETCH_ROWS": "20", "HMSF_ORACLE_CALL_SECONDS": "60"}
# Set only where the fault is that Oracle does not answer: an honest call on a busy machine may take a second.
NO_LONG_WAIT = {"HMSF_ORACLE_CALL_SECONDS": "3", "HMSF_ORACLE_CONNECT_SECONDS": "3"}


@pytest.fixture(scope="module")
def listener(archive: Session, spark: SparkSession) -> Iterator[Listener]:
    """A listener over an hour of jobs, some of them in both tables."""
    jobs = [job(number, TEN + timedelta(seconds=number)) for number in range(1, RECENT_JOBS + 1)]
    insert(jobs)
    insert(jobs[:ARCHIVED_JOBS], ARCHIVE)
    with listening() as running:
        yield running


@pytest.fixture(autouse=True)
def led_there(listener: Listener, monkeypatch: pytest.MonkeyPatch) -> Iterator[None]:
    """The settings lead to the listener, which is as it was afterwards."""
    for name, value in (SETTINGS | source_settings(listener)).items():
        monkeypatch.setenv(name, value)
    yield
    listener.faults.clear()
    assert listener.counts.problems == []


def always(effect: Effect, statement: str = "", step: Step = Step.EXECUTE, after_rows: int | None = None) -> Fault:
    """A fault that no second try gets around."""
    return Fault(effect, step, statement, after_rows, times=None)


@pytest.mark.parametrize(
    ("fault", "code", "words"),
    [
        (always(Fail(1017), step=Step.LOG_IN), FAIL, "set HMSF_ORACLE_USER and HMSF_ORACLE_PASSWORD"),
        (always(Fail(28000), step=Step.LOG_IN), FAIL, "let a DBA unlock it"),
        (always(Fail(12514), step=Step.CONNECT), RETRY, "does not know the service"),
        (always(Silence(), step=Step.CONNECT), RETRY, "raise HMSF_ORACLE_CONNECT_SECONDS"),
        (always(Fail(942), DESCRIPTION), FAIL, "oracle_grants.sql"),
        (always(Fail(1555), RECENT_ROWS, after_rows=30), RETRY, "UNDO_RETENTION"),
        (always(Fail(1466), ARCHIVED_ROWS), RETRY, "while no partitions are added or dropped"),
        (always(Fail(3113), RECENT_ROWS, Step.FETCH), RETRY, "the session was lost"),
        (always(Fail(28), ARCHIVED_ROWS, after_rows=1), RETRY, "ended the session"),
        (always(Cut(), COUNTS), RETRY, "the session was lost"),
        (always(Cut(after_packets=2), RECENT_ROWS), RETRY, "the session was lost"),
        (always(Cut(reset=True), ARCHIVED_ROWS, after_rows=5), RETRY, "the session was lost"),
        (always(Pause(60), ARCHIVED_ROWS), RETRY, "raise HMSF_ORACLE_CALL_SECONDS"),
        (always(Silence(), RECENT_ROWS, Step.FETCH), RETRY, "the session was lost"),
        (always(Fail(1652), COUNTS), RETRY, "temporary tablespace"),
        (always(Redescribe("PANDAID", varchar2(20)), DESCRIPTION), FAIL, "pandaid"),
        (always(Redescribe("MODIFICATIONTIME", timestamp(6)), DESCRIPTION), FAIL, "modificationtime"),
        (always(Redescribe("COMPUTINGSITE", NUMBER), DESCRIPTION), FAIL, "computingsite"),
        (always(Garble("MODIFICATIONTIME"), RECENT_ROWS), FAIL, "does not fit the pinned schema"),
        (always(Garble("STARTTIME"), ARCHIVED_ROWS), FAIL, "does not fit the pinned schema"),
    ],
    ids=lambda value: f"{value.effect!r} at {value.step}" if isinstance(value, Fault) else None,
)
def test_a_fault_ends_in_retry_or_failure_with_the_remedy(
    listener: Listener, archive: Session, monkeypatch: pytest.MonkeyPatch, fault: Fault, code: int, words: str
) -> None:
    if isinstance(fault.effect, Pause | Silence):
        for name, value in NO_LONG_WAIT.items():
            monkeypatch.setenv(name, value)
    listener.faults.add(fault)
    load = f"faulty-{id(fault)}"
    outcome = run(extract, TEN, load)
    assert fault.struck
    assert outcome.code == code, outcome.err
    assert words in outcome.last_error
    assert listener.accounts.first.password not in outcome.out + outcome.err
    assert states(archive, TEN, load) == []
    assert all(rows == [] for rows in content(archive, TEN).values())


@pytest.mark.parametrize(
    "fault",
    [
        Fault(Fail(1555), statement=RECENT_ROWS, after_rows=30),
        Fault(Fail(1466), statement=ARCHIVED_ROWS),
        Fault(Fail(8181), statement=COUNTS),
        Fault(Fail(1031), statement="AS OF SCN", times=None),
        Fault(Pause(0.3), Step.FETCH, times=3),
    ],
    ids=lambda fault: repr(fault.effect),
)
def test_a_fault_that_passes_leaves_the_whole_window(listener: Listener, archive: Session, fault: Fault) -> None:
    listener.faults.add(fault)
    outcome = run(extract, TEN, f"passing-{id(fault)}")
    assert fault.struck
    assert outcome.code == 0, outcome.err
    line = outcome.line
    assert (line["source_rows"], line["staged_kept"], line["staged_duplicate"]) == (
        RECENT_JOBS + ARCHIVED_JOBS,
        RECENT_JOBS,
        ARCHIVED_JOBS,
    )
    without_snapshot = isinstance(fault.effect, Fail) and fault.effect.code == 1031
    assert ("unsnapshotted" in str(line["warnings"])) == without_snapshot


def test_a_date_described_as_another_type_of_time_is_no_surprise_later(listener: Listener) -> None:
    fault = listener.faults.add(always(Redescribe("ENDTIME", DATE), RECENT_ROWS))
    assert run(extract, TEN, "same-type").code == 0
    assert fault.struck
