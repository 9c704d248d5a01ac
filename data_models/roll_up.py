"""Roll-ups of days: what they are made from, and which of them readers may take.

A roll-up is made from 24 verified hours and records their write times, its vector. Times are UTC.
"""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import dataclass
from datetime import UTC, date, datetime, time

from cassandra.concurrent import execute_concurrent_with_args

from data_models.day_state import DayState
from data_models.ledger import Ledger
from data_models.ledger_state import Transition, verified_entry
from data_models.ledger_tables import DAY_TABLE
from data_models.query_table import QueryTable
from data_models.tables import daily_tables, job
from data_models.window import DAY, Window, day_of, format_time, hours, split


@dataclass(frozen=True)
class HoursOfDay:
    """The hours of the day that begins at `start` which are verified, with the ledger's entry that says so."""

    start: datetime
    verified: dict[datetime, Transition]

    @property
    def vector(self) -> tuple[int, ...]:
        """The write times of the verified hours, in order: those of a roll-up if there are 24."""
        return tuple(entry.w for _, entry in sorted(self.verified.items()))

    @property
    def jobs(self) -> int:
        """How many jobs the verified hours have, by the rows of table job of any version."""
        counts = (count for entry in self.verified.values() for count in entry.tables.items())
        return sum(rows for table, rows in counts if table.partition("@")[0] == job.TABLE.name)

    @property
    def missing(self) -> list[datetime]:
        """The hours that are not verified."""
        return [hour for hour in hours(day_window(self.start)) if hour not in self.verified]

    def objection(self, tables: Iterable[QueryTable]) -> str:
        """Why these tables cannot be rolled up from the day, with the remedy; empty if they can."""
        if missing := self.missing:
            return (
                f"day {self.start.date()}: {len(missing)} of 24 hours not verified, the first is "
                f"{format_time(missing[0])}; load what is missing first"
            )
        for table in tables:
            if without := [
                hour for hour, entry in sorted(self.verified.items()) if table.verified_as not in entry.tables
            ]:
                return (
                    f"day {self.start.date()}: {len(without)} of 24 hours loaded without table {table.name}, the first "
                    f"is {format_time(without[0])}; first rebuild it: python -m spark_jobs.rebuild --tables "
                    f"{table.name} --from {format_time(self.start)} --to {format_time(self.start + DAY)}"
                )
        return ""


def hours_of_day(ledger: Ledger, start: datetime) -> HoursOfDay:
    """The verified hours of a day, by the ledger of hours: one read."""
    entries = {hour: verified_entry(told) for hour, told in ledger.transitions_of_day(start.date()).items()}
    return HoursOfDay(start, {hour: entry for hour, entry in entries.items() if entry})


def day_window(start: datetime) -> Window:
    """The window of the day that begins at `start`."""
    return Window(start, start + DAY)


def days_of(window: Window) -> list[datetime]:
    """The midnights of the days that a window touches, in order."""
    return [part.start for part in split(Window(day_of(window.start), window.end), DAY)]


def hour_tables() -> tuple[QueryTable, ...]:
    """The tables of hour grain that are rolled up."""
    return tuple(dict.fromkeys(table.rolls_up for table in daily_tables()))


def valid_days(ledger: Ledger, period: Window, table: QueryTable | None = None) -> dict[date, int]:
    """The days that lie wholly in a period and may be read from the daily tables, with their roll-up's write time;
    with a `table`: from this one, which older roll-ups may not have.

    A roll-up is valid while the newest load that each of its hours has begun is the one that it read, and no roll-up of
    the day is half-way. Compare before and after reading: a day that was rolled up meanwhile has another write time.
    """
    return valid_among(day_states(ledger, period), period, table)


def valid_among(states: Iterable[DayState], period: Window, table: QueryTable | None = None) -> dict[date, int]:
    """The same by the states of days, in their order."""
    return {
        state.day: state.w
        for state in states
        if state.valid
        and (table is None or table.verified_as in state.tables)
        and midnight(state.day) >= period.start
        and midnight(state.day) + DAY <= period.end
    }


def day_states(ledger: Ledger, period: Window) -> list[DayState]:
    """What the ledger says of the days that a period touches, as far as it knows them, in order: one read a year."""
    select = ledger.prepared(f"SELECT * FROM {DAY_TABLE.name} WHERE year = ? AND day >= ? AND day <= ?")
    first, last = day_of(period.start).date(), days_of(period)[-1].date()
    years = [(year, first, last) for year in range(first.year, last.year + 1)]
    found = execute_concurrent_with_args(ledger.session, select, years)
    return [DayState.of_row(row) for _, rows in found for row in rows]


def midnight(day: date) -> datetime:
    """When a day begins."""
    return datetime.combine(day, time(), UTC)
