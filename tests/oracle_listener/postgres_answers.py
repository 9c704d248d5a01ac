"""Answers from PostgreSQL: a connection for each open result, at the snapshot that its statement or session reads."""

from __future__ import annotations

import threading
from collections.abc import Iterator, Sequence
from contextlib import contextmanager
from datetime import timedelta, timezone
from typing import Any

import psycopg2
import psycopg2.extensions

from .session import Done, Result, Role, Session
from .snapshots import BEGIN, Scn, Snapshots
from .sql import statements
from .sql.statements import Translated
from .sql.translator import Context
from .wire.column_types import Code
from .wire.errors import OraError, ora
from .wire.values import Value

ROWS_AT_ONCE = 2000
# PostgreSQL's states as the errors that Oracle would give.
STATES = {
    "21000": 1427,
    "22003": 1426,
    "22007": 1861,
    "22008": 1843,
    "22012": 1476,
    "22P02": 1722,
    "42803": 979,
    "42804": 1790,
    "42P01": 942,
    "42P10": 1791,
}


class PostgresAnswers:
    """Answers of the database at `uri`, which is only read. `offset`: the zone of the "database's machine"."""

    def __init__(self, uri: str, offset: str = "+00:00") -> None:
        self._uri = uri
        self._offset = offset
        self.role = Role()
        self._lock = threading.Lock()
        self._idle: list[Any] = []
        self.snapshots = Snapshots(self._connect)

    def execute(self, session: Session, sql: str, values: Sequence[Value]) -> Result | Done:
        """Run a statement. Raises OraError."""
        session.database_offset, session.role = self._offset, self.role
        word = statements.first_word(sql)
        if word in ("SELECT", "WITH"):
            return self._query(session, sql, values)
        if word in ("COMMIT", "ROLLBACK"):
            self.end_transaction(session)
        elif statements.begins_read_only(sql):
            self.end_transaction(session)
            session.transaction = self.snapshots.private()
        elif (settings := statements.settings_of(sql)) is not None:
            session.parameters |= settings
            session.schema = settings.get("CURRENT_SCHEMA", session.schema).upper()
        else:
            raise statements.refusal(sql, session.transaction is not None)
        return Done()

    def end_transaction(self, session: Session) -> None:
        """Let go of a READ ONLY transaction's snapshot."""
        if session.transaction:
            session.transaction.keeper.close()
            session.transaction = None

    def close(self) -> None:
        """Give all connections back."""
        self.snapshots.expire()
        with self._lock:
            idle, self._idle = self._idle, []
        for connection in idle:
            connection.close()

    def _query(self, session: Session, sql: str, values: Sequence[Value]) -> Result:
        tree = statements.parsed(sql)
        statements.require_fresh(session)
        scn = self.snapshots.take() if statements.takes_scn(tree, session) else None
        context = Context(session, self._ask, values, scn)
        query = statements.translated(tree, context)
        snapshot = session.transaction if query.scn is None else self.snapshots.find(query.scn)
        rows = self._rows(query, snapshot)
        next(rows)  # runs the statement, so that its errors come now
        return Result(query.columns, _zoned(query, rows, self._offset))

    def _rows(self, query: Translated, snapshot: Scn | None) -> Iterator[Any]:
        """First nothing, when the statement has been run, then the rows."""
        with self._connection() as connection, connection.cursor() as cursor, _explained(query):
            cursor.execute(BEGIN)
            if snapshot:
                cursor.execute(f"SET TRANSACTION SNAPSHOT '{snapshot.token}'")
            cursor.execute(f"DECLARE rows NO SCROLL CURSOR FOR {query.sql}")
            cursor.execute(f"FETCH {ROWS_AT_ONCE} FROM rows")
            yield
            while rows := cursor.fetchall():
                yield from rows
                cursor.execute(f"FETCH {ROWS_AT_ONCE} FROM rows")

    @contextmanager
    def _connection(self) -> Iterator[Any]:
        """A connection that nobody else uses meanwhile."""
        with self._lock:
            connection = self._idle.pop() if self._idle else None
        connection = connection or self._connect()
        try:
            yield connection
        finally:
            if not connection.closed:
                with connection.cursor() as cursor:
                    cursor.execute("ROLLBACK")
                with self._lock:
                    self._idle.append(connection)

    def _ask(self, sql: str, *values: object) -> list[tuple]:
        """A question to PostgreSQL's catalogue."""
        with self._connection() as connection, connection.cursor() as cursor:
            cursor.execute(sql, values or None)
            return cursor.fetchall()

    def _connect(self) -> Any:
        connection = psycopg2.connect(self._uri, options="-c timezone=UTC", application_name="oracle listener")
        connection.autocommit = True
        return connection


@contextmanager
def _explained(query: Translated) -> Iterator[None]:
    """PostgreSQL's errors as Oracle's. One that has no counterpart shows the statement: the translation is at fault."""
    try:
        yield
    except psycopg2.Error as error:
        if (code := STATES.get(error.pgcode or "")) is not None:
            raise ora(code) from error
        if "snapshot" in str(error):
            raise ora(1555) from error
        raise OraError(600, f"ORA-00600: internal error code, arguments: [{error}], [{query.sql[:500]}]") from error


def _zoned(query: Translated, rows: Iterator[tuple], offset: str) -> Iterator[tuple]:
    """The rows, with times with zone as a clock at the database's machine would show them."""
    places = [at for at, column in enumerate(query.columns) if column.type.code == Code.TIMESTAMP_TZ]
    if not places:
        return rows
    hours, minutes = offset[1:].split(":")
    shift = timedelta(hours=int(hours), minutes=int(minutes)) * (-1 if offset.startswith("-") else 1)
    return (
        tuple(
            value.astimezone(timezone(shift)) if at in places and value is not None else value
            for at, value in enumerate(row)
        )
        for row in rows
    )
