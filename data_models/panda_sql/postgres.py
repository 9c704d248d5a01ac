"""Sessions on PanDA's PostgreSQL through ADBC: read-only, in UTC, rows as Arrow batches in the pinned types."""

from __future__ import annotations

from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass, field
from typing import Self
from urllib.parse import quote

import adbc_driver_postgresql.dbapi as adbc
import pyarrow as pa
import pyarrow.compute as pc

from data_models import settings
from data_models.job_record import arrow_schema, by_name
from data_models.panda_sql.errors import SchemaRejected, SourceConfigurationError, SourceError, SourceUnavailable
from data_models.window import Window

CONNECT_SECONDS = 10
# A server that is gone in the midst of a statement is noticed within half a minute; the system's default is two hours.
GONE = "keepalives_idle=10&keepalives_interval=5&keepalives_count=4&tcp_user_timeout=30000"
BEGIN = "BEGIN TRANSACTION ISOLATION LEVEL REPEATABLE READ READ ONLY"


@dataclass(frozen=True)
class PandaPostgres:
    """A PostgreSQL server with PanDA's schemas; the password is kept out of every text that this class makes."""

    host: str
    port: str
    database: str
    user: str
    password: str = field(repr=False)

    @classmethod
    def from_settings(cls) -> Self:
        """By HMSF_PG_HOST, _PORT, _DATABASE, _USER and _PASSWORD."""
        return cls(*(settings.text(f"HMSF_PG_{name}") for name in ("HOST", "PORT", "DATABASE", "USER", "PASSWORD")))

    @property
    def where(self) -> str:
        """The server in words, for messages."""
        return f"PostgreSQL {self.user}@{self.host}:{self.port}/{self.database}"

    @contextmanager
    def session(self) -> Iterator[adbc.Cursor]:
        """A cursor of a session of its own that cannot write. Raises SourceError."""
        user, password, database = (quote(text, safe="") for text in (self.user, self.password, self.database))
        uri = (
            f"postgresql://{user}:{password}@{self.host}:{self.port}/{database}"
            f"?connect_timeout={CONNECT_SECONDS}&application_name=hmsf&options=-c%20timezone%3DUTC&{GONE}"
        )
        try:
            with adbc.connect(uri, autocommit=True) as connection, connection.cursor() as cursor:
                cursor.execute("SET default_transaction_read_only = on")
                yield cursor
        except adbc.Error as error:
            raise self.explained(error) from error

    def explained(self, error: Exception, table: str = "") -> SourceError:
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


def pinned(batch: pa.RecordBatch, schema: pa.Schema | None = None) -> pa.RecordBatch:
    """A batch in the pinned schema, or in a part of it: 64-bit integers, decimals from the driver's text, UTC, CHAR
    without padding."""
    schema = schema or arrow_schema()
    arrays = []
    for field_ in schema:
        array = batch[field_.name]
        if by_name()[field_.name].padded:
            array = pc.utf8_rtrim(array.cast(pa.string()), characters=" ")
        arrays.append(array.cast(field_.type))
    return pa.RecordBatch.from_arrays(arrays, schema=schema)


def within(window: Window) -> str:
    """The half-open window as a condition on the bare column, so that partitions are pruned and the index is used."""
    start, end = (edge.strftime("%Y-%m-%d %H:%M:%S.%f") for edge in (window.start, window.end))
    return f"modificationtime >= TIMESTAMP '{start}' AND modificationtime < TIMESTAMP '{end}'"
