"""PanDA's job tables on PostgreSQL, made from the contract in data_models/data/job_columns.csv.

Three tables with the same 127 columns: doma_panda.jobsactive4, doma_panda.jobsarchived4 (monthly partitions by
MODIFICATIONTIME) and doma_pandaarch.jobsarchived (not partitioned, no primary key). Indexes are those of PanDA's own
schema, so a statement that is slow there is slow here too.
"""

from __future__ import annotations

import csv
import re
from collections import defaultdict
from contextlib import closing
from dataclasses import replace
from datetime import date
from functools import cache
from typing import Protocol

import psycopg2

from data_models.job_record import DATA, Column, table_columns

SCHEMAS = {"jobsactive4": "doma_panda", "jobsarchived4": "doma_panda", "jobsarchived": "doma_pandaarch"}
# jobsactive4's key is not in the contract, which covers the archives: a job has one row there.
PRIMARY_KEYS = {
    "jobsactive4": ("jobsactive4_pk", ("pandaid",)),
    "jobsarchived4": ("part_jobsarchived4_pk", ("pandaid", "modificationtime")),
}
PARTITIONED = "jobsarchived4"
PARENT = f"{SCHEMAS[PARTITIONED]}.{PARTITIONED}"
NOW_UTC = "(now() AT TIME ZONE 'UTC')"


class Cursor(Protocol):
    """What is used of a DB-API cursor: psycopg2's and ADBC's both will do."""

    def execute(self, sql: str, /) -> object:
        """Run a statement."""

    def fetchone(self) -> tuple | None:
        """The next row."""

    def close(self) -> None:
        """Give it back."""


class Connection(Protocol):
    """What is used of a DB-API connection."""

    def cursor(self) -> Cursor:
        """A new cursor in the connection's transaction."""


@cache
def columns_of(table: str) -> tuple[Column, ...]:
    """The 127 columns of a table with its own types, nullability and defaults.

    JOBSARCHIVED differs from the other two: wider MINRAMUNIT, two columns nullable, and the current time where the
    others put 1970. Raises KeyError for a table that is not in SCHEMAS.
    """
    if SCHEMAS[table] != "doma_pandaarch":
        return table_columns()
    with (DATA / "job_columns.csv").open(newline="", encoding="utf-8") as file:
        rows = {row["column"]: row for row in csv.DictReader(file)}
    return tuple(
        replace(
            column,
            pg_type=rows[column.name]["pg_type"],
            nullable=rows[column.name]["pg_nullable"] == "Y",
            default=NOW_UTC if column.kind == "time" and column.default else column.default,
        )
        for column in table_columns()
    )


def indexes_of(table: str) -> dict[str, tuple[str, ...]]:
    """The indexes of a table on PostgreSQL: name to its columns or expressions, in order; without the primary key."""
    found: dict[str, dict[int, str]] = defaultdict(dict)
    for column in table_columns():
        # A position followed by a bracket is an index that only Oracle has (bitmap).
        for owner, index, position in re.findall(r"(\w+):(\w+)#(\d+)(?!\d|\()", " ".join(column.indexed)):
            if owner == table:
                functional = index.startswith("JOBS_UPPER_")
                found[index.lower()][int(position)] = f"upper({column.name})" if functional else column.name
    found.pop(PRIMARY_KEYS.get(table, ("",))[0], None)
    return {index: tuple(keys[position] for position in sorted(keys)) for index, keys in sorted(found.items())}


def create(uri: str) -> None:
    """Make the schemas, tables and indexes that are not there yet; what is there is left as it is."""
    with closing(psycopg2.connect(uri)) as connection, connection, connection.cursor() as cursor:
        for statement in statements():
            cursor.execute(statement)


def statements() -> list[str]:
    """The DDL, in order; each statement can be run again."""
    ddl = [f"CREATE SCHEMA IF NOT EXISTS {schema}" for schema in sorted(set(SCHEMAS.values()))]
    for table, schema in SCHEMAS.items():
        lines = [_definition(column) for column in columns_of(table)]
        if table in PRIMARY_KEYS:
            name, key = PRIMARY_KEYS[table]
            lines.append(f"CONSTRAINT {name} PRIMARY KEY ({', '.join(key)})")
        partitions = " PARTITION BY RANGE (modificationtime)" if table == PARTITIONED else ""
        ddl.append(f"CREATE TABLE IF NOT EXISTS {schema}.{table} ({', '.join(lines)}){partitions}")
        ddl += [
            f"CREATE INDEX IF NOT EXISTS {index} ON {schema}.{table} ({', '.join(keys)})"
            for index, keys in indexes_of(table).items()
        ]
    return ddl


def ensure_partitions(connection: Connection, first: date, last: date) -> None:
    """Make the monthly partitions of JOBSARCHIVED4 from the month of `first` to that of `last`, both included."""
    for number in range(first.year * 12 + first.month - 1, last.year * 12 + last.month):
        ensure_month(connection, number // 12, number % 12 + 1)


def ensure_month(connection: Connection, year: int, month: int) -> None:
    """Make one monthly partition of JOBSARCHIVED4 if it is not there, in the caller's transaction.

    `connection` is any DB-API connection. The partition is attached to the parent, which, other than CREATE TABLE ...
    PARTITION OF, lets others read and write the parent until this transaction ends.
    """
    if make_month(connection, year, month):
        attach_month(connection, year, month)


def make_month(connection: Connection, year: int, month: int) -> bool:
    """Make the table of a month without indexes and outside the parent, to be filled fast; False if it is there.

    The name stays locked to this transaction, so two loads that want the same month come one after the other.
    """
    partition = month_table(year, month)
    with closing(connection.cursor()) as cursor:
        if _exists(cursor, partition):
            return False
        cursor.execute(f"SELECT pg_advisory_xact_lock(hashtext('{partition}'))")
        if _exists(cursor, partition):  # another session was first
            return False
        cursor.execute(f"CREATE TABLE {partition} (LIKE {PARENT} INCLUDING DEFAULTS)")
    return True


def attach_month(connection: Connection, year: int, month: int) -> None:
    """Make the table of a month a partition of its parent; this builds its indexes."""
    following = f"{year + month // 12:04}-{month % 12 + 1:02}-01"
    with closing(connection.cursor()) as cursor:
        cursor.execute(
            f"ALTER TABLE {PARENT} ATTACH PARTITION {month_table(year, month)} "
            f"FOR VALUES FROM ('{year:04}-{month:02}-01') TO ('{following}')"
        )


def month_table(year: int, month: int) -> str:
    """The name of a monthly partition, with its schema."""
    return f"{PARENT}_p{year:04}_{month:02}"


def _exists(cursor: Cursor, table: str) -> bool:
    cursor.execute(f"SELECT to_regclass('{table}') IS NOT NULL")
    row = cursor.fetchone()
    return row is not None and bool(row[0])


def _definition(column: Column) -> str:
    """A column's line in CREATE TABLE."""
    text = f"{column.name} {column.pg_type}"
    if column.default:
        bare = column.kind in ("integer", "decimal") or column.default == NOW_UTC
        text += f" DEFAULT {column.default if bare else repr(column.default)}"
    return text if column.nullable else text + " NOT NULL"
