"""A real Oracle for the tests marked `oracle`: HMSF_TEST_ORACLE_DSN, and _USER and _PASSWORD of SYS or its like."""

from __future__ import annotations

import os
from collections.abc import Iterator
from datetime import date
from pathlib import Path

import pytest
from oracle_schemas import OracleSchemas, oracle_schemas

from spark_jobs.sources import open_source
from spark_jobs.sources.oracle import Source
from stack.panda_oracle import ARCHIVE, RECENT
from stack.simulate import simulate

SERVER = {name: os.environ.get(f"HMSF_TEST_ORACLE_{name}", "") for name in ("DSN", "USER", "PASSWORD")}


def pytest_collection_modifyitems(items: list[pytest.Item]) -> None:
    """Everything in this folder needs the server."""
    for item in items:
        if item.path.is_relative_to(Path(__file__).parent):
            item.add_marker(pytest.mark.oracle)
            if not SERVER["DSN"]:
                item.add_marker(pytest.mark.skip(reason="HMSF_TEST_ORACLE_DSN names no Oracle server"))


@pytest.fixture(scope="session")
def server() -> Iterator[OracleSchemas]:
    """Two simulated days in JOBSARCHIVED4, the first of them in JOBSARCHIVED too, with statistics."""
    with oracle_schemas(SERVER["DSN"], SERVER["USER"], SERVER["PASSWORD"]) as made:
        for day in (date(2026, 7, 1), date(2026, 7, 2)):
            made.load(RECENT, simulate(day, 5000, seed=1))
        made.load(ARCHIVE, simulate(date(2026, 7, 1), 5000, seed=1))
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
        "HMSF_ORACLE_SLICES": "2",
    }.items():
        monkeypatch.setenv(name, value)
    return open_source("oracle")
