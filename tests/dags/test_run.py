"""Whole runs of a DAG on real servers: one archives its hour, one is rejected by a gate, one is interrupted."""

from __future__ import annotations

import os
import re
import signal
import subprocess
import sys
import time
from contextlib import closing, suppress
from datetime import UTC, date, datetime, timedelta
from pathlib import Path

import psutil
import psycopg2
import pytest
from cassandra.cluster import Session

from data_models import settings
from data_models.cassandra_session import cassandra_session
from data_models.ledger import Ledger
from data_models.ledger_state import INSERTED, PUBLISHING, REJECTED, VERIFIED, Transition
from data_models.tables import query_tables
from stack import endpoints, simulate
from stack.errors import StackError
from stack.run import DagProcess, run_window
from stack.showcase import show

DAY = date(2026, 5, 5)
GOOD, BAD = datetime(2026, 5, 5, 10, tzinfo=UTC), datetime(2026, 5, 5, 20, tzinfo=UTC)
HOUR = timedelta(hours=1)
COMPLETED = ("finished", "failed", "cancelled", "closed")


@pytest.fixture(scope="module")
def jobs(stack: Path) -> dict[str, int]:
    """A few thousand jobs of a day; in one of its hours half of them are in no known state. Jobs of GOOD by state."""
    simulate.load_day(endpoints.owner_uri(), DAY, 5000, 1)
    ask(
        "UPDATE doma_panda.jobsarchived4 SET jobstatus = 'unknown' "
        "WHERE modificationtime >= %s AND modificationtime < %s AND pandaid %% 2 = 0",
        BAD,
    )
    rows = ask(
        "SELECT jobstatus, count(*) FROM doma_panda.jobsarchived4 "
        "WHERE modificationtime >= %s AND modificationtime < %s GROUP BY 1",
        GOOD,
    )
    return dict(rows)


@pytest.fixture(autouse=True)
def small(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("HMSF_SPARK_PARTITIONS", "2")
    monkeypatch.setenv("HMSF_SPARK_DRIVER_MEMORY", "1g")


def ask(statement: str, hour: datetime) -> list[tuple]:
    with closing(psycopg2.connect(endpoints.owner_uri())) as connection, connection, connection.cursor() as cursor:
        cursor.execute(statement, (hour.replace(tzinfo=None), (hour + HOUR).replace(tzinfo=None)))
        return cursor.fetchall() if cursor.description else []


def command(end: datetime) -> list[str]:
    return [sys.executable, "-m", "stack", "run", "--dag", "archive_hourly", "--end", end.isoformat()]


def test_a_run_archives_its_hour(jobs: dict[str, int], stack: Path, capsys: pytest.CaptureFixture[str]) -> None:
    assert run_window("archive_hourly", GOOD + HOUR) == 0
    told = capsys.readouterr().out
    for task in ("extract", "gate_jobs", "aggregate", "gate_tables", "publish_and_verify", "roll_up_due"):
        assert f"  {task:<20} success" in told
    assert "every task succeeded; nothing to do for roll_up" in told
    # The gates told how few jobs there are: every JVM has the first compiler alone.
    log = Path(re.search(r"log: (.*)", told)[1]).read_text()
    assert log.count("TieredStopAtLevel=1") == len(("extract", "aggregate", "publish_and_verify"))
    assert "Tier4" not in log
    with cassandra_session(settings.text("HMSF_KEYSPACE")) as session:
        assert Ledger(session).state(GOOD).verified
        last = Ledger(session).transitions(GOOD)[-1]
        assert last.run_id.startswith("manual__")
        assert last.load.startswith("archive_hourly.manual_")
        assert last.tables["job"] == sum(jobs.get(state, 0) for state in COMPLETED)
        show(session, [DAY])
    shown = capsys.readouterr().out
    assert "1 of 24 hours verified" in shown
    assert "A failed job: PANDAID" in shown


def test_a_rejected_load_is_red_and_publishes_nothing(jobs: dict[str, int]) -> None:
    done = subprocess.run(command(BAD + HOUR), cwd=settings.ROOT, capture_output=True, text=True, check=False)
    assert done.returncode == 1
    assert f"  {'gate_jobs':<20} failed" in done.stdout
    assert "quarantined rows are few" in done.stdout
    assert "python -m spark_jobs.accept --window 2026-05-05T20:00Z/2026-05-05T21:00Z" in done.stdout
    left = "aggregate, gate_tables, publish_and_verify, roll_up, roll_up_due"
    assert f"FAILED in gate_jobs; not run: {left}" in done.stderr
    with cassandra_session(settings.text("HMSF_KEYSPACE")) as session:
        states = [entry.state for entry in Ledger(session).transitions(BAD)]
        assert states == ["extracted", REJECTED]
        for table in query_tables():
            hours = {row_hour(row) for row in session.execute(f"SELECT * FROM {table.name}")}
            assert BAD not in hours, table.name


def row_hour(row: object) -> datetime:
    moment = row.hour if hasattr(row, "hour") else row.modificationtime
    return moment.replace(minute=0, second=0, microsecond=0, tzinfo=UTC)


def test_an_interrupted_run_leaves_nothing_running(jobs: dict[str, int]) -> None:
    with subprocess.Popen(command(GOOD + HOUR), cwd=settings.ROOT, stdout=subprocess.PIPE, text=True) as run:
        for line in run.stdout:
            if line.split() == ["extract", "running"]:
                break
        session = session_with_a_jvm(psutil.Process(run.pid))
        run.send_signal(signal.SIGTERM)
        assert run.wait(60) == 1
    assert members(session) == []


def test_a_run_of_housekeeping_closes_what_died(archive: Session, capsys: pytest.CaptureFixture[str]) -> None:
    ledger, hour = Ledger(archive), datetime(2026, 5, 2, 3, tzinfo=UTC)
    # The first load died when it had begun; the second one is through and waits for it.
    for number, (w, state) in enumerate(((1, PUBLISHING), (2, PUBLISHING), (2, INSERTED), (2, VERIFIED))):
        ledger.append(Transition(hour, hour + timedelta(seconds=number), f"load{w}", state, w, w))
    assert (ledger.state(hour).open, ledger.state(hour).verified) == ({1}, False)
    assert run_window("housekeeping_daily", datetime(2026, 5, 6, 7, tzinfo=UTC)) == 0
    told = capsys.readouterr().out
    assert f"  {'reap':<20} success" in told
    assert f"  {'tidy':<20} success" in told
    assert (ledger.state(hour).open, ledger.state(hour).verified) == (set(), True)


def test_a_process_runs_one_window_after_another(archive: Session, capsys: pytest.CaptureFixture[str]) -> None:
    with DagProcess("housekeeping_daily") as process:
        for day in (3, 4):
            assert process.run_window(datetime(2026, 5, day, 7, tzinfo=UTC)) == 0
        with pytest.raises(StackError, match="no interval of housekeeping_daily ends at 2026-05-04T08:00Z"):
            process.run_window(datetime(2026, 5, 4, 8, tzinfo=UTC))
    assert capsys.readouterr().out.count("every task succeeded") == 2


def session_with_a_jvm(process: psutil.Process) -> int:
    """The session of a process's child, once a JVM with a Python driver below it runs in there."""
    while True:
        # Shells and the like that start the JVM may end while they are looked at.
        with suppress(psutil.NoSuchProcess):
            for java in (child for child in process.children(recursive=True) if child.name() == "java"):
                if java.children():
                    return os.getsid(java.pid)
        time.sleep(0.1)


def members(session: int) -> list[psutil.Process]:
    found = []
    for process in psutil.process_iter():
        with suppress(ProcessLookupError):
            if os.getsid(process.pid) == session and process.status() != psutil.STATUS_ZOMBIE:
                found.append(process)
    return found


@pytest.mark.parametrize(
    ("dag", "end", "complaint"),
    [
        ("archive_daily", "2026-05-05T10:00:00+00:00", "no interval of archive_daily ends at 2026-05-05T10:00Z"),
        ("archive_hourly", "2126-05-05T10:00:00+00:00", "is not over yet"),
        ("archive_weekly", "2026-05-05T10:00:00+00:00", "there are: archive_daily, archive_hourly, housekeeping_daily"),
    ],
)
def test_a_run_that_cannot_be_is_refused(stack: Path, dag: str, end: str, complaint: str) -> None:
    with pytest.raises(StackError, match=complaint):
        run_window(dag, datetime.fromisoformat(end))
