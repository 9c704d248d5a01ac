"""Which grain each part of a period is read at: full days from their roll-up where it is valid, the rest by hour."""

from __future__ import annotations

from collections.abc import Container
from dataclasses import dataclass
from datetime import UTC, date, datetime, time

from data_models.window import DAY, Window, day_of, missing, require_full_hours


@dataclass(frozen=True)
class Route:
    """The parts of a period: `days` are read from daily tables, `hours` (disjoint windows, in order) by hour."""

    days: tuple[date, ...]
    hours: tuple[Window, ...]


def route(period: Window, rolled_up: Container[date]) -> Route:
    """The parts of a period, which cover each of its hours once; `rolled_up`: days whose roll-up is valid.

    Raises WindowError unless the period begins and ends on full hours.
    """
    days = [day for day in full_days(require_full_hours(period)) if day in rolled_up]
    return Route(tuple(days), tuple(missing(period, map(day_window, days))))


def full_days(period: Window) -> list[date]:
    """The days that lie wholly in a period, in order."""
    first = day_of(period.start)
    if first < period.start:
        first += DAY
    return [(first + number * DAY).date() for number in range((period.end - first) // DAY)]


def touched_days(windows: tuple[Window, ...]) -> list[date]:
    """The days that some windows touch, in order."""
    days: dict[date, None] = {}
    for window in windows:
        start = day_of(window.start)
        while start < window.end:
            days[start.date()] = None
            start += DAY
    return list(days)


def day_window(day: date) -> Window:
    """The window of a day."""
    start = datetime.combine(day, time(), UTC)
    return Window(start, start + DAY)
