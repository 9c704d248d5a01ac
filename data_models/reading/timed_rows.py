"""The rows of partitions with the time of each: those of the wanted windows, newest first, folded day by day.

A row that was written later than the load the ledger was known to have is noted: it is time to ask the ledger again.
"""

from __future__ import annotations

from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass, field
from datetime import UTC, date, datetime

import pyarrow as pa
from cassandra.util import Date

from data_models.dimensions import DAY, HOUR
from data_models.query_table import Figure, Key, QueryTable
from data_models.reading.archive import Archive
from data_models.reading.arrow_columns import TIME, field_of, table_of
from data_models.reading.folding import fold
from data_models.reading.known_hours import KnownHours
from data_models.reading.partitions import PartitionReads

# Rows that are kept as Python objects before they are made Arrow's: some 100 MB.
PORTION = 200_000
WRITTEN = "written"


@dataclass(frozen=True)
class Columns:
    """What is read of a table: key columns and figures; `by_hour`: rows stay apart by hour, else by day."""

    dimensions: Sequence[Key]
    figures: Sequence[Figure]
    by_hour: bool

    @property
    def times(self) -> list[str]:
        """The time columns of the rows."""
        return [HOUR.name, DAY.name] if self.by_hour else [DAY.name]

    @property
    def fields(self) -> list[pa.Field]:
        """The Arrow fields without time."""
        return [field_of(column) for column in (*self.dimensions, *self.figures)]

    def schema(self, table: QueryTable) -> pa.Schema:
        """What is read of a table: the window's time, when the row was written, and the columns."""
        time = pa.field(DAY.name, pa.date32()) if table.rolls_up else pa.field(HOUR.name, TIME)
        return pa.schema([time, pa.field(WRITTEN, pa.int64()), *self.fields])

    def selected(self, table: QueryTable) -> list[str]:
        """The same in CQL. The first figure of every table is a sum and never NULL."""
        asked = [column.name for column in (*self.dimensions, *self.figures)]
        return [table.grain.value, f"writetime({table.figures[0].name})", *asked]

    def timed(self, rows: pa.Table) -> pa.Table:
        """Rows as they are read, with the time columns, newest first."""
        if HOUR.name in rows.column_names:
            rows = rows.sort_by([(HOUR.name, "descending")])
            days = rows[HOUR.name].cast(pa.timestamp("us")).cast(pa.date32())
            rows = rows.append_column(DAY.name, days)
        else:
            # The rows of a roll-up stand at the beginning of their day.
            rows = rows.sort_by([(DAY.name, "descending")])
            rows = rows.append_column(HOUR.name, rows[DAY.name].cast(pa.timestamp("us")).cast(TIME))
        return rows.select([*self.times, *(one.name for one in self.fields)])

    def folded(self, rows: pa.Table) -> pa.Table:
        """One row a time and values of the dimensions."""
        return fold(rows, [*self.times, *(key.name for key in self.dimensions)], self.figures)

    @property
    def none(self) -> pa.Table:
        """No rows."""
        times = {HOUR.name: TIME, DAY.name: pa.date32()}
        return pa.schema([*((name, times[name]) for name in self.times), *self.fields]).empty_table()


@dataclass
class Newer:
    """Hours and days of which rows were written later than was known."""

    hours: set[datetime] = field(default_factory=set)
    days: set[date] = field(default_factory=set)

    def __bool__(self) -> bool:
        """Whether there are any."""
        return bool(self.hours or self.days)


def timed_rows(
    archive: Archive, reads: Mapping[QueryTable, PartitionReads], known: KnownHours, columns: Columns
) -> tuple[pa.Table, Newer]:
    """All rows of the known windows, day by day newest first."""
    newer, tables = Newer(), [columns.none]
    for table, part in reads.items():
        for rows in wanted_rows(archive, table, part, known, newer):
            # Portions are newest first, and a day may begin in one and end in the next.
            tables.append(columns.folded(columns.timed(table_of(rows, columns.schema(table)))))
    # Stable, so that the hours of a day stay in order.
    return pa.concat_tables(tables).sort_by([(DAY.name, "descending")]), newer


def wanted_rows(
    archive: Archive, table: QueryTable, part: PartitionReads, known: KnownHours, newer: Newer
) -> Iterator[list[tuple]]:
    """The driver's rows of the known windows, in portions."""
    if table.rolls_up:
        write_times = {Date(day): w for day, w in known.days.items()}
    else:
        write_times = {hour.replace(tzinfo=None): w for hour, w in known.hours.items()}
    portion: list[tuple] = []
    for rows in archive.rows(part.statement, part.binds):
        wanted = [row for row in rows if row[0] in write_times]
        for start in {row[0] for row in wanted if row[1] > write_times[row[0]]}:
            if isinstance(start, Date):
                newer.days.add(start.date())
            else:
                newer.hours.add(start.replace(tzinfo=UTC))
        portion += wanted
        if len(portion) > PORTION:
            yield portion
            portion = []
    yield portion
