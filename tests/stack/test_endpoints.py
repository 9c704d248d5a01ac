"""The endpoints file of a running stack leads each role to its database, and to no more."""

from __future__ import annotations

from pathlib import Path

import psycopg2
import pytest

from data_models import settings
from stack import endpoints
from stack.errors import StackError


def ask(address: str, statement: str) -> object:
    connection = psycopg2.connect(address)
    try:
        with connection, connection.cursor() as cursor:
            cursor.execute(statement)
            return cursor.fetchone()[0] if cursor.description else None
    finally:
        connection.close()


def reader() -> str:
    return (
        "host={HMSF_PG_HOST} port={HMSF_PG_PORT} dbname={HMSF_PG_DATABASE} user={HMSF_PG_USER} "
        "password={HMSF_PG_PASSWORD}".format_map(settings.in_force())
    )


def test_file_is_private(stack: Path) -> None:
    assert settings.endpoints_file() == stack / "run" / "endpoints.json"
    assert settings.endpoints_file().stat().st_mode & 0o777 == 0o600


def test_reader_sees_what_the_owner_makes_in_any_schema_and_changes_nothing(stack: Path) -> None:
    ask(endpoints.owner_uri(), "CREATE SCHEMA for_reader; CREATE TABLE for_reader.later AS SELECT 7 AS x")
    try:
        assert ask(reader(), "SELECT x FROM for_reader.later") == 7
        for statement in ("DELETE FROM for_reader.later", "CREATE TEMP TABLE mine (x int)"):
            with pytest.raises(psycopg2.errors.ReadOnlySqlTransaction):
                ask(reader(), statement)
            with pytest.raises(psycopg2.errors.InsufficientPrivilege):
                ask(reader(), f"SET TRANSACTION READ WRITE; {statement}")
    finally:
        ask(endpoints.owner_uri(), "DROP SCHEMA for_reader CASCADE")


def test_reader_sees_no_password_hash(stack: Path) -> None:
    with pytest.raises(psycopg2.errors.InsufficientPrivilege):
        ask(reader(), "SELECT rolpassword FROM pg_authid")


def test_databases_are_utf8_in_c_order_and_utc(stack: Path) -> None:
    for address in (endpoints.owner_uri(), endpoints.airflow_uri().replace("+psycopg2", "")):
        row = "(SELECT datcollate || pg_encoding_to_char(encoding) FROM pg_database WHERE datname = current_database())"
        assert ask(address, f"SELECT {row} || current_setting('timezone')") == "CUTF8UTC"


def test_airflow_and_panda_cannot_open_each_others_database(stack: Path) -> None:
    airflow = endpoints.airflow_uri().replace("+psycopg2", "")
    with pytest.raises(psycopg2.OperationalError, match="permission denied for database"):
        ask(airflow.removesuffix("airflow") + "panda", "SELECT 1")
    with pytest.raises(psycopg2.OperationalError, match="permission denied for database"):
        ask(endpoints.owner_uri().removesuffix("panda") + "airflow", "SELECT 1")


def test_without_a_stack_the_error_names_the_remedy(tmp_path: Path) -> None:
    with pytest.raises(StackError, match="the embedded stack is not up: run `make up`"):
        endpoints.owner_uri(tmp_path)
