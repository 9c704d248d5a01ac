"""What readers ask PanDA's PostgreSQL: hours of JOBSARCHIVED4, one job, and the jobs that are not completed."""

from __future__ import annotations

from collections.abc import Mapping
from datetime import UTC, datetime

import adbc_driver_postgresql.dbapi as adbc
import pyarrow as pa

from data_models.job_record import arrow_schema
from data_models.live.equal import equal
from data_models.live.hour import COLUMNS, SCHEMA
from data_models.live.in_turn import read_in_turn
from data_models.panda_sql.postgres import BEGIN, PandaPostgres, pinned, within
from data_models.window import hour_window

ARCHIVED = "doma_panda.jobsarchived4"
# Jobs on their way: those not released, and those released up to the last step.
OPERATIONAL = ("doma_panda.jobsdefined4", "doma_panda.jobsactive4")
# A page does not wait longer, and the database is not kept busy longer, for one question.
STATEMENT_SECONDS = 20


class LivePostgres(PandaPostgres):
    """PanDA's PostgreSQL as the monitor asks it; values are bound, never written into a statement."""

    def read_hours(self, wanted: list[datetime], most_rows: int) -> tuple[datetime, dict[datetime, pa.Table]]:
        """See `data_models.live.hours.JobsArchived`; hours that would take longer than a statement may are left out."""
        with self.session() as cursor:
            self._spare(cursor)
            cursor.execute(BEGIN)
            cursor.execute("SELECT statement_timestamp()")
            [as_of] = cursor.fetchone()

            def read(hour: datetime, most: int) -> pa.Table:
                where = within(hour_window(hour))
                statement = f"SELECT {', '.join(COLUMNS)} FROM {ARCHIVED} WHERE {where} LIMIT $1"
                try:
                    return self._rows(cursor, statement, (most,), SCHEMA)
                except adbc.Error as error:
                    raise self.explained(error, ARCHIVED) from error

            return as_of.astimezone(UTC), read_in_turn(wanted, most_rows, STATEMENT_SECONDS, read)

    def ping(self) -> None:
        """Raises SourceError where the database does not answer."""
        with self.session() as cursor:
            cursor.execute("SELECT 1")

    def job(self, pandaid: int) -> tuple[pa.Table, bool] | None:
        """The records of a job and whether it is completed; None if there is none. Raises SourceError."""
        names = ", ".join(arrow_schema().names)
        with self.session() as cursor:
            self._spare(cursor)
            for table in (ARCHIVED, *self._operational(cursor)):
                statement = f"SELECT {names} FROM {table} WHERE pandaid = $1 LIMIT 2"
                rows = self._rows(cursor, statement, (pandaid,), arrow_schema())
                if len(rows):
                    return rows, table == ARCHIVED
        return None

    def active_states(self, values: Mapping[str, object]) -> tuple[datetime, list[tuple[str, int]]]:
        """The instant, and jobs by state that are not completed; `values`: of columns of the job tables."""
        conditions = "".join(
            f" AND {equal(name, value, f'${place}')}" for place, (name, value) in enumerate(values.items(), 1)
        )
        with self.session() as cursor:
            self._spare(cursor)
            cursor.execute(BEGIN)
            cursor.execute("SELECT statement_timestamp()")
            [as_of] = cursor.fetchone()
            parts = " UNION ALL ".join(
                f"SELECT jobstatus FROM {table} WHERE true{conditions}" for table in self._operational(cursor)
            )
            cursor.execute(
                f"SELECT jobstatus, count(*) FROM ({parts}) AS jobs GROUP BY jobstatus ORDER BY 2 DESC, 1",
                tuple(values.values()),
            )
            return as_of.astimezone(UTC), cursor.fetchall()

    def _operational(self, cursor: adbc.Cursor) -> list[str]:
        """The tables of operational jobs that there are."""
        there = []
        for table in OPERATIONAL:
            cursor.execute("SELECT to_regclass($1) IS NOT NULL", (table,))
            if cursor.fetchone()[0]:
                there.append(table)
        return there

    def _rows(self, cursor: adbc.Cursor, statement: str, binds: tuple, schema: pa.Schema) -> pa.Table:
        """The rows of a statement in pinned types."""
        cursor.execute(statement, binds)
        return pa.Table.from_batches([pinned(batch, schema) for batch in cursor.fetch_record_batch()], schema)

    def _spare(self, cursor: adbc.Cursor) -> None:
        cursor.execute(f"SET statement_timeout = '{STATEMENT_SECONDS}s'")
