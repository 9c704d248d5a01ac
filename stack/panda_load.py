"""Rows into PanDA's job tables as Arrow, many and fast, all or none."""

from __future__ import annotations

from collections.abc import Iterator
from concurrent.futures import ThreadPoolExecutor
from contextlib import contextmanager
from typing import TypeVar

import adbc_driver_postgresql.dbapi as postgres
import pyarrow as pa
import pyarrow.compute as pc
from adbc_driver_manager import Error, IntegrityError

from data_models.job_record import Column
from stack.errors import StackError
from stack.panda_schema import PARTITIONED, SCHEMAS, attach_month, columns_of, make_month, month_table

Item = TypeVar("Item")
UNIQUE_VIOLATION = "23505"
# Binary COPY takes a column in its own width only.
INTEGER_TYPES = {"smallint": pa.int16(), "integer": pa.int32(), "bigint": pa.int64()}


class DuplicateKeyError(StackError):
    """A row whose primary key is there already; `key` is the key as PostgreSQL writes it."""

    def __init__(self, key: str) -> None:
        """Keep the key."""
        super().__init__(f"the primary key {key} occurs twice")
        self.key = key


class Load:
    """One transaction that adds rows to job tables; made by `loading`."""

    def __init__(self, connection: postgres.Connection) -> None:
        """Work on an open connection, in its transaction."""
        self.connection = connection
        self.cursor = connection.cursor()
        self.known_months: set[tuple[int, int]] = set()
        self.new_months: list[tuple[int, int]] = []

    def add(self, table: str, rows: pa.Table) -> None:
        """Add rows, whose columns have the contract's names and Arrow types; missing ones get the table's default."""
        columns = {column.name: column for column in columns_of(table)}
        rows = pa.table({name: _for_postgres(rows[name], columns[name]) for name in rows.schema.names})
        if table != PARTITIONED:
            self._copy(f"{SCHEMAS[table]}.{table}", rows)
            return
        months = pc.floor_temporal(rows["modificationtime"], unit="month")
        for month in months.unique():
            self._copy(self._month(month.as_py().year, month.as_py().month), rows.filter(pc.equal(months, month)))

    def execute(self, sql: str) -> tuple | None:
        """Run a statement in the transaction; the first row of its result, if it has one."""
        self.cursor.execute(sql)
        return self.cursor.fetchone() if self.cursor.description else None

    def finish(self) -> None:
        """Attach the new months, and commit."""
        for month in self.new_months:
            attach_month(self.connection, *month)
        self.connection.commit()

    def _month(self, year: int, month: int) -> str:
        """The table of a month. A new one stays outside the parent, without indexes, until it is filled."""
        if (year, month) not in self.known_months:
            if make_month(self.connection, year, month):
                self.new_months.append((year, month))
            self.known_months.add((year, month))
        return month_table(year, month)

    def _copy(self, name: str, rows: pa.Table) -> None:
        schema, table = name.split(".")
        self.cursor.adbc_ingest(table, rows, mode="append", db_schema_name=schema)


@contextmanager
def loading(uri: str) -> Iterator[Load]:
    """A load that is committed at the end of the block and rolled back if the block raises.

    Raises DuplicateKeyError, and StackError for what else the server refuses.
    """
    try:
        with postgres.connect(uri) as connection:
            load = Load(connection)
            with load.cursor:
                yield load
                load.finish()
    except Error as problem:
        details = {key.decode(): value.decode() for key, value in problem.details}
        if isinstance(problem, IntegrityError) and problem.sqlstate == UNIQUE_VIOLATION:
            raise DuplicateKeyError(details["PG_DIAG_MESSAGE_DETAIL"]) from problem
        message = details.get("PG_DIAG_MESSAGE_PRIMARY") or str(problem)
        raise StackError(f"PostgreSQL: {' '.join(message.split())}") from problem


def ahead(items: Iterator[Item]) -> Iterator[Item]:
    """The items, each made in a thread of its own while the one before is worked on: read on while PostgreSQL loads."""
    with ThreadPoolExecutor(1) as pool:
        following = pool.submit(next, items, None)
        while (item := following.result()) is not None:
            following = pool.submit(next, items, None)
            yield item


def _for_postgres(values: pa.ChunkedArray, column: Column) -> pa.ChunkedArray:
    if column.kind == "integer":
        return values.cast(INTEGER_TYPES[column.pg_type])
    return values.cast(pa.timestamp("us")) if column.kind == "time" else values
