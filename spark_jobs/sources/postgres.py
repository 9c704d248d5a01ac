"""PanDA on PostgreSQL, read through ADBC: rows arrive as Arrow batches and never become Python objects.

The snapshot is exported by one session that stays open until the last slice has been read; every other session joins
it. If that session dies, slices that have not joined yet fail, and the window is extracted anew.
"""

from __future__ import annotations

from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass, field
from datetime import UTC, datetime, timedelta
from urllib.parse import quote

import adbc_driver_postgresql.dbapi as adbc
import pyarrow as pa
import pyarrow.compute as pc

from data_models import settings
from data_models.job_record import Column, arrow_schema, by_name, columns, table_columns
from data_models.ledger import microseconds
from data_models.window import Window, split
from spark_jobs.sources import control_totals
from spark_jobs.sources.protocol import (
    HourTotals,
    SchemaRejected,
    Slice,
    Snapshot,
    SourceConfigurationError,
    SourceError,
    SourceUnavailable,
)

# JOBSARCHIVED4 has an index that starts with MODIFICATIONTIME; the long archive has none and is one table.
SEGMENTS = ("doma_panda.jobsarchived4", "doma_pandaarch.jobsarchived")
TIME_INDEXED = SEGMENTS[0]
# A table without an index on MODIFICATIONTIME is read whole; up to this size that spares the source (64 MB).
SCANNABLE_PAGES = 8192
SHORTEST_SLICE = timedelta(minutes=15)
SLICES_A_WINDOW = 24
CONNECT_SECONDS = 10
# The exporting session does nothing while slices are read: it must not be ended for that.
KEEPER_OPTIONS = "SET idle_in_transaction_session_timeout = 0"
BEGIN = "BEGIN TRANSACTION ISOLATION LEVEL REPEATABLE READ READ ONLY"
PG_NAMES = {
    "smallint": "smallint",
    "integer": "integer",
    "bigint": "bigint",
    "text": "text",
    "timestamp": "timestamp without time zone",
}


@dataclass(frozen=True)
class Source:
    """A PostgreSQL server with PanDA's schemas; the password is kept out of every text that this class makes."""

    host: str
    port: str
    database: str
    user: str
    password: str = field(repr=False)

    @classmethod
    def from_settings(cls) -> Source:
        """By HMSF_PG_HOST, _PORT, _DATABASE, _USER and _PASSWORD."""
        return cls(*(settings.text(f"HMSF_PG_{name}") for name in ("HOST", "PORT", "DATABASE", "USER", "PASSWORD")))

    @property
    def where(self) -> str:
        """The server in words, for messages."""
        return f"PostgreSQL {self.user}@{self.host}:{self.port}/{self.database}"

    @contextmanager
    def snapshot(self, window: Window) -> Iterator[Snapshot]:
        """Export a snapshot, of all windows; T is the clock in the very statement that takes it. Raises SourceError."""
        with self._session() as cursor:
            cursor.execute(KEEPER_OPTIONS)
            cursor.execute(BEGIN)
            cursor.execute("SELECT pg_export_snapshot(), statement_timestamp()")
            token, taken = cursor.fetchone()
            yield Snapshot(microseconds(taken.astimezone(UTC)), token, self._column_warnings(cursor))

    def control_totals(self, snapshot: Snapshot, window: Window) -> dict[datetime, HourTotals]:
        """Totals by hour, counted in the snapshot over all segments."""
        wanted = ", ".join(control_totals.COLUMNS)
        parts = " UNION ALL ".join(f"SELECT {wanted} FROM {segment} WHERE {_within(window)}" for segment in SEGMENTS)
        with self._session(snapshot) as cursor:
            cursor.execute(control_totals.statement(f"({parts}) AS archived"))
            return control_totals.totals(cursor.fetchall())

    def slices(self, snapshot: Snapshot, window: Window) -> list[Slice]:
        """24 parts, but none under 15 minutes, where an index starts with MODIFICATIONTIME; else the whole window."""
        with self._session(snapshot) as cursor:
            self._require_scannable(cursor)
        step = max(SHORTEST_SLICE, (window.end - window.start) / SLICES_A_WINDOW)
        parts = [(TIME_INDEXED, 0, part) for part in split(window, step)]
        parts += [(segment, rank, window) for rank, segment in enumerate(SEGMENTS) if segment != TIME_INDEXED]
        return [Slice(number, *part) for number, part in enumerate(parts)]

    def read(self, snapshot: Snapshot, part: Slice) -> Iterator[pa.RecordBatch]:
        """The records of a slice, cast to the pinned schema."""
        names = ", ".join(column.name for column in columns())
        with self._session(snapshot) as cursor:
            cursor.execute(f"SELECT {names} FROM {part.segment} WHERE {_within(part.window)}")
            try:
                for batch in cursor.fetch_record_batch():
                    yield pinned(batch)
            except (adbc.Error, pa.ArrowInvalid) as error:
                raise self._explained(error, part.segment) from error

    @contextmanager
    def _session(self, snapshot: Snapshot | None = None) -> Iterator[adbc.Cursor]:
        user, password, database = (quote(text, safe="") for text in (self.user, self.password, self.database))
        uri = (
            f"postgresql://{user}:{password}@{self.host}:{self.port}/{database}"
            f"?connect_timeout={CONNECT_SECONDS}&application_name=hmsf&options=-c%20timezone%3DUTC"
        )
        try:
            with adbc.connect(uri, autocommit=True) as connection, connection.cursor() as cursor:
                cursor.execute("SET default_transaction_read_only = on")
                if snapshot:
                    cursor.execute(BEGIN)
                    cursor.execute(f"SET TRANSACTION SNAPSHOT '{snapshot.token}'")
                yield cursor
        except adbc.Error as error:
            raise self._explained(error) from error

    def _explained(self, error: Exception, table: str = "") -> SourceError:
        """The driver's error as one that says whether to retry and what to do; never with the connection's text."""
        text = str(error).replace(self.password, "***") if self.password else str(error)
        state = getattr(error, "sqlstate", "") or ""
        at = f"{self.where}{', table ' + table if table else ''}: "
        if "password authentication failed" in text or state.startswith("28"):
            return SourceConfigurationError(f"{at}log-in refused; set HMSF_PG_USER and HMSF_PG_PASSWORD")
        if state == "42501":
            return SourceConfigurationError(f"{at}no right to read; grant SELECT to {self.user}: {text}")
        if state.startswith("42") or state.startswith("3D") or "does not exist" in text:
            return SourceConfigurationError(f"{at}{text}")
        if isinstance(error, pa.ArrowInvalid):
            return SchemaRejected(f"{at}a value does not fit the pinned schema: {text}")
        return SourceUnavailable(f"{at}{text.strip()}; see that the server is up, then run the step again")

    def _column_warnings(self, cursor: adbc.Cursor) -> tuple[str, ...]:
        """New columns, as warnings. Raises SchemaRejected for a missing column or a changed type."""
        warnings = []
        for segment in SEGMENTS:
            schema, table = segment.split(".")
            cursor.execute(
                "SELECT column_name, data_type, numeric_precision, numeric_scale FROM information_schema.columns "
                "WHERE table_schema = $1 AND table_name = $2",
                (schema, table),
            )
            present = {name: _pg_type(*of_type) for name, *of_type in cursor.fetchall()}
            if not present:
                raise SourceConfigurationError(
                    f"{self.where}: table {segment} is not there or {self.user} may not see it; grant SELECT on it"
                )
            for column in columns():
                found, wanted = present.get(column.name), wanted_type(column)
                if found != wanted:
                    raise SchemaRejected(
                        f"{self.where}, table {segment}: column {column.name} is {found or 'missing'}, the contract "
                        f"(data_models/data/job_columns.csv) says {wanted}; bring the two together before loading"
                    )
            known = {column.name for column in table_columns()}
            warnings += [f"{segment}: new column {name} is not archived" for name in sorted(present.keys() - known)]
        return tuple(warnings)

    def _require_scannable(self, cursor: adbc.Cursor) -> None:
        """Refuse to scan a big table that has no index that starts with MODIFICATIONTIME."""
        for segment in SEGMENTS:
            cursor.execute(
                "SELECT pg_relation_size($1::regclass) / current_setting('block_size')::int, EXISTS ("
                "SELECT FROM pg_index i JOIN pg_attribute a ON a.attrelid = i.indrelid AND a.attnum = i.indkey[0] "
                "WHERE i.indrelid = $1::regclass AND a.attname = 'modificationtime' AND i.indisvalid)",
                (segment,),
            )
            pages, indexed = cursor.fetchone()
            if not indexed and pages > SCANNABLE_PAGES:
                raise SourceConfigurationError(
                    f"{self.where}: {segment} has {pages} pages and no index that starts with modificationtime; a "
                    "window would scan all of it. Create one: CREATE INDEX CONCURRENTLY ON "
                    f"{segment} (modificationtime)"
                )


def pinned(batch: pa.RecordBatch) -> pa.RecordBatch:
    """A batch in the pinned schema: 64-bit integers, decimals from the driver's text, UTC, CHAR without padding."""
    schema = arrow_schema()
    arrays = []
    for field_ in schema:
        array = batch[field_.name]
        if by_name()[field_.name].padded:
            array = pc.utf8_rtrim(array.cast(pa.string()), characters=" ")
        arrays.append(array.cast(field_.type))
    return pa.RecordBatch.from_arrays(arrays, schema=schema)


def _within(window: Window) -> str:
    """The half-open window as a condition on the bare column, so that partitions are pruned and the index is used."""
    start, end = (edge.strftime("%Y-%m-%d %H:%M:%S.%f") for edge in (window.start, window.end))
    return f"modificationtime >= TIMESTAMP '{start}' AND modificationtime < TIMESTAMP '{end}'"


def wanted_type(column: Column) -> str:
    """The type of a column as PostgreSQL's catalogue writes it; the width of a text does not matter."""
    if column.kind == "decimal":
        return "numeric({},{})".format(*column.precision_scale)
    if column.kind == "text" and column.pg_type != "text":
        return "character" if column.padded else "character varying"
    return PG_NAMES[column.pg_type]


def _pg_type(data_type: str, precision: int | None, scale: int | None) -> str:
    return f"numeric({precision},{scale})" if data_type == "numeric" else data_type
