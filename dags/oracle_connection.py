"""The Airflow connection `hmsf_oracle` as the settings HMSF_ORACLE_* of the step that reads the source.

The connection is one of type `oracle`: host, port and schema (the service), or in its extras `dsn`, `service_name`,
`sid`, and `config_dir`, `wallet_location`, `wallet_password`, `thick_mode_lib_dir`.
"""

from __future__ import annotations

import os
from collections.abc import Iterator
from contextlib import contextmanager

from airflow.sdk import Connection
from airflow.sdk.exceptions import AirflowFailException, AirflowNotFoundException

from data_models import settings

CONNECTION = "hmsf_oracle"
EXTRAS = {
    "HMSF_ORACLE_CONFIG": "config_dir",
    "HMSF_ORACLE_WALLET": "wallet_location",
    "HMSF_ORACLE_WALLET_PASSWORD": "wallet_password",
    "HMSF_ORACLE_CLIENT": "thick_mode_lib_dir",
}


@contextmanager
def source_environment() -> Iterator[None]:
    """While a step is submitted, its process inherits the settings that the connection gives.

    Not as arguments of the submission: Spark puts those on a command line, where everybody can read the password. The
    environment wins: with HMSF_ORACLE_DSN set, or another source, no connection is asked for.
    """
    if settings.text("HMSF_SOURCE") != "oracle" or settings.text("HMSF_ORACLE_DSN"):
        yield
        return
    try:
        given = oracle_settings(Connection.get(CONNECTION))
    except AirflowNotFoundException as error:
        raise AirflowFailException(
            f"HMSF_SOURCE is oracle: set HMSF_ORACLE_DSN, or make the connection {CONNECTION} of type oracle"
        ) from error
    before = {name: os.environ.get(name) for name in given}
    os.environ.update(given)
    try:
        yield
    finally:
        for name, value in before.items():
            if value is None:
                os.environ.pop(name, None)
            else:
                os.environ[name] = value


def oracle_settings(connection: Connection) -> dict[str, str]:
    """The settings that a connection gives; what it leaves empty is not among them."""
    extra = connection.extra_dejson
    values = {
        "HMSF_ORACLE_DSN": extra.get("dsn") or _address(connection, extra),
        "HMSF_ORACLE_USER": connection.login,
        "HMSF_ORACLE_PASSWORD": connection.password,
        **{name: extra.get(key) for name, key in EXTRAS.items()},
    }
    return {name: str(value) for name, value in values.items() if value}


def _address(connection: Connection, extra: dict[str, str]) -> str:
    """HOST:PORT/SERVICE; for a SID, which has no short form, a descriptor; without a port what the host says."""
    host, port = connection.host or "", connection.port or 1521
    if sid := extra.get("sid"):
        return f"(DESCRIPTION=(ADDRESS=(PROTOCOL=TCP)(HOST={host})(PORT={port}))(CONNECT_DATA=(SID={sid})))"
    service = extra.get("service_name") or connection.schema
    return f"{host}:{port}/{service}" if service else host
