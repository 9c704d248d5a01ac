"""The rows of partitions with the time of each: those of the wanted windows, newest first, folded day by day.

A row that was written later than the load the ledger was known to have is noted: it is time to ask the ledger again.
"""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass, field
from datetime import UTC, date, datetime

import numpy as np
import pyarrow as pa

from data_models.dimensions import DAY, HOUR
from data_models.query_table import Figure, Key, QueryTable
from data_models.reading.archive import AT_ONCE, FEW_AT_ONCE, Archive
from data_models.reading.arrow_columns import SCALARS, TIME, field_of, table_of_columns
from data_models.reading.columnar import Page
from data_models.reading.folding import fold
from data_models.reading.known_hours import KnownHours
from data_models.reading.one_row import one_below_the_other
from data_models.reading.partitions import PartitionReads
from data_models.reading.refusals import PeriodTooLong
from data_models.reading.routing import day_window
from data_models.window import format_time

# Rows that are kept before they are folded: some 30 MB. Few are folded once, with all others.
PORTION, FEW = 200_000, 20_000
# Of an answer before they are summed over time: a process of the monitor has room for several such answers.
MOST_ROWS = 2_000_000
# What is read beside a table's columns: when a row's window begins (milliseconds since 1970), and was written (W).
START, WRITTEN = "start", "written"
UNKNOWN = -1


@dataclass(frozen=True)
class Columns:
    """What is read of a table: key columns and figures; `by_hour`: rows stay apart by hour, else by day; `beginning`:
    how the text of a clustering column begins, of one row a window."""

    dimensions: Sequence[Key]
    figures: Sequence[Figure]
    by_hour: bool
    beginning: Mapping[str, str] = field(default_factory=dict)

    @property
    def times(self) -> list[str]:
        """The time columns of the rows."""
        return [HOUR.name, DAY.name] if self.by_hour else [DAY.name]

    @property
    def schema(self) -> pa.Schema:
        """Both time columns, dimensions and figures."""
        times = [pa.field(HOUR.name, TIME), pa.field(DAY.name, pa.date32())]
        return pa.schema([*times, *(field_of(column) for column in (*self.dimensions, *self.figures))])

    def selected(self, table: QueryTable) -> list[str]:
        """What is read of a table, in CQL. The first figure of every table is a sum and never NULL."""
        names = [column.name for column in (*self.dimensions, *self.figures)]
        # A list tells how many rows there are; of one row no part can be read, so names are looked at here.
        more = (table.figures[0].name, *self.beginning) if table.one_row else ()
        asked = dict.fromkeys([*names, *more])
        start = f"toUnixTimestamp({table.grain.value}) AS {START}"
        return [start, f"writetime({table.figures[0].name}) AS {WRITTEN}", *asked]

    def rows_of(self, table: QueryTable, page: Page) -> Page:
        """A page of what is selected of a table with a row for each of the table's rows."""
        if not table.one_row:
            return page
        types, lists = table.types, table.side_by_side
        listed = pa.schema([(name, SCALARS[types[name]]) for name in page if name in lists])
        try:
            return one_below_the_other(page, listed, self.beginning)
        except ValueError as error:
            starts = (datetime.fromtimestamp(start / 1000, UTC) for start in page[START].values.tolist())
            windows = ", ".join(map(format_time, starts))
            raise ValueError(
                f"table {table.name}, one of the windows {windows}: {error}; load or roll up again what begins then"
            ) from error

    def of_page(self, page: Page) -> pa.Table:
        """The rows of a page with the time columns. Those of a roll-up stand at the beginning of their day."""
        starts = pa.array(page[START].values, pa.timestamp("ms"))
        times = {HOUR.name: starts.cast(TIME), DAY.name: starts.cast(pa.date32(), safe=False)}
        return table_of_columns(times | page, self.schema)

    def newest_first(self, rows: pa.Table) -> pa.Table:
        """Rows by time, newest first; many are folded to one a time and values of the dimensions."""
        rows = sorted_by_time(rows, HOUR.name)
        by = [*self.times, *(key.name for key in self.dimensions)]
        if len(rows) > FEW:
            return fold(rows, by, self.figures)
        return rows.select([*by, *(figure.name for figure in self.figures)])


@dataclass
class Newer:
    """Hours and days of which rows were written later than was known."""

    hours: set[datetime] = field(default_factory=set)
    days: set[date] = field(default_factory=set)

    def __bool__(self) -> bool:
        """Whether there are any."""
        return bool(self.hours or self.days)

    def add(self, table: QueryTable, start: datetime) -> None:
        """A window of a table, by its beginning."""
        if table.rolls_up:
            self.days.add(start.date())
        else:
            self.hours.add(start)


def timed_rows(
    archive: Archive, reads: Mapping[QueryTable, PartitionReads], known: KnownHours, columns: Columns
) -> tuple[pa.Table, Newer]:
    """All rows of the known windows, day by day newest first."""
    newer, tables = Newer(), [columns.newest_first(columns.schema.empty_table())]
    pages = {
        table: archive.pages(part.statement, part.binds, FEW_AT_ONCE if table.one_row else AT_ONCE)
        for table, part in reads.items()
    }
    for table, of_table in pages.items():
        # Portions are newest first, and a day may begin in one and end in the next.
        for rows in wanted_rows(of_table, table, known, columns, newer):
            tables.append(columns.newest_first(rows))
            if sum(map(len, tables)) > MOST_ROWS:
                raise PeriodTooLong(
                    f"{table.name} over {known.period} has more than {MOST_ROWS:,} rows before they are summed: ask "
                    "for parts of the period, or group by fewer columns"
                )
    # Stable, so that the hours of a day stay in order.
    return sorted_by_time(pa.concat_tables(tables), DAY.name), newer


def wanted_rows(
    partitions: Iterable[list[Page]], table: QueryTable, known: KnownHours, columns: Columns, newer: Newer
) -> Iterator[pa.Table]:
    """The rows of the known windows, in portions; `partitions`: the pages of each."""
    write_times = {day_window(day).start: w for day, w in known.days.items()} if table.rolls_up else known.hours
    known_w = {milliseconds(start): w for start, w in write_times.items()}
    portion: list[pa.Table] = []
    for pages in partitions:
        for page in (columns.rows_of(table, page) for page in pages):
            starts, row_starts = np.unique(page[START].values, return_inverse=True)
            w = np.array([known_w.get(start, UNKNOWN) for start in starts.tolist()], np.int64)[row_starts]
            for start in np.unique(page[START].values[(w != UNKNOWN) & (page[WRITTEN].values > w)]).tolist():
                newer.add(table, datetime.fromtimestamp(start / 1000, UTC))
            portion.append(columns.of_page(page).filter(pa.array(w != UNKNOWN)))
        # Not between the pages of a partition: they need not be newest first.
        if sum(map(len, portion)) > PORTION:
            yield pa.concat_tables(portion)
            portion = []
    if portion:
        yield pa.concat_tables(portion)


def sorted_by_time(rows: pa.Table, time: str) -> pa.Table:
    """Rows by a time column, newest first; rows of one time stay in their order. Most come so already."""
    at = rows[time].to_numpy()
    return rows if (at[1:] <= at[:-1]).all() else rows.sort_by([(time, "descending")])


def milliseconds(moment: datetime) -> int:
    """Milliseconds since 1970."""
    return int(moment.timestamp()) * 1000
