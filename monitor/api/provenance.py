"""Where the parts of an answer come from, and how fresh they are."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass
from datetime import datetime

from data_models.ledger import from_microseconds
from data_models.reading.parts import Parts
from data_models.reading.routing import day_window
from data_models.window import Window, format_time, hour_window, missing

CASSANDRA, PANDA = "cassandra", "panda"
VERIFIED, REFRESHING, LIVE, NOT_ARCHIVED, NOT_COUNTED, AWAY = (
    "verified",
    "refreshing",
    "live",
    "not archived",
    "not counted",
    "away",
)


@dataclass(frozen=True)
class Circumstances:
    """What was in the way of an answer: databases that did not answer, and how far back live hours reach."""

    cassandra_away: bool
    panda_away: bool
    reach: Window


@dataclass(frozen=True)
class Piece:
    """A window of one origin; `oldest` and `newest`: of its snapshots."""

    window: Window
    source: str | None
    state: str
    oldest: datetime | None
    newest: datetime | None

    def joined(self, other: Piece) -> Piece:
        """Both together; the other follows and has the same origin."""
        olds = [at for at in (self.oldest, other.oldest) if at]
        news = [at for at in (self.newest, other.newest) if at]
        window = Window(self.window.start, other.window.end)
        return Piece(window, self.source, self.state, min(olds, default=None), max(news, default=None))


def pieces(parts: Parts, around: Circumstances) -> list[dict[str, str | None]]:
    """The pieces of an answer in order, as it tells them; touching ones of one origin are one."""
    merged: list[Piece] = []
    for piece in sorted(_pieces(parts, around), key=lambda one: one.window):
        last = merged[-1] if merged else None
        if last and (last.source, last.state, last.window.end) == (piece.source, piece.state, piece.window.start):
            merged[-1] = last.joined(piece)
        else:
            merged.append(piece)
    return [
        {
            "start": format_time(piece.window.start),
            "end": format_time(piece.window.end),
            "source": piece.source,
            "state": piece.state,
            "oldest": format_time(piece.oldest) if piece.oldest else None,
            "newest": format_time(piece.newest) if piece.newest else None,
        }
        for piece in merged
    ]


def _pieces(parts: Parts, around: Circumstances) -> Iterator[Piece]:
    known = parts.known
    archived = [(day_window(day), VERIFIED, w) for day, w in known.days.items()]
    archived += [(hour_window(hour), VERIFIED, w) for hour, w in known.verified.items()]
    archived += [(hour_window(hour), REFRESHING, w) for hour, w in known.refreshing.items()]
    for window, state, w in archived:
        at = from_microseconds(w)
        yield Piece(window, CASSANDRA, state, at, at)
    for hour, live in parts.live.items():
        yield Piece(hour_window(hour), PANDA, LIVE, live.as_of, live.as_of)
    there = [*(window for window, _, _ in archived), *map(hour_window, parts.live)]
    for gap in missing(known.period, there):
        for window, state in _gaps(gap, around):
            yield Piece(window, None, state, None, None)


def _gaps(gap: Window, around: Circumstances) -> Iterator[tuple[Window, str]]:
    """What is in no part, and why: before the reach of live hours, and within it."""
    edge = min(max(gap.start, around.reach.start), gap.end)
    if gap.start < edge:
        yield Window(gap.start, edge), AWAY if around.cassandra_away else NOT_ARCHIVED
    if edge < gap.end:
        yield Window(edge, gap.end), AWAY if around.panda_away else NOT_COUNTED
