"""One session on Oracle: statements with typed binds, rows as tuples, or as Arrow batches in a pinned schema."""

from __future__ import annotations

from collections.abc import Callable, Iterator, Mapping
from datetime import UTC, datetime
from typing import Any

import oracledb
import pyarrow as pa

from data_models.panda_sql import oracle_statement as sql
from data_models.panda_sql.errors import SchemaRejected, SourceError

Value = str | int | datetime | None


class Session:
    """A connection that belongs to one purpose and cannot write. Every driver error leaves it as a SourceError."""

    def __init__(
        self, connection: oracledb.Connection, fetch_rows: int, explained: Callable[[oracledb.Error, str], SourceError]
    ) -> None:
        """`fetch_rows`: rows a round trip, as array size and as prefetch."""
        self._connection = connection
        self._fetch_rows = fetch_rows
        self._explained = explained

    def begin(self) -> None:
        """Make the session's transaction a read-only one."""
        self.run(sql.READ_ONLY)

    def run(self, statement: sql.Statement) -> None:
        """A statement without a result."""
        self._execute(statement, {})

    def rows(self, statement: sql.Statement, values: Mapping[str, Value]) -> list[tuple]:
        """All rows of a short result."""
        return self._execute(statement, values, fetch=True)[0]

    def columns(self, statement: sql.Statement, values: Mapping[str, Value]) -> list[oracledb.FetchInfo]:
        """The columns of a statement's result."""
        return self._execute(statement, values, fetch=True)[1]

    def batches(
        self, statement: sql.Statement, values: Mapping[str, Value], schema: pa.Schema
    ) -> Iterator[pa.RecordBatch]:
        """The rows as Arrow batches, in types and names of `schema`, without becoming Python objects."""
        try:
            with self._connection.cursor() as binder:
                frames = self._connection.fetch_df_batches(
                    statement.text,
                    _binds(binder, statement, values),
                    size=self._fetch_rows,
                    requested_schema=schema,
                )
                for frame in frames:
                    yield from pa.table(frame).to_batches()
        except oracledb.Error as error:
            raise self._explained(error, f"{statement.name} of {statement.reads}") from error
        except (ValueError, OverflowError) as error:  # Arrow's errors are ValueErrors
            raise SchemaRejected(
                f"{statement.name} of {statement.reads}: a value does not fit the pinned schema: {error}; bring the "
                "table and data_models/data/job_columns.csv together"
            ) from error

    def _execute(
        self, statement: sql.Statement, values: Mapping[str, Value], fetch: bool = False
    ) -> tuple[list[tuple], list[oracledb.FetchInfo]]:
        try:
            with self._connection.cursor() as cursor:
                cursor.arraysize = cursor.prefetchrows = self._fetch_rows
                cursor.execute(statement.text, _binds(cursor, statement, values))
                return (cursor.fetchall(), list(cursor.description)) if fetch else ([], [])
        except oracledb.Error as error:
            raise self._explained(error, f"{statement.name} of {statement.reads}") from error


def _binds(cursor: oracledb.Cursor, statement: sql.Statement, values: Mapping[str, Value]) -> dict[str, Any]:
    """Variables of the statement's own types: what Python values look like decides nothing."""
    variables = {}
    for name, db_type in statement.binds.items():
        variables[name] = cursor.var(db_type)
        variables[name].setvalue(0, naive_utc(values[name]))
    return variables


def naive_utc(value: Value) -> Value:
    """A time as the database keeps it: UTC without a zone; the driver would drop the zone and keep the digits."""
    return value.astimezone(UTC).replace(tzinfo=None) if isinstance(value, datetime) else value
