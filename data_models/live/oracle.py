"""What readers ask PanDA's Oracle: hours of JOBSARCHIVED4, one job, and the jobs that are not completed.

All of a question is read in one read-only transaction, so at one instant.
"""

from __future__ import annotations

import logging
from collections import Counter
from collections.abc import Iterable, Mapping
from dataclasses import dataclass, replace
from datetime import UTC, datetime

import pyarrow as pa

from data_models import settings
from data_models.job_record import arrow_schema
from data_models.live.equal import equal
from data_models.live.hour import COLUMNS, SCHEMA
from data_models.live.in_turn import read_in_turn
from data_models.panda_sql.oracle_database import MAIN, Database
from data_models.panda_sql.oracle_errors import NotReadable
from data_models.panda_sql.oracle_records import pinned, requested_schema
from data_models.panda_sql.oracle_session import Session
from data_models.panda_sql.oracle_statement import WITHIN, Statement
from data_models.window import Window, hour_window

CLOCK = Statement(
    "clock", "with every question: its instant", "nothing", "SELECT SYS_EXTRACT_UTC(SYSTIMESTAMP) AS taken FROM dual"
)
OPERATIONAL = ("JOBSDEFINED4", "JOBSACTIVE4")
CALL_SECONDS = 20
log = logging.getLogger(__name__)


def hour_records(table: str) -> Statement:
    """The jobs of an hour, in the columns that live hours are counted from; no more than are counted."""
    names = ", ".join(requested_schema(COLUMNS).names)
    return Statement(
        "hour_records",
        "for hours that are not archived: their jobs",
        table,
        f"SELECT {names} FROM {table} WHERE {WITHIN} FETCH FIRST :most_rows ROWS ONLY",
    )


def job_record(table: str) -> Statement:
    """A job, in all columns."""
    return Statement(
        "job_record",
        "for one job: its record",
        table,
        f"SELECT {', '.join(arrow_schema().names)} FROM {table} WHERE pandaid = :pandaid FETCH FIRST 2 ROWS ONLY",
    )


def job_states(table: str, values: Mapping[str, object]) -> Statement:
    """Jobs by state; `values`: of columns, to be given as binds of the same names."""
    conditions = " AND ".join(equal(name, value, f":{name}") for name, value in values.items())
    where = f" WHERE {conditions}" if conditions else ""
    return Statement(
        "job_states",
        "for jobs on their way: how many are in which state",
        table,
        f"SELECT jobstatus, COUNT(*) AS n FROM {table}{where} GROUP BY jobstatus",
    )


@dataclass(frozen=True)
class LiveOracle:
    """PanDA's Oracle as the monitor asks it."""

    database: Database
    schema: str

    @classmethod
    def from_settings(cls) -> LiveOracle:
        """By HMSF_ORACLE_*. Raises SourceConfigurationError."""
        # A page does not wait as long as a load.
        database = replace(Database.from_settings(MAIN), call_seconds=CALL_SECONDS)
        return cls(database, settings.text("HMSF_ORACLE_SCHEMA"))

    @property
    def where(self) -> str:
        """The database in words, for messages."""
        return self.database.where

    @property
    def archived(self) -> str:
        """The table of recently completed jobs."""
        return f"{self.schema}.JOBSARCHIVED4"

    def ping(self) -> None:
        """Raises SourceError where the database does not answer."""
        with self.database.session("health", "now") as session:
            session.rows(CLOCK, {})

    def read_hours(self, wanted: list[datetime], most_rows: int) -> tuple[datetime, dict[datetime, pa.Table]]:
        """See `data_models.live.hours.JobsArchived`; hours that would take longer than a call may are left out."""
        statement = hour_records(self.archived)
        with self.database.session("live hours", str(Window(min(wanted), hour_window(max(wanted)).end))) as session:
            as_of = instant(session)

            def read(hour: datetime, most: int) -> pa.Table:
                window = hour_window(hour)
                binds = {"window_start": window.start, "window_end": window.end, "most_rows": most}
                return records(session, statement, binds, SCHEMA)

            return as_of, read_in_turn(wanted, most_rows, CALL_SECONDS, read)

    def job(self, pandaid: int) -> tuple[pa.Table, bool] | None:
        """The records of a job and whether it is completed; None if there is none. Raises SourceError."""
        with self.database.session("job", str(pandaid)) as session:
            for table in (self.archived, *self._operational()):
                try:
                    rows = records(session, job_record(table), {"pandaid": pandaid}, arrow_schema())
                except NotReadable as error:
                    if table == self.archived:
                        raise
                    log.warning("%s", error)
                    continue
                if len(rows):
                    return rows, table == self.archived
        return None

    def active_states(self, values: Mapping[str, str | int]) -> tuple[datetime, list[tuple[str, int]]]:
        """The instant, and jobs by state that are not completed; `values`: of columns of the job tables."""
        counted: Counter[str] = Counter()
        with self.database.session("active jobs", "now") as session:
            as_of = instant(session)
            for table in self._operational():
                try:
                    counted.update(dict(session.rows(job_states(table, values), values)))
                except NotReadable as error:
                    log.warning("%s", error)
        return as_of, sorted(counted.items(), key=lambda one: (-one[1], one[0] or ""))

    def _operational(self) -> Iterable[str]:
        return (f"{self.schema}.{name}" for name in OPERATIONAL)


def instant(session: Session) -> datetime:
    """The database's clock (UTC)."""
    ((taken,),) = session.rows(CLOCK, {})
    return taken.replace(tzinfo=UTC)


def records(session: Session, statement: Statement, binds: Mapping[str, object], schema: pa.Schema) -> pa.Table:
    """The rows of a statement in pinned types, in the columns of `schema`."""
    batches = [
        pinned(batch).select(schema.names)
        for batch in session.batches(statement, binds, requested_schema(schema.names))
    ]
    return pa.Table.from_batches(batches, schema) if batches else schema.empty_table()
