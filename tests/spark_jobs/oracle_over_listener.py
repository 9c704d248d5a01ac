"""The Oracle source's settings on a test listener over the run's PostgreSQL."""

from __future__ import annotations

from collections.abc import Iterator
from contextlib import contextmanager

import pytest
from oracle_listener.accounts import Account
from oracle_listener.listener import Listener
from oracle_listener.postgres_answers import PostgresAnswers

from stack.endpoints import owner_uri

SECRET = "s3cr3t-o"


@contextmanager
def listening() -> Iterator[Listener]:
    """A listener with one reader, who may do what the grants give."""
    answers = PostgresAnswers(owner_uri())
    try:
        with Listener(answers, [Account("READER", SECRET)]) as listener:
            yield listener
    finally:
        answers.close()


def allow(listener: Listener, **rights: object) -> None:
    """Change what the reader may do."""
    listener.accounts.put(Account("READER", SECRET, **rights))


def reset(listener: Listener) -> None:
    """No faults, and the reader as at first."""
    listener.faults.clear()
    allow(listener)


def lead_to(listener: Listener, monkeypatch: pytest.MonkeyPatch) -> None:
    """Let the settings of the Oracle source lead to the listener."""
    monkeypatch.setenv("HMSF_ORACLE_DSN", listener.dsn)
    monkeypatch.setenv("HMSF_ORACLE_USER", "reader")
    monkeypatch.setenv("HMSF_ORACLE_PASSWORD", SECRET)
