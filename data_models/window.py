"""Windows: half-open UTC intervals [start, end) and their algebra, as pure functions.

The unit of the ledger is the hour, so a window that is loaded has both ends on full hours.
"""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import dataclass
from datetime import UTC, datetime, timedelta

HOUR = timedelta(hours=1)
DAY = timedelta(days=1)


class WindowError(ValueError):
    """A text or pair of times that is no window; the message names it and says what is expected."""


@dataclass(frozen=True, order=True)
class Window:
    """The half-open interval [start, end); both are aware datetimes in UTC and start < end.

    Raises WindowError for naive times, an empty or a reversed interval.
    """

    start: datetime
    end: datetime

    def __post_init__(self) -> None:
        """Refuse what is no interval, and bring both ends to UTC."""
        for edge in (self.start, self.end):
            if edge.tzinfo is None:
                raise WindowError(f"window edge {edge.isoformat()} has no time zone; give UTC, for example ...T00:00Z")
        object.__setattr__(self, "start", self.start.astimezone(UTC))
        object.__setattr__(self, "end", self.end.astimezone(UTC))
        if self.start == self.end:
            raise WindowError(
                f"window {format_time(self.start)} to {format_time(self.end)} is empty: give an end later"
            )
        if self.start > self.end:
            raise WindowError(f"window {format_time(self.start)} to {format_time(self.end)} is reversed: swap the ends")

    def __contains__(self, moment: datetime) -> bool:
        """Whether an aware datetime lies in the window; the end does not."""
        return self.start <= moment < self.end

    def __str__(self) -> str:
        """The text that `parse` reads."""
        return format_window(self)


def hour_of(moment: datetime) -> datetime:
    """The full hour (UTC) that an aware datetime lies in."""
    return moment.astimezone(UTC).replace(minute=0, second=0, microsecond=0)


def day_of(moment: datetime) -> datetime:
    """The midnight (UTC) that begins the day of an aware datetime."""
    return hour_of(moment).replace(hour=0)


def hour_window(hour: datetime) -> Window:
    """The window of one hour that starts at a full hour."""
    return require_full_hours(Window(hour, hour + HOUR))


def require_full_hours(window: Window) -> Window:
    """The window itself; raises WindowError unless both ends are full hours, the unit of the ledger."""
    for edge in (window.start, window.end):
        if edge != hour_of(edge):
            raise WindowError(f"window {window} does not begin and end on full hours: the ledger counts in hours")
    return window


def split(window: Window, step: timedelta = HOUR) -> list[Window]:
    """The consecutive parts of `step` that make up the window, in order; the last may be shorter."""
    if step <= timedelta(0):
        raise WindowError(f"a window cannot be split into steps of {step}: give a positive step")
    parts, start = [], window.start
    while start < window.end:
        end = start + min(step, window.end - start)
        parts.append(Window(start, end))
        start = end
    return parts


def hours(window: Window) -> list[datetime]:
    """The full hours of a window, in order. Raises WindowError unless its ends are full hours."""
    return [part.start for part in split(require_full_hours(window))]


def merge(windows: Iterable[Window]) -> list[Window]:
    """The fewest disjoint windows that cover the same instants, in order; touching windows become one."""
    merged: list[Window] = []
    for window in sorted(windows):
        if merged and window.start <= merged[-1].end:
            merged[-1] = Window(merged[-1].start, max(merged[-1].end, window.end))
        else:
            merged.append(window)
    return merged


def missing(wanted: Window, present: Iterable[Window]) -> list[Window]:
    """The parts of `wanted` that no window of `present` covers: disjoint, in order, not touching."""
    gaps, start = [], wanted.start
    for window in merge(present):
        if window.start >= wanted.end:
            break
        if window.start > start:
            gaps.append(Window(start, window.start))
        start = max(start, window.end)
    if start < wanted.end:
        gaps.append(Window(start, wanted.end))
    return gaps


def format_time(moment: datetime) -> str:
    """An aware datetime as UTC text: 2026-07-01T00:00Z, with seconds and their fraction only where there are any."""
    moment = moment.astimezone(UTC)
    whole_minute = moment.second == 0 and moment.microsecond == 0
    return moment.replace(tzinfo=None).isoformat(timespec="minutes" if whole_minute else "auto") + "Z"


def parse_time(text: str) -> datetime:
    """An ISO 8601 date or time as an aware UTC datetime; without a zone it is UTC. Raises WindowError."""
    try:
        moment = datetime.fromisoformat(text.strip())
    except ValueError as error:
        raise WindowError(f"{text!r} is no time: write 2026-07-01, 2026-07-01T10:00Z or the like") from error
    if moment.tzinfo is None:
        moment = moment.replace(tzinfo=UTC)
    try:
        return moment.astimezone(UTC)
    except OverflowError as error:
        raise WindowError(f"{text!r} is outside the years 1 to 9999 in UTC") from error


def format_window(window: Window) -> str:
    """START/END, as `parse` reads it."""
    return f"{format_time(window.start)}/{format_time(window.end)}"


def parse(text: str) -> Window:
    """A window from text: START/END, a day (2026-07-01) or an hour (2026-07-01T10).

    Raises WindowError naming the text when it is none of these, or empty or reversed.
    """
    text = text.strip()
    start, slash, end = text.partition("/")
    if slash:
        return Window(parse_time(start), parse_time(end))
    moment = parse_time(text)
    lengths = {len("2026-07-01"): DAY, len("2026-07-01T10"): HOUR}
    if length := lengths.get(len(text)):
        try:
            return Window(moment, moment + length)
        except OverflowError as error:
            raise WindowError(f"{text!r} ends outside the years 1 to 9999") from error
    raise WindowError(f"{text!r} is no window: write START/END, a day (2026-07-01) or an hour (2026-07-01T10)")
