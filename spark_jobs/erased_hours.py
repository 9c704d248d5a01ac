"""Where a user's name is in the archive: the hours and days to be published without it, found by key."""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Iterable
from dataclasses import dataclass, field
from datetime import UTC, datetime

from cassandra.concurrent import execute_concurrent_with_args

from data_models.day_state import DayState
from data_models.ledger import Ledger
from data_models.ledger_state import INSERTED, Transition, hour_state, verified_entry
from data_models.ledger_tables import DAY_TABLE
from data_models.roll_up import day_states, midnight
from data_models.tables import outcomes_by_user, outcomes_by_user_daily
from data_models.window import DAY, HOUR, Window, hour_of


@dataclass
class Affected:
    """A day's hours in which the user has rows, and whether its roll-up has some."""

    hours: set[datetime] = field(default_factory=set)
    rolled_up: bool = False


def archived_days(ledger: Ledger, period: Window | None) -> list[DayState]:
    """What the ledger says of the days of whose hours it has entries, in a period or at all."""
    if period is None:
        years = sorted(row.year for row in ledger.session.execute(f"SELECT DISTINCT year FROM {DAY_TABLE.name}"))
        if not years:
            return []
        period = Window(datetime(years[0], 1, 1, tzinfo=UTC), datetime(years[-1] + 1, 1, 1, tzinfo=UTC))
    return day_states(ledger, period)


def affected_days(ledger: Ledger, name: str, load: str, period: Window | None) -> dict[datetime, Affected]:
    """The days (their midnights) with rows of a user, and those where an erasure of his name (`load`) was cut off.

    One partition a day is read, and one a quarter; the ledger's entries only of days whose roll-up is not valid.
    """
    found: dict[datetime, Affected] = defaultdict(Affected)
    states = archived_days(ledger, period)
    days = [midnight(state.day) for state in states]
    select = ledger.prepared(f"SELECT hour FROM {outcomes_by_user.TABLE.name} WHERE produsername = ? AND day = ?")
    for row in rows_of(ledger, select, [(name, day.date()) for day in days]):
        moment = hour_of(row.hour.replace(tzinfo=UTC))
        found[midnight(moment.date())].hours.add(moment)
    quarters = {day.date().replace(month=(day.month - 1) // 3 * 3 + 1, day=1) for day in days}
    select = ledger.prepared(
        f"SELECT day FROM {outcomes_by_user_daily.TABLE.name} WHERE produsername = ? AND quarter = ?"
    )
    for row in rows_of(ledger, select, [(name, quarter) for quarter in quarters]):
        if (day := midnight(row.day.date())) in set(days):
            found[day].rolled_up = True
    for day in (midnight(state.day) for state in states if not state.valid):
        cut_off = {
            hour for hour, entries in ledger.transitions_of_day(day.date()).items() if open_erasures(entries, load)
        }
        if cut_off:
            found[day].hours |= cut_off
    if period:
        for affected in found.values():
            affected.hours = {hour for hour in affected.hours if period.start <= hour and hour + HOUR <= period.end}
    return dict(sorted(found.items()))


def rows_of(ledger: Ledger, select: object, keys: Iterable[tuple]) -> Iterable[object]:
    """The rows of many partitions, read side by side."""
    for _, rows in execute_concurrent_with_args(ledger.session, select, list(keys), concurrency=64):
        yield from rows


def open_erasures(entries: Iterable[Transition], load: str) -> frozenset[int]:
    """The write times of an erasure's loads that have begun and not come to an end."""
    entries = list(entries)
    return hour_state((), entries).open & {entry.w for entry in entries if entry.load == load}


def source_entry(entries: Iterable[Transition], load: str) -> Transition | None:
    """The entry of the load whose jobs an hour has; None where another one is half-way or none is through.

    An erasure that was cut off changes no more than names, so it is taken up again: from the jobs it has inserted, else
    from those of the load before it.
    """
    entries = list(entries)
    cut_off = open_erasures(entries, load)
    if hour_state((), entries).open - cut_off:
        return None
    inserted = [entry for entry in entries if entry.w in cut_off and entry.state == INSERTED]
    if inserted:
        return max(inserted, key=lambda entry: entry.w)
    return verified_entry(entry for entry in entries if entry.w not in cut_off)


def whole_day(day: datetime) -> Window:
    """The window of the day that begins at a midnight."""
    return Window(day, day + DAY)
