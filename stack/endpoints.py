"""What the running stack tells others: its settings file, and the addresses only the stack's own tools use."""

from __future__ import annotations

import json
import os
from pathlib import Path

from stack import ports, postgres
from stack.errors import StackError
from stack.home import Home


def write(home: Home, pg_port: int, cassandra_port: int, passwords: dict[str, str]) -> None:
    """Write the endpoints file (mode 600: it holds passwords)."""
    values = {
        "HMSF_PG_HOST": ports.LOOPBACK,
        "HMSF_PG_PORT": str(pg_port),
        "HMSF_PG_DATABASE": "panda",
        "HMSF_PG_USER": postgres.READER,
        "HMSF_PG_PASSWORD": passwords[postgres.READER],
        "HMSF_CASSANDRA_HOST": ports.LOOPBACK,
        "HMSF_CASSANDRA_PORT": str(cassandra_port),
        "HMSF_MONITOR_DATABASE": postgres.uri(pg_port, postgres.MONITOR, passwords, "monitor"),
        "STACK_PG_OWNER_URI": postgres.uri(pg_port, postgres.OWNER, passwords, "panda"),
        "STACK_PG_ADMIN_URI": postgres.uri(pg_port, postgres.ADMIN, passwords, "postgres"),
        "STACK_AIRFLOW_URI": postgres.uri(pg_port, postgres.AIRFLOW, passwords, "airflow", "postgresql+psycopg2"),
    }
    write_private(home.endpoints, values)


def owner_uri(home: Path | None = None) -> str:
    """The address of database panda for its owner, who imports and simulates jobs. Raises StackError if not up."""
    return _entry(home, "STACK_PG_OWNER_URI")


def admin_uri(home: Path | None = None) -> str:
    """The address of database postgres for the superuser. Raises StackError if not up."""
    return _entry(home, "STACK_PG_ADMIN_URI")


def airflow_uri(home: Path | None = None) -> str:
    """The SQLAlchemy address of Airflow's metadata database. Raises StackError if not up."""
    return _entry(home, "STACK_AIRFLOW_URI")


def write_private(file: Path, values: dict[str, str]) -> None:
    """Write a JSON file that nobody else can read, whole or not at all."""
    new = file.with_suffix(".new")
    new.unlink(missing_ok=True)
    with os.fdopen(os.open(new, os.O_WRONLY | os.O_CREAT | os.O_EXCL, 0o600), "w") as out:
        json.dump(values, out, indent=1)
    new.replace(file)


def _entry(home: Path | None, name: str) -> str:
    try:
        return json.loads(Home.of(home).endpoints.read_text())[name]
    except FileNotFoundError:
        raise StackError("the embedded stack is not up: run `make up`") from None
