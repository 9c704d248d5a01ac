"""PanDA on PostgreSQL, read through ADBC: rows arrive as Arrow batches and never become Python objects.

The snapshot is exported by one session that stays open until the last slice has been read; every other session joins
it. If that session dies, slices that have not joined yet fail, and the window is extracted anew.
"""

from __future__ import annotations

from collections.abc import Iterator
from contextlib import contextmanager
from datetime import UTC, datetime, timedelta

import adbc_driver_postgresql.dbapi as adbc
import pyarrow as pa

from data_models.job_record import Column, columns, table_columns
from data_models.ledger import microseconds
from data_models.panda_sql.postgres import BEGIN, PandaPostgres, pinned, within
from data_models.window import Window, split
from spark_jobs.sources import control_totals
from spark_jobs.sources.protocol import (
    HourTotals,
    SchemaRejected,
    Slice,
    Snapshot,
    SourceConfigurationError,
)

# JOBSARCHIVED4 has an index that starts with MODIFICATIONTIME; the long archive has none and is one table.
SEGMENTS = ("doma_panda.jobsarchived4", "doma_pandaarch.jobsarchived")
TIME_INDEXED = SEGMENTS[0]
# A table without an index on MODIFICATIONTIME is read whole; up to this size that spares the source (64 MB).
SCANNABLE_PAGES = 8192
SHORTEST_SLICE = timedelta(minutes=15)
SLICES_A_WINDOW = 24
# The exporting session does nothing while slices are read: it must not be ended for that.
KEEPER_OPTIONS = "SET idle_in_transaction_session_timeout = 0"
PG_NAMES = {
    "smallint": "smallint",
    "integer": "integer",
    "bigint": "bigint",
    "text": "text",
    "timestamp": "timestamp without time zone",
}


class Source(PandaPostgres):
    """A PostgreSQL server with PanDA's schemas, as a source of loads."""

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
        parts = " UNION ALL ".join(f"SELECT {wanted} FROM {segment} WHERE {within(window)}" for segment in SEGMENTS)
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
            cursor.execute(f"SELECT {names} FROM {part.segment} WHERE {within(part.window)}")
            try:
                for batch in cursor.fetch_record_batch():
                    yield pinned(batch)
            except (adbc.Error, pa.ArrowInvalid) as error:
                raise self.explained(error, part.segment) from error

    @contextmanager
    def _session(self, snapshot: Snapshot | None = None) -> Iterator[adbc.Cursor]:
        """A session, that sees a snapshot."""
        with self.session() as cursor:
            if snapshot:
                cursor.execute(BEGIN)
                cursor.execute(f"SET TRANSACTION SNAPSHOT '{snapshot.token}'")
            yield cursor

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


def wanted_type(column: Column) -> str:
    """The type of a column as PostgreSQL's catalogue writes it; the width of a text does not matter."""
    if column.kind == "decimal":
        return "numeric({},{})".format(*column.precision_scale)
    if column.kind == "text" and column.pg_type != "text":
        return "character" if column.padded else "character varying"
    return PG_NAMES[column.pg_type]


def _pg_type(data_type: str, precision: int | None, scale: int | None) -> str:
    return f"numeric({precision},{scale})" if data_type == "numeric" else data_type
