"""The Airflow connection of the Oracle source becomes settings of the step's process, and of nothing else."""

from __future__ import annotations

import json
import os

import pytest
from airflow.sdk import Connection
from airflow.sdk.exceptions import AirflowFailException, AirflowNotFoundException

from dags.oracle_connection import oracle_settings, source_environment

LOGIN = {"conn_type": "oracle", "login": "reader[atlas_panda]", "password": "s3cr3t-o"}


def dsn(**given: object) -> str:
    """The DSN of a connection."""
    return oracle_settings(Connection(conn_id="hmsf_oracle", **LOGIN, **given))["HMSF_ORACLE_DSN"]


def test_host_port_and_service_or_an_extra_give_the_dsn() -> None:
    assert dsn(host="db.example.org", port=1522, schema="panda") == "db.example.org:1522/panda"
    assert dsn(host="db.example.org", extra='{"service_name": "panda"}') == "db.example.org:1521/panda"
    assert dsn(host="adcr") == "adcr"
    assert (
        dsn(host="ignored", extra='{"dsn": "tcps://db.example.org:2484/panda"}') == "tcps://db.example.org:2484/panda"
    )
    assert "(CONNECT_DATA=(SID=ADCR1))" in dsn(host="db.example.org", extra='{"sid": "ADCR1"}')


def test_wallet_and_client_come_from_the_extras() -> None:
    extra = {
        "wallet_location": "/wallet",
        "wallet_password": "w",
        "config_dir": "/tns",
        "thick_mode_lib_dir": "/client",
    }
    assert oracle_settings(Connection(conn_id="x", **LOGIN, host="adcr", extra=json.dumps(extra))) == {
        "HMSF_ORACLE_DSN": "adcr",
        "HMSF_ORACLE_USER": "reader[atlas_panda]",
        "HMSF_ORACLE_PASSWORD": "s3cr3t-o",
        "HMSF_ORACLE_WALLET": "/wallet",
        "HMSF_ORACLE_WALLET_PASSWORD": "w",
        "HMSF_ORACLE_CONFIG": "/tns",
        "HMSF_ORACLE_CLIENT": "/client",
    }


def test_the_environment_has_them_while_the_step_runs(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("HMSF_SOURCE", "oracle")
    monkeypatch.setenv("AIRFLOW_CONN_HMSF_ORACLE", json.dumps(LOGIN | {"host": "db", "schema": "panda"}))
    with source_environment():
        assert os.environ["HMSF_ORACLE_DSN"] == "db:1521/panda"
        assert os.environ["HMSF_ORACLE_PASSWORD"] == "s3cr3t-o"
    assert not [name for name in os.environ if name.startswith("HMSF_ORACLE")]


def test_settings_win_over_the_connection(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("HMSF_SOURCE", "oracle")
    monkeypatch.setenv("HMSF_ORACLE_DSN", "own/panda")
    with source_environment():
        assert os.environ["HMSF_ORACLE_DSN"] == "own/panda"
        assert "HMSF_ORACLE_PASSWORD" not in os.environ


def test_another_source_asks_for_no_connection() -> None:
    with source_environment():
        assert "HMSF_ORACLE_DSN" not in os.environ


def test_without_either_the_task_fails_with_what_to_make(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("HMSF_SOURCE", "oracle")
    monkeypatch.setattr(Connection, "get", missing)
    told = pytest.raises(AirflowFailException, match="HMSF_ORACLE_DSN, or make the connection hmsf_oracle")
    with told, source_environment():
        pass


def missing(conn_id: str) -> Connection:
    """What Airflow says when nobody has made the connection."""
    raise AirflowNotFoundException(conn_id)
