"""What the ledger says of an hour: a pure function of its reservations and transitions.

States of a load of an hour, in order: `extracted` (staged, counted), `checked` (a gate let it pass) or `rejected` (it
did not; `accepted` by an operator lets it go on), `publishing` (its write time is reserved, rows may be in the tables),
`inserted` (all rows are in), `verified` (read back and equal). `superseded` and `closed` end an attempt that another
one has overtaken; `failed` notes an error and leaves it open, as its rows may still be there. A verified one that fails
when it is published or read back again is no longer verified, until it is so anew.
"""

from __future__ import annotations

import json
from collections.abc import Iterable
from dataclasses import dataclass, field, replace
from datetime import datetime, timedelta

from data_models.grain import Grain

EXTRACTED = "extracted"
CHECKED = "checked"
REJECTED = "rejected"
ACCEPTED = "accepted"
PUBLISHING = "publishing"
INSERTED = "inserted"
VERIFIED = "verified"
SUPERSEDED = "superseded"
CLOSED = "closed"
FAILED = "failed"
ENDS = frozenset({SUPERSEDED, CLOSED, VERIFIED})

# An attempt must be through by then. Far below gc_grace (10 days), so that its deletes outlive its writes.
ATTEMPT_DEADLINE = timedelta(hours=6)
# A roll-up is a matter of a minute, and while one is open its day is not read from the daily tables.
ROLL_UP_DEADLINE = timedelta(hours=1)


@dataclass(frozen=True)
class Reservation:
    """A write time W (microseconds) of an hour and the load it was given to; T is the load's snapshot instant."""

    hour: datetime
    w: int
    t: int
    load: str
    content: str
    model: str


@dataclass(frozen=True)
class Transition:
    """One entry of the ledger for an hour; `w` is None before a write time is reserved."""

    hour: datetime
    at: datetime
    load: str
    state: str
    w: int | None = None
    t: int | None = None
    model: str = ""
    run_id: str = ""
    tables: dict[str, int] = field(default_factory=dict)
    note: str = ""
    details: str = "{}"


@dataclass(frozen=True)
class HourState:
    """An hour as readers and loads see it.

    `w`: the highest write time given out, None if there is none. `inserted`: the highest one whose rows are all in.
    `open`: write times whose load has begun and not come to an end. `closed`: those that have: nothing of them is left
    to do.
    `verified`: readers may take the hour from Cassandra.
    """

    w: int | None
    inserted: int | None
    open: frozenset[int]
    closed: frozenset[int]
    verified: bool


def hour_state(reservations: Iterable[Reservation], transitions: Iterable[Transition]) -> HourState:
    """The state of one hour from all its entries, in any order.

    Verified means: the highest write time is verified and has not failed since, as a load does that is read back once
    more and differs, and no attempt is open.
    """
    seen: dict[int, set[str]] = {reservation.w: set() for reservation in reservations}
    judged: dict[int, tuple[datetime, bool]] = {}
    for transition in transitions:
        w, failed = transition.w, transition.state == FAILED
        if w is None:
            continue
        seen.setdefault(w, set()).add(transition.state)
        if failed or transition.state == VERIFIED:
            judgement = transition.at, failed
            judged[w] = max(judged.get(w, judgement), judgement)
    # A load that has only reserved has written nothing: it enters `publishing` before its first row.
    begun = {w: states for w, states in seen.items() if PUBLISHING in states}
    inserted = {w for w, states in begun.items() if INSERTED in states}
    closed = {w for w, states in begun.items() if states & ENDS}
    opened = frozenset(begun.keys() - closed)
    highest = max(begun, default=None)
    return HourState(
        w=max(seen, default=None),
        inserted=max(inserted, default=None),
        open=opened,
        closed=frozenset(closed),
        verified=not opened and highest is not None and VERIFIED in begun[highest] and not judged[highest][1],
    )


def deadline(grain: Grain) -> timedelta:
    """How long an attempt at a window of this grain may write."""
    return ATTEMPT_DEADLINE if grain is Grain.HOUR else ROLL_UP_DEADLINE


def verified_entry(transitions: Iterable[Transition]) -> Transition | None:
    """The entry by which an hour is verified now, with all tables that are (some may have been rebuilt after the load);
    None if it is not."""
    entries = list(transitions)
    state = hour_state((), entries)
    verified = [entry for entry in entries if state.verified and entry.w == state.inserted and entry.state == VERIFIED]
    verified.sort(key=lambda entry: entry.at)
    tables = {table: rows for entry in verified for table, rows in entry.tables.items()}
    return replace(verified[-1], tables=tables) if verified else None


def stopped(transitions: Iterable[Transition], now: datetime, allowed: timedelta = ATTEMPT_DEADLINE) -> frozenset[int]:
    """Write times of an hour whose load writes no more rows, whether or not it came to an end.

    Its last entry is `inserted` or `failed`, or it began longer ago than is allowed.
    """
    last: dict[int, Transition] = {}
    begun: dict[int, datetime] = {}
    for transition in sorted(transitions, key=lambda entry: entry.at):
        if transition.w is not None:
            last[transition.w] = transition
            if transition.state == PUBLISHING:
                begun[transition.w] = transition.at
    return frozenset(w for w, at in begun.items() if last[w].state in (INSERTED, FAILED) or now - at > allowed)


def gate_entry(transitions: Iterable[Transition], load: str, extraction: str, gate: str) -> Transition | None:
    """The last word of the ledger on a gate of one extraction: checked, rejected or accepted; None before it ran."""
    told = [
        transition
        for transition in transitions
        if transition.load == load
        and transition.state in (CHECKED, REJECTED, ACCEPTED)
        and (details := json.loads(transition.details)).get("gate") == gate
        and details.get("extraction") == extraction
    ]
    return max(told, key=lambda transition: transition.at, default=None)
