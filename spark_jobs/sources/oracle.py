"""PanDA on Oracle, read through python-oracledb: rows arrive as Arrow batches and never become Python objects.

    python -m spark_jobs.sources.oracle --explain --from 2026-07-01 --to 2026-07-02

lists every statement that a load of the window sends. All statements of a load read at one SCN a database; executors
join it by the SCN alone, so no session has to stay open for them.
"""

from __future__ import annotations

import sys
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass
from datetime import datetime

import pyarrow as pa
import pyarrow.compute as pc

from data_models import settings
from data_models.panda_sql.oracle_database import Database
from data_models.panda_sql.oracle_records import pinned, requested_schema
from data_models.window import Window, hour_window
from spark_jobs.sources import control_totals, oracle_explain
from spark_jobs.sources import oracle_statements as sql
from spark_jobs.sources.oracle_segments import MAIN, YEARS, Layout
from spark_jobs.sources.oracle_slices import PandaidSlice, pandaid_ranges, time_slices
from spark_jobs.sources.oracle_snapshot import OracleSnapshot, Reading, snapshot_of, view
from spark_jobs.sources.protocol import HourTotals, Slice

PANDAIDS = pa.schema([pa.field("pandaid", pa.int64())])


@dataclass(frozen=True)
class Source:
    """PanDA's Oracle with the last days and the archive, and where it is set the database of the years put away.

    `archive_slices`: in how many slices a table without an index on MODIFICATIONTIME is read.
    """

    layout: Layout
    main: Database
    years: Database | None
    archive_slices: int

    @classmethod
    def from_settings(cls) -> Source:
        """By HMSF_ORACLE_*. Raises SettingsError and SourceConfigurationError."""
        years = Database.from_settings(YEARS) if settings.text("HMSF_ORACLE_YEARS_DSN") else None
        slices = max(1, settings.number("HMSF_ORACLE_SLICES"))
        return cls(Layout.from_settings(), Database.from_settings(MAIN), years, slices)

    @property
    def where(self) -> str:
        """The server in words, for messages."""
        return self.main.where

    @contextmanager
    def snapshot(self, window: Window) -> Iterator[OracleSnapshot]:
        """Take an SCN a database; T is the clock in the statement that takes it. Raises SourceError."""
        put_away = self.layout.years_put_away(window)
        views = []
        if put_away and self.years:
            with self.years.session("snapshot", str(window)) as session:
                views.append(view(session, self.years.where, put_away))
        with self.main.session("snapshot", str(window)) as session:
            views.insert(0, view(session, self.main.where, [self.layout.recent, self.layout.archive]))
            if put_away and not self.years:
                views[0].warnings.append(
                    f"{put_away[0].table} was not read: HMSF_ORACLE_YEARS says that its year was put away, and "
                    "HMSF_ORACLE_YEARS_DSN is not set"
                )
            taken = snapshot_of(views, self.layout, window, session)
        yield taken

    def control_totals(self, snapshot: OracleSnapshot, window: Window) -> dict[datetime, HourTotals]:
        """Totals by hour, counted at the snapshot over all segments."""
        counted: dict[datetime, HourTotals] = {}
        for database in (MAIN, YEARS):
            if readings := snapshot.of(database):
                with self._database(database).session("control_totals", str(window)) as session:
                    statement = sql.totals([(item.segment.table, item.columns) for item in readings], readings[0].as_of)
                    found = control_totals.totals(session.rows(statement, readings[0].values(window)))
                for hour in found.keys() & counted.keys():
                    distinct = self._distinct_jobs(snapshot, hour_window(hour))
                    counted[hour] = added(counted[hour], found.pop(hour), distinct)
                counted |= found
        return counted

    def slices(self, snapshot: OracleSnapshot, window: Window) -> list[Slice]:
        """Parts of the window where an index starts with MODIFICATIONTIME, else PANDAID ranges of equal size."""
        parts: list[Slice] = []
        for reading in snapshot.readings:
            table, rank = reading.segment.table, reading.segment.rank
            if reading.segment.by_time:
                parts += [Slice(len(parts) + n, table, rank, part) for n, part in enumerate(time_slices(window))]
                continue
            ranges = pandaid_ranges(self._bounds(reading, window))
            parts += [PandaidSlice(len(parts) + n, table, rank, window, *edges) for n, edges in enumerate(ranges)]
        return parts

    def read(self, snapshot: OracleSnapshot, part: Slice) -> Iterator[pa.RecordBatch]:
        """The records of a slice, in the pinned schema. Raises SourceError."""
        reading = snapshot.reading(part.segment)
        values = reading.values(part.window)
        if isinstance(part, PandaidSlice):
            statement = sql.rows_by_pandaid(part.segment, reading.columns, reading.as_of)
            values |= {"first_pandaid": part.first_pandaid, "next_pandaid": part.next_pandaid}
        else:
            statement = sql.rows_by_time(part.segment, reading.as_of)
        database = self._database(reading.segment.database)
        with database.session(f"slice {part.number}", str(part.window)) as session:
            for batch in session.batches(statement, values, requested_schema(reading.columns)):
                yield pinned(batch)

    def _database(self, name: str) -> Database:
        return self.main if name == MAIN else self.years

    def _bounds(self, reading: Reading, window: Window) -> list[int]:
        """PANDAIDs at which slices begin; none where the window has no rows."""
        if self.archive_slices == 1:
            return [0]
        statement = sql.slice_bounds(reading.segment.table, self.archive_slices, reading.as_of)
        with self._database(reading.segment.database).session("slice_bounds", str(window)) as session:
            return [first for _, first, _ in session.rows(statement, reading.values(window))]

    def _distinct_jobs(self, snapshot: OracleSnapshot, hour: Window) -> int:
        """Distinct PANDAIDs of an hour that both databases have rows of."""
        found = []
        for reading in snapshot.readings:
            statement = sql.pandaids(reading.segment.table, reading.as_of)
            with self._database(reading.segment.database).session("pandaids", str(hour)) as session:
                batches = session.batches(statement, reading.values(hour), PANDAIDS)
                found += [batch.column(0) for batch in batches]
        return pc.count_distinct(pa.chunked_array(found, pa.int64())).as_py()


def added(one: HourTotals, other: HourTotals, distinct_jobs: int) -> HourTotals:
    """The totals of one hour in two databases; distinct jobs do not add up and are given."""
    return HourTotals(one.rows + other.rows, distinct_jobs, one.states + other.states, one.codes + other.codes)


if __name__ == "__main__":
    sys.exit(oracle_explain.main())
