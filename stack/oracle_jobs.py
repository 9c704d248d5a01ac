"""`python -m stack oracle-jobs`: PanDA's archives with simulated jobs on an Oracle test server, and a reader of them.

For servers that are there to be tried on, such as that of docker/compose.yaml: it logs in as SYS. The reader is last,
so a server that has it is complete and is left alone.
"""

from __future__ import annotations

import argparse
import os
import re
from collections.abc import Iterator
from datetime import UTC, date, datetime, timedelta
from typing import Any

import oracledb
import pyarrow as pa

from data_models import settings
from data_models.job_record import Column, by_name
from spark_jobs.sources.oracle_explain import GRANTS
from stack.errors import StackError
from stack.panda_oracle import RECENT, Schemas, statements
from stack.panda_oracle import add_arguments as add_days
from stack.simulate import simulate

ADMIN_PASSWORD = "HMSF_ORACLE_ADMIN_PASSWORD"
ROLE = "hmsf_reader"
ROWS = 5000
BIND_TYPES = {"integer": oracledb.DB_TYPE_NUMBER, "decimal": oracledb.DB_TYPE_NUMBER, "time": oracledb.DB_TYPE_DATE}
USER_NAME = re.compile(r"[A-Za-z][A-Za-z0-9_]{0,29}")


def add_arguments(parser: argparse.ArgumentParser) -> None:
    """The arguments of `python -m stack oracle-jobs`."""
    add_days(parser)
    parser.add_argument("--jobs", type=int, default=20_000, help="jobs a day (default: %(default)s)")
    parser.add_argument("--seed", type=int, default=1, help="another seed gives other jobs (default: %(default)s)")


def run(args: argparse.Namespace) -> int:
    """Fill the server of HMSF_ORACLE_DSN for the reader HMSF_ORACLE_USER and its password. Raises StackError."""
    dsn, user = settings.text("HMSF_ORACLE_DSN"), settings.text("HMSF_ORACLE_USER")
    password, admin_password = settings.text("HMSF_ORACLE_PASSWORD"), os.environ.get(ADMIN_PASSWORD, "")
    if not (dsn and password and admin_password and USER_NAME.fullmatch(user)):
        raise StackError(
            f"set HMSF_ORACLE_DSN, HMSF_ORACLE_USER (a plain name), HMSF_ORACLE_PASSWORD and {ADMIN_PASSWORD} (SYS)"
        )
    try:
        with oracledb.connect(dsn=dsn, user="SYS", password=admin_password, mode=oracledb.AUTH_MODE_SYSDBA) as admin:
            if _exists(admin, user):
                print(f"{dsn} has the reader {user} already: nothing done")
                return 0
            if _exists(admin, Schemas().recent):
                raise StackError(f"{dsn} has {Schemas().recent} but no reader {user}: drop its users, or start anew")
            return _fill(admin, args, user, password)
    except oracledb.Error as error:
        raise StackError(f"Oracle at {dsn}: {' '.join(str(error).split())}") from error


def days(first: date, last: date) -> list[date]:
    """All days from first to last."""
    return [first + timedelta(days=number) for number in range((last - first).days + 1)]


def reader_statements(user: str, password: str) -> Iterator[str]:
    """The reader's role with the grants that HMSF asks a DBA for, then the reader. Raises StackError."""
    if '"' in password:
        raise StackError('HMSF_ORACLE_PASSWORD holds ": Oracle takes no such password, give another')
    text = re.sub(r"--.*", "", GRANTS.read_text(encoding="utf-8"))
    yield from (statement.strip() for statement in text.split(";") if statement.strip())
    yield f'CREATE USER {user} IDENTIFIED BY "{password}"'
    yield f"GRANT {ROLE} TO {user}"


def insert_statement(table: str, names: list[str]) -> str:
    """INSERT of the named columns with a bind of each one's name."""
    return f"INSERT INTO {table} ({', '.join(names)}) VALUES ({', '.join(f':{name}' for name in names)})"


def oracle_rows(batch: pa.RecordBatch) -> list[dict[str, Any]]:
    """Records as JOBSARCHIVED4 takes them: DATE has whole seconds and no zone, a text as many bytes as its column."""
    known = by_name()
    return [{name: _value(known[name], value) for name, value in row.items()} for row in batch.to_pylist()]


def _value(column: Column, value: object) -> object:
    if isinstance(value, datetime):
        return value.astimezone(UTC).replace(tzinfo=None, microsecond=0)
    if isinstance(value, str) and column.max_chars:
        return value.encode()[: column.max_chars].decode(errors="ignore")
    return value


def _fill(admin: oracledb.Connection, args: argparse.Namespace, user: str, password: str) -> int:
    with admin.cursor() as cursor:
        for statement in statements(Schemas(), args.first, args.last):
            cursor.execute(statement)
        for day in days(args.first, args.last):
            for batch in simulate(day, args.jobs, args.seed):
                for begin in range(0, batch.num_rows, ROWS):
                    _insert(cursor, batch.slice(begin, ROWS))
            admin.commit()
            print(f"{day}: {args.jobs:,} simulated jobs in {Schemas().of(RECENT)}", flush=True)
        for owner in (Schemas().recent, Schemas().archive):
            cursor.callproc("DBMS_STATS.GATHER_SCHEMA_STATS", [owner])
        for statement in reader_statements(user, password):
            cursor.execute(statement)
    print(f"{user} reads them", flush=True)
    return 0


def _insert(cursor: oracledb.Cursor, batch: pa.RecordBatch) -> None:
    names = batch.schema.names
    cursor.setinputsizes(**{name: BIND_TYPES.get(by_name()[name].kind, oracledb.DB_TYPE_VARCHAR) for name in names})
    cursor.executemany(insert_statement(Schemas().of(RECENT), names), oracle_rows(batch))


def _exists(admin: oracledb.Connection, user: str) -> bool:
    with admin.cursor() as cursor:
        cursor.execute("SELECT COUNT(*) FROM all_users WHERE username = UPPER(:name)", name=user)
        return cursor.fetchone()[0] > 0
