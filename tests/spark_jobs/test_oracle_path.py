"""The whole path from Oracle: a DAG run over the test listener leaves in Cassandra just what PostgreSQL's rows leave.

The hour holds simulated jobs with dirt and a row for every edge of the rules, as Oracle can hold them. Its digits are
those of the hour that New York's clocks leave out, and the run is under that zone and under NLS settings of France.
"""

from __future__ import annotations

import json
from collections.abc import Iterator
from datetime import UTC, date, datetime, timedelta
from typing import Any

import archived_day
import pyarrow as pa
import pytest
from archived_day import copies, edge_rows
from cassandra.cluster import Session
from oracle_listener.listener import Listener
from oracle_listener.on_stack import listening, source_settings
from oracle_rows import extremes, held
from panda_rows import ARCHIVE, RECENT, ask, insert, job
from pyspark.sql import SparkSession
from step_runs import without_loads

from data_models.job_record import by_name
from data_models.ledger import Ledger
from data_models.window import HOUR, hour_window
from spark_jobs import archive as all_steps
from stack.run import run_window
from stack.simulate import simulate

DAY = date(2026, 3, 8)
BEGIN = datetime(2026, 3, 8, tzinfo=UTC)
# On New York's clocks there is no 2:30 on that day.
GAP = BEGIN + timedelta(hours=2)
JOBS = 1500
# One row in a thousand may be in no state that a completed job has, before the gate rejects the hour.
STATES = ("finished", "failed", "cancelled", "closed", "merging")
ELSEWHERE = {
    "TZ": "America/New_York",
    "ORA_SDTZ": "America/New_York",
    "NLS_LANG": "FRENCH_FRANCE.WE8ISO8859P1",
    "NLS_DATE_FORMAT": "DD/MM/RR",
    "NLS_NUMERIC_CHARACTERS": ", ",
    "LC_ALL": "C.UTF-8",
    "HMSF_SPARK_DRIVER_MEMORY": "1g",
    "HMSF_SPARK_PARTITIONS": "2",
}
Content = dict[str, list[dict[str, Any]]]


def squeezed(row: dict[str, Any], begin: datetime) -> dict[str, Any]:
    """A row of the day that begins there, moved into the hour; times that are far from its day stay."""
    modified = row["modificationtime"]
    shift = GAP + (modified - begin) / 24 - modified
    near = {
        name: value + shift
        for name, value in row.items()
        if isinstance(value, datetime) and abs(value - modified) < timedelta(days=60)
    }
    return row | near


def rows_by_hand() -> list[dict[str, Any]]:
    """Edges of the rules, the largest and smallest values of Oracle's types, and jobs that ran across the jump."""
    recent, _ = copies()
    edges = [squeezed(row, archived_day.BEGIN) for row in (*edge_rows(), *recent)]
    whole = [job(20_000 + n, GAP + timedelta(minutes=n), **values) for n, values in enumerate(extremes())]
    times = [{"starttime": GAP + timedelta(minutes=10 * n), "endtime": GAP + HOUR} for n in range(-9, 9)]
    jump = [job(30_000 + n, GAP + timedelta(minutes=3 * n), **values) for n, values in enumerate(times)]
    return [row for row in (*edges, *whole, *jump) if GAP <= row["modificationtime"] < GAP + HOUR]


@pytest.fixture(scope="module")
def rows(archive: Session) -> None:
    """The hour in PostgreSQL: nothing in it that an Oracle table could not hold."""
    day = pa.Table.from_batches(simulate(DAY, JOBS, seed=7, dirt=True)).select(list(by_name())).to_pylist()
    bad = [row for row in day if row["jobstatus"] not in STATES]
    simulated = [squeezed(row, BEGIN) for row in day if row not in bad[1:]]
    _, copied = copies()
    insert([held(row) for row in (*simulated, *rows_by_hand())])
    archived = [squeezed(row, archived_day.BEGIN) for row in copied] + simulated[:: JOBS // 30]
    insert([held(row, recent=False) for row in archived], ARCHIVE)


@pytest.fixture(scope="module")
def from_postgres(rows: None, spark: SparkSession, archive: Session) -> Content:
    """What the hour leaves when it is read from PostgreSQL."""
    assert all_steps.main(["--window", str(hour_window(GAP)), "--load", "path-postgres"]) == 0
    return without_loads(archive, GAP)


@pytest.fixture(scope="module")
def listener(rows: None) -> Iterator[Listener]:
    """The listener, whose database machine is in another zone too."""
    with listening(offset="+02:00") as running:
        yield running


def completed_jobs() -> int:
    """How many jobs the hour has, by PostgreSQL."""
    both = " UNION ALL ".join(
        f"SELECT pandaid, modificationtime, jobstatus FROM {table}" for table in (RECENT, ARCHIVE)
    )
    [(jobs,)] = ask(
        f"SELECT count(DISTINCT pandaid) FROM ({both}) AS j WHERE modificationtime >= %s AND modificationtime < %s "
        "AND jobstatus IN ('finished', 'failed', 'cancelled', 'closed')",
        GAP.replace(tzinfo=None),
        (GAP + HOUR).replace(tzinfo=None),
    )
    return jobs


def test_a_dag_run_from_oracle_leaves_what_postgresql_leaves(
    from_postgres: Content, listener: Listener, archive: Session, monkeypatch: pytest.MonkeyPatch
) -> None:
    for name, value in (ELSEWHERE | source_settings(listener)).items():
        monkeypatch.setenv(name, value)
    assert run_window("archive_daily", BEGIN + timedelta(days=1)) == 0
    from_oracle = without_loads(archive, GAP)
    assert from_oracle.keys() == from_postgres.keys()
    for table, expected in from_postgres.items():
        assert from_oracle[table] == expected, table
    assert len(from_oracle["job"]) == completed_jobs() > JOBS


def test_the_ledger_says_that_it_was_oracle_at_one_scn(archive: Session) -> None:
    ledger = Ledger(archive)
    assert ledger.state(GAP).verified
    extracted = next(entry for entry in ledger.transitions(GAP) if entry.load.startswith("archive_daily"))
    details = json.loads(extracted.details)
    assert details["source"].startswith("Oracle hmsf@127.0.0.1:")
    assert details["snapshot"].startswith("scn=")


def test_nothing_but_reading_was_sent_and_it_says_who_reads(listener: Listener) -> None:
    assert {session.traced["module"] for session in listener.counts.sessions} == {"hmsf"}
    assert {statement.sql.split()[0] for statement in listener.counts.statements} == {"SET", "SELECT"}
    assert listener.counts.problems == []
