"""Where the parts of a period are read: what is verified in Cassandra, the rest live where PanDA still has it.

An hour comes from one side only, so whatever moves from one to the other, no job is counted twice.
"""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, replace
from datetime import datetime
from typing import TYPE_CHECKING

from data_models.live.hour import LiveHour
from data_models.query_table import QueryTable
from data_models.reading.coverage import Coverage
from data_models.reading.known_hours import KnownHours
from data_models.window import Window, hour_window, hours, merge

if TYPE_CHECKING:
    from data_models.reading.archive import Archive


@dataclass(frozen=True)
class Parts:
    """The parts of a period for one table and its roll-up.

    `told`: what the ledger said of the period; `known`: what is read of Cassandra; `live`: hours that are not verified
    and are counted from PanDA's database.
    """

    table: QueryTable
    daily: QueryTable | None
    told: KnownHours
    known: KnownHours
    live: Mapping[datetime, LiveHour]

    @property
    def coverage(self) -> Coverage:
        """The same for readers of the answer."""
        return replace(self.known.coverage, live=tuple(merge(map(hour_window, self.live))))

    def without(self, hours: set[datetime], days: set) -> Parts:
        """The same but for some hours and days."""
        live = {hour: jobs for hour, jobs in self.live.items() if hour not in hours}
        return replace(self, known=self.known.without(hours, days), live=live)


def parts_of(archive: Archive, table: QueryTable, daily: QueryTable | None, period: Window) -> Parts:
    """The parts of a period now. Raises SourceError where live hours cannot be read."""
    told = archive.ledger.known(table, daily, period)
    live: Mapping[datetime, LiveHour] = {}
    if archive.live and (recent := common(period, archive.live.reach)):
        wanted = [hour for hour in hours(recent) if hour not in told.verified and hour.date() not in told.days]
        live = archive.live.hours(wanted)
    return Parts(table, daily, told, told.without(live.keys(), ()), live)


def common(one: Window, other: Window) -> Window | None:
    """What two windows have in common."""
    start, end = max(one.start, other.start), min(one.end, other.end)
    return Window(start, end) if start < end else None


def moved_hours(archive: Archive, parts: Parts) -> set[datetime]:
    """The live hours of which the ledger says something else by now: they may have left PanDA's database meanwhile."""
    if not parts.live:
        return set()
    archive.ledger.forget()
    now = archive.ledger.known(parts.table, parts.daily, parts.told.period)
    return {
        hour
        for hour in parts.live
        if hour in now.verified or hour.date() in now.days or now.hours.get(hour) != parts.told.hours.get(hour)
    }
