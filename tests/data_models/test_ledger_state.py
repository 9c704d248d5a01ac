"""What the ledger says of an hour, from its entries alone."""

from __future__ import annotations

import json
from datetime import UTC, datetime, timedelta

from hypothesis import given
from hypothesis import strategies as st

from data_models.ledger_state import (
    ATTEMPT_DEADLINE,
    CHECKED,
    CLOSED,
    ENDS,
    EXTRACTED,
    FAILED,
    INSERTED,
    PUBLISHING,
    REJECTED,
    SUPERSEDED,
    VERIFIED,
    Reservation,
    Transition,
    gate_entry,
    hour_state,
    stopped,
)

HOUR = datetime(2026, 7, 1, 10, tzinfo=UTC)
NOW = HOUR + timedelta(days=1)
STATES = st.sampled_from([PUBLISHING, INSERTED, VERIFIED, SUPERSEDED, CLOSED, FAILED])
WRITE_TIMES = st.integers(1, 4)
ENTRIES = st.lists(st.tuples(WRITE_TIMES, STATES), max_size=10)


def reserved(w: int) -> Reservation:
    """A write time that was given out."""
    return Reservation(HOUR, w, w, f"load{w}", "content", "1")


def entry(w: int | None, state: str, minutes: int = 0, **more: str) -> Transition:
    """An entry so many minutes after HOUR."""
    return Transition(HOUR, HOUR + timedelta(minutes=minutes), more.pop("load", f"load{w}"), state, w=w, **more)


def path(w: int, *states: str, begun: int = 0) -> list[Transition]:
    """Entries of one load, a minute apart."""
    return [entry(w, state, begun + minutes) for minutes, state in enumerate(states)]


def test_an_hour_without_entries_is_not_verified() -> None:
    state = hour_state([], [])
    assert (state.w, state.inserted, state.open, state.closed, state.verified) == (None, None, set(), set(), False)


def test_an_hour_is_verified_when_its_highest_load_is_through_and_none_is_open() -> None:
    through = path(2, PUBLISHING, INSERTED, VERIFIED)
    assert hour_state([reserved(2)], through).verified
    assert not hour_state([reserved(2)], through[:2]).verified
    assert hour_state([], [*path(1, PUBLISHING, INSERTED, SUPERSEDED), *through]).verified
    assert not hour_state([], [*path(1, PUBLISHING, INSERTED), *through]).verified
    assert not hour_state([], [*through, *path(3, PUBLISHING)]).verified
    assert not hour_state([], [*through, *path(3, PUBLISHING, INSERTED, FAILED)]).verified


def test_a_verified_load_that_fails_later_is_verified_when_it_is_so_anew() -> None:
    through = path(2, PUBLISHING, INSERTED, VERIFIED)
    unequal = [*through, entry(2, FAILED, 5)]
    state = hour_state([], unequal)
    assert (state.verified, state.open, state.closed) == (False, set(), {2})
    assert hour_state([], [*unequal, entry(2, VERIFIED, 6)]).verified
    assert hour_state([], [*path(1, PUBLISHING, INSERTED, VERIFIED), entry(1, FAILED, 9), *through]).verified


def test_an_overtaken_verified_load_does_not_verify_the_hour() -> None:
    newest = path(3, PUBLISHING, INSERTED, CLOSED)
    assert not hour_state([], [*path(2, PUBLISHING, INSERTED, VERIFIED), *newest]).verified


def test_a_load_that_has_only_reserved_leaves_the_hour_as_it_was() -> None:
    state = hour_state([reserved(2), reserved(3)], path(2, PUBLISHING, INSERTED, VERIFIED))
    assert (state.w, state.inserted, state.verified) == (3, 2, True)


def test_entries_before_a_write_time_was_given_out_say_nothing_of_the_tables() -> None:
    through = path(2, PUBLISHING, INSERTED, VERIFIED)
    assert hour_state([], [*through, entry(None, EXTRACTED, 9), entry(None, REJECTED, 10)]) == hour_state([], through)


@given(ENTRIES, st.sets(WRITE_TIMES), st.randoms())
def test_the_state_does_not_depend_on_the_order_of_the_entries(
    entries: list[tuple[int, str]], given_out: set[int], chance
) -> None:
    transitions = [entry(w, state, minute) for minute, (w, state) in enumerate(entries)]
    reservations = [reserved(w) for w in given_out]
    state = hour_state(reservations, transitions)
    assert hour_state(reservations[::-1], chance.sample(transitions, len(transitions))) == state
    assert hour_state(reservations, transitions * 2) == state


@given(ENTRIES)
def test_every_begun_load_is_open_or_closed_and_an_open_one_forbids_verified(entries: list[tuple[int, str]]) -> None:
    state = hour_state([], [entry(w, name) for w, name in entries])
    begun = {w for w, name in entries if name == PUBLISHING}
    ended = {w for w, name in entries if name in ENDS}
    assert (state.open, state.closed) == (begun - ended, begun & ended)
    assert state.inserted in {None, *begun}
    assert not (state.verified and state.open)
    assert not state.verified or max(begun) in {w for w, name in entries if name == VERIFIED}


def test_a_load_has_stopped_when_its_last_entry_says_so_or_its_time_is_up() -> None:
    begun = [entry(1, PUBLISHING)]
    assert stopped(begun, HOUR + ATTEMPT_DEADLINE) == set()
    assert stopped(begun, HOUR + ATTEMPT_DEADLINE + timedelta(seconds=1)) == {1}
    assert stopped(path(1, PUBLISHING, INSERTED), HOUR) == {1}
    assert stopped(path(1, PUBLISHING, FAILED), HOUR) == {1}
    assert stopped([*path(1, PUBLISHING, FAILED), entry(1, PUBLISHING, 5)], HOUR) == set()
    assert stopped([entry(1, EXTRACTED), entry(None, CHECKED)], NOW) == set()


def gate(state: str, minutes: int, name: str = "jobs", extraction: str = "a", load: str = "load") -> Transition:
    """The verdict of a gate."""
    details = json.dumps({"gate": name, "extraction": extraction})
    return Transition(HOUR, HOUR + timedelta(minutes=minutes), load, state, details=details)


def test_the_last_word_on_a_gate_of_one_extraction_counts() -> None:
    entries = [
        gate(REJECTED, 1),
        gate("accepted", 2),
        gate(CHECKED, 3, name="tables"),
        gate(REJECTED, 4, extraction="b"),
        gate(REJECTED, 5, load="other"),
        Transition(HOUR, NOW, "load", CHECKED),
    ]
    assert gate_entry(entries[::-1], "load", "a", "jobs") == entries[1]
    assert gate_entry(entries, "load", "a", "tables") == entries[2]
    assert gate_entry(entries, "load", "b", "jobs") == entries[3]
    assert gate_entry(entries, "load", "b", "tables") is None
    assert gate_entry([], "load", "a", "jobs") is None
