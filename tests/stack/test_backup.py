"""Backup and restore as the docs have it: a snapshot, a table that is lost, its rows again."""

from __future__ import annotations

import shutil
import subprocess
from pathlib import Path

from cassandra.cluster import Session
from cassandra.concurrent import execute_concurrent_with_args

from data_models import cql
from data_models.cassandra_session import cassandra_session
from data_models.tables import query_table
from stack import nodetool
from stack.home import Home

KEYSPACE, TABLE = "backup_of_tests", query_table("outcomes_by_hour")


def rows(session: Session) -> list[tuple]:
    """All rows of the table with the write time of a cell."""
    return sorted(session.execute(f"SELECT day, hour, jobstatus, jobs, writetime(jobs) FROM {KEYSPACE}.{TABLE.name}"))


def run(home: Path, *words: str) -> None:
    """Run nodetool on the server of the test run."""
    subprocess.run(nodetool.command(Home.of(home), words), check=True, capture_output=True, timeout=60)


def test_a_table_that_was_lost_is_restored_from_its_snapshot(stack: Path, tmp_path: Path) -> None:
    with cassandra_session() as session:
        try:
            session.execute(cql.create_keyspace(KEYSPACE))
            session.set_keyspace(KEYSPACE)
            session.execute(cql.create_table(TABLE.stored))
            insert = session.prepare(
                f"INSERT INTO {TABLE.name} (day, hour, jobstatus, jobs) VALUES ('2026-07-01', ?, 'failed', ?) "
                "USING TIMESTAMP 1234"
            )
            execute_concurrent_with_args(session, insert, [(hour * 3_600_000, hour) for hour in range(200)])
            before = rows(session)
            run(stack, "snapshot", "-t", "before", "-cf", TABLE.name, KEYSPACE)
            [snapshot] = (stack / "data" / "cassandra").glob(f"**/{KEYSPACE}/{TABLE.name}-*/snapshots/before")
            kept = shutil.copytree(snapshot, tmp_path / KEYSPACE / TABLE.name)
            session.execute(f"DROP TABLE {TABLE.name}")
            session.execute(cql.create_table(TABLE.stored))
            assert rows(session) == []
            run(stack, "import", "--copy-data", KEYSPACE, TABLE.name, str(kept))
            assert rows(session) == before
            assert len(before) == 200
        finally:
            session.execute(f"DROP KEYSPACE IF EXISTS {KEYSPACE}")
