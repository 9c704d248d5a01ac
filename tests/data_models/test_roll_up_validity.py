"""When a day may be read from its roll-up, by the ledger on a real Cassandra."""

from __future__ import annotations

import json
from collections.abc import Iterable
from datetime import UTC, date, datetime, timedelta
from itertools import count
from random import Random

import pytest
from cassandra.cluster import Session
from hypothesis import given, settings
from hypothesis import strategies as st

from data_models.grain import Grain
from data_models.ledger import Ledger
from data_models.ledger_state import CLOSED, FAILED, INSERTED, PUBLISHING, SUPERSEDED, VERIFIED, Transition
from data_models.roll_up import HoursOfDay, day_states, day_window, days_of, hour_tables, hours_of_day, valid_days
from data_models.tables import query_table
from data_models.window import DAY, HOUR, Window

NUMBERS = count()
THROUGH = (PUBLISHING, INSERTED, VERIFIED)
AT = datetime(2026, 7, 1, tzinfo=UTC)


@pytest.fixture
def day() -> datetime:
    """A day that no other test uses."""
    return new_day()


def new_day() -> datetime:
    return datetime(2016, 1, 1, tzinfo=UTC) + next(NUMBERS) * timedelta(days=3)


def of_hours(day: datetime, w: int, states: Iterable[str] = THROUGH, of: Iterable[int] = range(24)) -> list[Transition]:
    """Entries of loads of hours of a day with write time `w`."""
    tables = {table.name: 1 for table in hour_tables()}
    return [
        Transition(day + number * HOUR, AT + place * HOUR, f"load{w}", state, w, tables=tables)
        for number in of
        for place, state in enumerate(states)
    ]


def of_day(day: datetime, w: int, vector: list[int], states: Iterable[str] = THROUGH) -> list[Transition]:
    """Entries of a roll-up of a day with write time `w` from hours with these."""
    tables, details = {"errors_by_day": 1}, json.dumps({"vector": vector})
    return [
        Transition(day, AT + place * HOUR, "roll-up", state, w, tables=tables, details=details)
        for place, state in enumerate(states)
    ]


def test_the_jobs_of_a_day_are_those_of_its_verified_hours() -> None:
    counts = ((AT, {"job": 7, "jobs_by_site": 9}), (AT + HOUR, {"job@2": 7, "errors_by_site@2": 9}))
    entries = {hour: Transition(hour, AT, "load", VERIFIED, 1, tables=tables) for hour, tables in counts}
    assert HoursOfDay(AT, entries).jobs == 14
    assert HoursOfDay(AT, {}).jobs == 0


def enter(session: Session, hours: Iterable[Transition], days: Iterable[Transition] = ()) -> None:
    for grain, transitions in ((Grain.HOUR, hours), (Grain.DAY, days)):
        ledger = Ledger(session, grain)
        for transition in transitions:
            ledger.append(transition)


def valid(session: Session, day: datetime) -> int | None:
    return valid_days(Ledger(session), day_window(day)).get(day.date())


def test_a_roll_up_is_valid_while_its_hours_are_those_that_it_read(archive: Session, day: datetime) -> None:
    enter(archive, of_hours(day, 50))
    assert valid(archive, day) is None
    enter(archive, [], of_day(day, 50, [50] * 24))
    assert valid(archive, day) == 50
    enter(archive, of_hours(day, 60, [PUBLISHING], of=[7]))
    assert valid(archive, day) is None
    enter(archive, of_hours(day, 60, [INSERTED, VERIFIED], of=[7]))
    assert valid(archive, day) is None
    enter(archive, [], of_day(day, 60, [50] * 7 + [60] + [50] * 16))
    assert valid(archive, day) == 60


def test_an_older_load_that_comes_late_changes_nothing(archive: Session, day: datetime) -> None:
    enter(archive, of_hours(day, 50), of_day(day, 50, [50] * 24))
    enter(archive, of_hours(day, 40, [PUBLISHING, SUPERSEDED], of=[7]))
    assert valid(archive, day) == 50


@pytest.mark.parametrize("end", [SUPERSEDED, CLOSED])
def test_a_day_is_not_valid_while_a_roll_up_of_it_is_half_way(archive: Session, day: datetime, end: str) -> None:
    enter(archive, of_hours(day, 50), of_day(day, 50, [50] * 24))
    for state in (PUBLISHING, FAILED):
        enter(archive, [], of_day(day, 49, [48] * 24, [state]))
        assert valid(archive, day) is None
    enter(archive, [], of_day(day, 49, [48] * 24, [end]))
    assert valid(archive, day) == 50


def test_a_roll_up_of_an_hour_less_is_not_valid(archive: Session, day: datetime) -> None:
    enter(archive, of_hours(day, 50, of=range(23)), of_day(day, 50, [50] * 23))
    assert valid(archive, day) is None


@settings(max_examples=25, deadline=None)
@given(seed=st.integers(0, 2**32))
def test_what_is_entered_in_any_order_and_twice_ends_as_the_same(archive: Session, seed: int) -> None:
    day, chosen = new_day(), Random(seed)
    hours = of_hours(day, 50, [PUBLISHING]) + of_hours(day, 60, [PUBLISHING], of=[7, 9])
    newest = [60 if hour in (7, 9) else 50 for hour in range(24)]
    days = of_day(day, 50, [50] * 24) + of_day(day, 55, [50] * 24, [PUBLISHING, SUPERSEDED]) + of_day(day, 60, newest)
    enter(archive, chosen.sample(hours, len(hours)), chosen.sample(days * 2, len(days) * 2))
    [state] = day_states(Ledger(archive), day_window(day))
    assert (state.valid, state.w, list(state.begun), state.open) == (True, 60, newest, frozenset())


def test_a_table_that_a_roll_up_did_not_write_is_not_read_from_it(archive: Session, day: datetime) -> None:
    enter(archive, of_hours(day, 50), of_day(day, 50, [50] * 24))
    assert valid_days(Ledger(archive), day_window(day), query_table("errors_by_day")) == {day.date(): 50}
    assert valid_days(Ledger(archive), day_window(day), query_table("labels_by_day")) == {}


def test_only_whole_days_of_a_period_are_given_over_years(archive: Session) -> None:
    days = [datetime(2014, 12, 30, tzinfo=UTC) + number * timedelta(days=1) for number in range(4)]
    for day in days:
        enter(archive, of_hours(day, 50, [PUBLISHING]), of_day(day, 50, [50] * 24))
    ledger = Ledger(archive)
    assert list(valid_days(ledger, Window(days[0], days[-1] + 24 * HOUR))) == [day.date() for day in days]
    assert list(valid_days(ledger, Window(days[0] + HOUR, days[-1] + 23 * HOUR))) == [days[1].date(), days[2].date()]
    assert valid_days(ledger, Window(days[0] + HOUR, days[0] + 23 * HOUR)) == {}


def test_the_verified_hours_of_a_day_are_those_that_readers_may_take(archive: Session, day: datetime) -> None:
    enter(archive, of_hours(day, 50))
    found = hours_of_day(Ledger(archive), day)
    assert (found.vector, found.missing, found.objection(hour_tables())) == ((50,) * 24, [], "")
    enter(archive, of_hours(day, 60, [PUBLISHING], of=[7, 9]))
    found = hours_of_day(Ledger(archive), day)
    assert found.missing == [day + 7 * HOUR, day + 9 * HOUR]
    assert "2 of 24 hours not verified, the first is" in found.objection(hour_tables())


def test_an_hour_that_was_loaded_without_a_table_is_named(archive: Session, day: datetime) -> None:
    enter(archive, of_hours(day, 50))
    lacking = hours_of_day(Ledger(archive), day).objection([query_table("jobs_by_site")])
    assert "24 of 24 hours loaded without table jobs_by_site" in lacking
    assert f"rebuild --tables jobs_by_site --from {day.date()}T00:00Z --to {day.date() + DAY}T00:00Z" in lacking


def test_the_days_of_a_window_are_all_that_it_touches() -> None:
    start = datetime(2026, 7, 1, tzinfo=UTC)
    assert days_of(Window(start + 5 * HOUR, start + 6 * HOUR)) == [start]
    assert days_of(Window(start, start + 24 * HOUR)) == [start]
    assert [day.date() for day in days_of(Window(start + 23 * HOUR, start + 49 * HOUR))] == [
        date(2026, 7, number) for number in (1, 2, 3)
    ]
