"""Connecting to Oracle with the real driver: settings, secrets, servers that are away or silent."""

from __future__ import annotations

import pickle
import socket
import time
import traceback
from collections.abc import Iterator
from datetime import UTC, datetime, timedelta, timezone

import oracledb
import pytest

from data_models.panda_sql.errors import SourceConfigurationError, SourceError, SourceUnavailable
from data_models.panda_sql.oracle_database import Database
from data_models.panda_sql.oracle_session import naive_utc

SECRET = "tr0ub4dor"


@pytest.fixture
def listening() -> Iterator[socket.socket]:
    """A server that takes connections and never says a word."""
    with socket.create_server(("127.0.0.1", 0)) as server:
        yield server


def database(port: int, **changed: object) -> Database:
    """A database at a local port."""
    given = {"dsn": f"127.0.0.1:{port}/panda", "connect_seconds": 1} | changed
    return Database("main", user="reader", password=SECRET, **given)


def refused(target: Database) -> SourceError:
    """The error of opening a session."""
    with pytest.raises(SourceError) as caught, target.session("test", "window"):
        pass
    assert SECRET not in "".join(traceback.format_exception(caught.value))
    return caught.value


def test_a_server_that_accepts_and_is_silent_is_given_up_in_time(listening: socket.socket) -> None:
    started = time.monotonic()
    error = refused(database(listening.getsockname()[1]))
    assert time.monotonic() - started < 5
    assert isinstance(error, SourceUnavailable)
    assert "no answer within 1 s" in str(error)
    assert "HMSF_ORACLE_CONNECT_SECONDS" in str(error)


def test_a_port_where_nobody_listens_is_worth_a_retry(listening: socket.socket) -> None:
    port = listening.getsockname()[1]
    listening.close()
    error = refused(database(port, connect_seconds=5))
    assert isinstance(error, SourceUnavailable)
    assert "no answer from the listener" in str(error)
    assert "HMSF_ORACLE_DSN" in str(error)


def test_an_alias_that_nothing_explains_is_a_matter_of_settings() -> None:
    error = refused(database(1, dsn="adcr"))
    assert isinstance(error, SourceConfigurationError)
    assert "HMSF_ORACLE_CONFIG" in str(error)


def test_client_libraries_that_are_not_there_are_a_matter_of_settings(tmp_path: object) -> None:
    error = refused(database(1, client=str(tmp_path)))
    assert isinstance(error, SourceConfigurationError)
    assert "HMSF_ORACLE_CLIENT" in str(error)


@pytest.mark.parametrize(("config", "given"), [("/etc/oracle", "/etc/oracle"), ("", None)])
def test_client_libraries_are_told_where_tnsnames_is(
    config: str, given: str | None, monkeypatch: pytest.MonkeyPatch
) -> None:
    asked: list[dict[str, str | None]] = []
    monkeypatch.setattr(oracledb, "init_oracle_client", lambda **named: asked.append(named))
    refused(database(1, client="/opt/instantclient", config=config))
    assert asked == [{"lib_dir": "/opt/instantclient", "config_dir": given}]


def test_settings_name_both_databases_and_the_second_takes_the_first_s_user(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("HMSF_ORACLE_DSN", "db.example.org:1521/panda")
    monkeypatch.setenv("HMSF_ORACLE_USER", "reader[atlas_panda]")
    monkeypatch.setenv("HMSF_ORACLE_PASSWORD", SECRET)
    monkeypatch.setenv("HMSF_ORACLE_YEARS_DSN", "archive.example.org/panda")
    monkeypatch.setenv("HMSF_ORACLE_FETCH_ROWS", "500")
    main, years = Database.from_settings("main"), Database.from_settings("years")
    assert (main.dsn, main.user, main.password) == ("db.example.org:1521/panda", "reader[atlas_panda]", SECRET)
    assert (years.dsn, years.user, years.password) == ("archive.example.org/panda", "reader[atlas_panda]", SECRET)
    assert (main.fetch_rows, main.call_seconds, main.connect_seconds) == (500, 600, 20)
    assert main.where == "Oracle reader[atlas_panda]@db.example.org:1521/panda"


@pytest.mark.parametrize("missing", ["HMSF_ORACLE_DSN", "HMSF_ORACLE_USER"])
def test_without_address_or_user_the_setting_is_named(missing: str, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("HMSF_ORACLE_DSN", "db/panda")
    monkeypatch.setenv("HMSF_ORACLE_USER", "reader")
    monkeypatch.delenv(missing)
    with pytest.raises(SourceConfigurationError, match=f"{missing} is not set"):
        Database.from_settings("main")


@pytest.mark.parametrize(
    "dsn",
    [
        f"reader/{SECRET}@db/panda",
        f"reader/{SECRET}(1@db/panda",
        f"reader/@{SECRET}@db/panda",
        f"(reader/{SECRET}@db/panda",
        f"reader/{SECRET}@(DESCRIPTION=(ADDRESS=(HOST=db)))",
        f"(DESCRIPTION=(ADDRESS=(HOST=db))(SECURITY=(PASSWORD = {SECRET})))",
    ],
)
def test_credentials_in_the_connect_string_are_refused_and_not_repeated(
    dsn: str, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setenv("HMSF_ORACLE_USER", "reader")
    monkeypatch.setenv("HMSF_ORACLE_DSN", dsn)
    with pytest.raises(SourceConfigurationError, match="HMSF_ORACLE_DSN holds credentials") as caught:
        Database.from_settings("main")
    assert SECRET not in str(caught.value)


@pytest.mark.parametrize(
    "dsn",
    [
        "adcr",
        "tcps://db.example.org:2484/panda",
        " ( DESCRIPTION=(ADDRESS=(HOST=db))(SECURITY=(MY_WALLET_DIRECTORY=/etc/wallets/a@b)))",
    ],
)
def test_a_connect_string_without_credentials_is_taken(dsn: str, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("HMSF_ORACLE_USER", "reader")
    monkeypatch.setenv("HMSF_ORACLE_DSN", dsn)
    assert Database.from_settings("main").dsn == dsn


def test_it_travels_to_executors_and_shows_no_password() -> None:
    one = database(1521, wallet_password="sesame")
    assert pickle.loads(pickle.dumps(one)) == one
    assert SECRET not in repr(one)
    assert "sesame" not in repr(one)


def test_times_are_bound_in_utc_without_their_zone() -> None:
    moment = datetime(2026, 3, 8, 2, 30, tzinfo=timezone(timedelta(hours=-5)))
    assert naive_utc(moment) == moment.astimezone(UTC).replace(tzinfo=None)
    assert naive_utc("text") == "text"
