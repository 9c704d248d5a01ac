"""Listeners for these tests: one with canned answers, one on the PostgreSQL of the test run."""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from dataclasses import replace
from pathlib import Path

import oracledb
import pytest

from .accounts import Account
from .canned import CannedAnswers
from .listener import Listener
from .on_stack import listening

SCOTT = Account("scott", "Tiger")
CALL_MILLISECONDS = 10_000


@pytest.fixture
def listener() -> Iterator[Listener]:
    """A listener of its own that answers without a database; what it did not understand fails the test."""
    with Listener(CannedAnswers(), [SCOTT]) as running:
        yield running
    assert running.counts.problems == []


@pytest.fixture
def connection(listener: Listener) -> Iterator[oracledb.Connection]:
    """The driver, logged in there."""
    with connected(listener) as opened:
        yield opened


@pytest.fixture(scope="session")
def database(stack: Path) -> Iterator[Listener]:
    """A listener on the test run's PostgreSQL, whose machine is two hours ahead of UTC."""
    with listening(account=SCOTT, offset="+02:00") as running:
        yield running
        assert running.counts.problems == []


@pytest.fixture
def session(database: Listener) -> Iterator[oracledb.Connection]:
    """The driver, logged in there."""
    database.accounts.put(replace(SCOTT))
    with connected(database) as opened:
        yield opened
    database.faults.clear()


def connected(listener: Listener, **given: object) -> oracledb.Connection:
    """The driver with the first user, and with a limit so that a byte too few does not hang the test."""
    options = {"user": SCOTT.name, "password": SCOTT.password, "dsn": listener.dsn} | given
    opened = oracledb.connect(**options)
    opened.call_timeout = CALL_MILLISECONDS
    return opened


def rows(connection: oracledb.Connection, sql: str, binds: Sequence[object] = ()) -> list[tuple]:
    """All rows of a statement."""
    with connection.cursor() as cursor:
        cursor.execute(sql, binds)
        return cursor.fetchall()
