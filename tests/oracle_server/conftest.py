"""A real Oracle for the tests marked `oracle`: HMSF_TEST_ORACLE_DSN, and _USER and _PASSWORD of SYS or its like."""

from __future__ import annotations

import os
from collections.abc import Iterator
from datetime import UTC, date, datetime
from pathlib import Path

import pyarrow as pa
import pytest
from oracle_rows import extremes
from oracle_schemas import OracleSchemas, oracle_schemas

from data_models.window import DAY, Window
from spark_jobs.sources import open_source
from spark_jobs.sources.oracle import Source
from stack.panda_oracle import ARCHIVE, RECENT
from stack.simulate import simulate

FIRST = datetime(2026, 7, 1, tzinfo=UTC)
SERVER = {name: os.environ.get(f"HMSF_TEST_ORACLE_{name}", "") for name in ("DSN", "USER", "PASSWORD")}


def pytest_collection_modifyitems(items: list[pytest.Item]) -> None:
    """Everything in this folder needs the server."""
    for item in items:
        if item.path.is_relative_to(Path(__file__).parent):
            item.add_marker(pytest.mark.oracle)
            if not SERVER["DSN"]:
                item.add_marker(pytest.mark.skip(reason="HMSF_TEST_ORACLE_DSN names no Oracle server"))


def edges(day: date) -> pa.RecordBatch:
    """Three jobs of a day with the largest, the smallest and no values."""
    batch = next(iter(simulate(day, 3, seed=1)))
    rows = [row | values for row, values in zip(batch.to_pylist(), extremes(), strict=True)]
    return pa.RecordBatch.from_pylist(rows, schema=batch.schema)


@pytest.fixture(scope="session")
def server() -> Iterator[OracleSchemas]:
    """Two simulated days in JOBSARCHIVED4, edges of the types on a third, and statistics.

    The first day is in JOBSARCHIVED too, as the log of the copy says, and as a year put away three years before.
    """
    with oracle_schemas(SERVER["DSN"], SERVER["USER"], SERVER["PASSWORD"]) as made:
        for day in (date(2026, 7, 1), date(2026, 7, 2)):
            made.load(RECENT, simulate(day, 5000, seed=1))
        made.load(RECENT, [edges(date(2026, 7, 3))])
        made.load(ARCHIVE, simulate(date(2026, 7, 1), 5000, seed=1))
        made.put_away()
        made.log_copy(Window(FIRST, FIRST + DAY), "Y", "YES")
        made.log_copy(Window(FIRST + DAY, FIRST + 2 * DAY), "N", None)
        for table in (RECENT, ARCHIVE):
            owner, name = made.schemas.of(table).split(".")
            made.run("BEGIN DBMS_STATS.GATHER_TABLE_STATS(:owner, :name); END;", owner=owner, name=name)
        yield made


@pytest.fixture
def source(server: OracleSchemas, monkeypatch: pytest.MonkeyPatch) -> Source:
    """The source as its reader sees it."""
    for name, value in {
        "HMSF_ORACLE_DSN": server.dsn,
        "HMSF_ORACLE_USER": server.reader,
        "HMSF_ORACLE_PASSWORD": server.password,
        "HMSF_ORACLE_SCHEMA": server.schemas.recent,
        "HMSF_ORACLE_ARCHIVE_SCHEMA": server.schemas.archive,
        "HMSF_ORACLE_YEARS_SCHEMA": server.schemas.archive,
        "HMSF_ORACLE_SLICES": "2",
    }.items():
        monkeypatch.setenv(name, value)
    return open_source("oracle")
