"""Where the parts of an answer come from, and how fresh they are."""

from __future__ import annotations

from collections.abc import Iterable, Iterator
from dataclasses import dataclass
from datetime import datetime
from typing import NamedTuple

from data_models.ledger import from_microseconds
from data_models.reading.parts import Parts
from data_models.roll_up import midnight
from data_models.window import DAY, HOUR, Window, format_time, missing

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


class Piece(NamedTuple):
    """A stretch of time of one origin; `oldest` and `newest`: of its snapshots."""

    start: datetime
    end: datetime
    source: str | None
    state: str
    oldest: datetime | None = None
    newest: datetime | None = None

    def joined(self, other: Piece) -> Piece:
        """Both together; the other follows and has the same origin."""
        olds = [at for at in (self.oldest, other.oldest) if at]
        news = [at for at in (self.newest, other.newest) if at]
        return self._replace(end=other.end, oldest=min(olds, default=None), newest=max(news, default=None))


def pieces(parts: Parts, around: Circumstances) -> list[dict[str, str | None]]:
    """The pieces of an answer in order, as it tells them; touching ones of one origin are one."""
    there = _together(_there(parts))
    gaps = missing(parts.known.period, [Window(piece.start, piece.end) for piece in there])
    left = [Piece(window.start, window.end, None, state) for gap in gaps for window, state in _gaps(gap, around)]
    return [
        {
            "start": format_time(piece.start),
            "end": format_time(piece.end),
            "source": piece.source,
            "state": piece.state,
            "oldest": format_time(piece.oldest) if piece.oldest else None,
            "newest": format_time(piece.newest) if piece.newest else None,
        }
        for piece in _together([*there, *left])
    ]


def _together(found: Iterable[Piece]) -> list[Piece]:
    """Disjoint pieces in order, touching ones of one origin joined."""
    merged: list[Piece] = []
    for piece in sorted(found, key=lambda one: one.start):
        last = merged[-1] if merged else None
        if last and (last.source, last.state, last.end) == (piece.source, piece.state, piece.start):
            merged[-1] = last.joined(piece)
        else:
            merged.append(piece)
    return merged


def _there(parts: Parts) -> Iterator[Piece]:
    """A piece for each day and hour that the answer has."""
    known = parts.known
    archived = [(midnight(day), DAY, VERIFIED, w) for day, w in known.days.items()]
    archived += [(hour, HOUR, VERIFIED, w) for hour, w in known.verified.items()]
    archived += [(hour, HOUR, REFRESHING, w) for hour, w in known.refreshing.items()]
    for start, length, state, w in archived:
        at = from_microseconds(w)
        yield Piece(start, start + length, CASSANDRA, state, at, at)
    for hour, live in parts.live.items():
        yield Piece(hour, hour + HOUR, PANDA, LIVE, live.as_of, live.as_of)


def _gaps(gap: Window, around: Circumstances) -> Iterator[tuple[Window, str]]:
    """What is in no part, and why: before the reach of live hours, and within it."""
    edge = min(max(gap.start, around.reach.start), gap.end)
    if gap.start < edge:
        yield Window(gap.start, edge), AWAY if around.cassandra_away else NOT_ARCHIVED
    if edge < gap.end:
        yield Window(edge, gap.end), AWAY if around.panda_away else NOT_COUNTED
