"""The listener on the embedded stack: its PostgreSQL answers, one user reads, with the settings that lead to it."""

from __future__ import annotations

import secrets
from collections.abc import Iterator
from contextlib import contextmanager
from urllib.parse import quote

from data_models import settings

from .accounts import Account
from .listener import Listener
from .postgres_answers import PostgresAnswers

USER = "hmsf"


def reader_uri() -> str:
    """The address of PanDA's PostgreSQL for its reader, by the settings."""
    values = settings.in_force()
    user, password = (quote(values[f"HMSF_PG_{name}"], safe="") for name in ("USER", "PASSWORD"))
    return "postgresql://{}:{}@{HMSF_PG_HOST}:{HMSF_PG_PORT}/{HMSF_PG_DATABASE}".format(user, password, **values)


@contextmanager
def listening(
    uri: str | None = None, account: Account | None = None, port: int = 0, offset: str = "+00:00"
) -> Iterator[Listener]:
    """A listener that answers from `uri` (that of the settings), until the end of the block."""
    answers = PostgresAnswers(uri or reader_uri(), offset)
    account = account or Account(USER, secrets.token_urlsafe(12))
    try:
        with Listener(answers, [account], port=port) as listener:
            yield listener
    finally:
        answers.close()


def source_settings(listener: Listener) -> dict[str, str]:
    """The settings with which its first user reads this listener."""
    account = listener.accounts.first
    return {
        "HMSF_SOURCE": "oracle",
        "HMSF_ORACLE_DSN": listener.dsn,
        "HMSF_ORACLE_USER": account.name,
        "HMSF_ORACLE_PASSWORD": account.password,
    }
