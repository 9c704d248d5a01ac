"""The ledger on a real Cassandra: what is entered is read back, and write times are given out once."""

from __future__ import annotations

from concurrent.futures import ThreadPoolExecutor
from datetime import UTC, date, datetime, timedelta
from itertools import count

import pytest
from cassandra.cluster import Session

from data_models.grain import Grain
from data_models.ledger import CLOCK_TOLERANCE, ClockError, Ledger, Superseded, from_microseconds, microseconds
from data_models.ledger_state import CHECKED, EXTRACTED, PUBLISHING, Transition
from data_models.window import HOUR

HOURS = count()
T = microseconds(datetime(2026, 7, 1, tzinfo=UTC))


@pytest.fixture
def hour() -> datetime:
    """An hour that no other test uses."""
    return datetime(2019, 1, 1, tzinfo=UTC) + next(HOURS) * 24 * HOUR


@pytest.fixture
def ledger(archive: Session) -> Ledger:
    """The ledger of the test run."""
    return Ledger(archive)


def test_microseconds_are_exact() -> None:
    moment = datetime(2026, 7, 1, 10, 0, 0, 123_457, tzinfo=UTC)
    assert from_microseconds(microseconds(moment)) == moment
    assert microseconds(datetime(1970, 1, 1, tzinfo=UTC)) == 0
    assert microseconds(datetime(1969, 12, 31, 23, 59, 59, 999_999, tzinfo=UTC)) == -1


def test_transitions_are_read_back_as_they_were_entered_oldest_first(ledger: Ledger, hour: datetime) -> None:
    begin = hour + timedelta(days=1)
    entered = [
        Transition(hour, begin, "load", EXTRACTED, t=T, model="1", run_id="run", tables={"job": 3}, details='{"a": 1}'),
        Transition(hour, begin + timedelta(milliseconds=1), "load", CHECKED, note="größer 🚧"),
        Transition(hour, begin + timedelta(minutes=1), "load", PUBLISHING, w=T, t=T, model="1"),
    ]
    for transition in reversed(entered):
        ledger.append(transition)
    assert ledger.transitions(hour) == entered
    assert ledger.transitions(hour + HOUR) == []


def test_two_entries_of_one_instant_are_both_kept(ledger: Ledger, hour: datetime) -> None:
    for state in (EXTRACTED, CHECKED):
        ledger.append(Transition(hour, hour, "load", state))
    assert {transition.state for transition in ledger.transitions(hour)} == {EXTRACTED, CHECKED}


def test_the_transitions_of_a_day_come_by_hour(ledger: Ledger, hour: datetime) -> None:
    for entered in (hour, hour + HOUR, hour + 23 * HOUR, hour + 24 * HOUR):
        ledger.append(Transition(entered, entered, "load", EXTRACTED))
    of_day = ledger.transitions_of_day(date(hour.year, hour.month, hour.day))
    assert sorted(of_day) == [hour, hour + HOUR, hour + 23 * HOUR]
    next(HOURS)  # the last of them lies in the following day


def test_a_write_time_is_the_snapshots_instant_or_just_above_what_was_given_out(ledger: Ledger, hour: datetime) -> None:
    assert ledger.reserve(hour, T, "first", "a", "1") == T
    assert ledger.reserve(hour, T, "second", "b", "1") == T + 1
    assert ledger.reserve(hour, T, "second", "b", "2") == T + 2
    assert ledger.reserve(hour, T + 1, "third", "c", "1") == T + 3
    assert ledger.reserve(hour, T, "first", "a", "1") == T
    assert [reservation.w for reservation in ledger.reservations(hour)] == [T + 3, T + 2, T + 1, T]


def test_an_older_snapshot_gets_no_write_time(ledger: Ledger, hour: datetime) -> None:
    ledger.reserve(hour, T, "new", "a", "1")
    with pytest.raises(Superseded, match="load new has a later snapshot"):
        ledger.reserve(hour, T - 1, "old", "b", "1")


def test_loads_that_ask_at_once_get_different_write_times(ledger: Ledger, hour: datetime) -> None:
    with ThreadPoolExecutor(4) as pool:
        given = list(pool.map(lambda number: ledger.reserve(hour, T, f"load{number}", "a", "1"), range(8)))
    assert sorted(given) == list(range(T, T + 8))


def test_a_snapshot_ahead_of_our_clock_is_refused(ledger: Ledger, hour: datetime) -> None:
    ahead = microseconds(datetime.now(UTC) + CLOCK_TOLERANCE + timedelta(minutes=1))
    with pytest.raises(ClockError, match="set the clocks right"):
        ledger.reserve(hour, ahead, "load", "a", "1")
    assert ledger.reservations(hour) == []
    almost = microseconds(datetime.now(UTC) + CLOCK_TOLERANCE - timedelta(minutes=1))
    assert ledger.reserve(hour, almost, "load", "a", "1") == almost


def test_partitions_are_listed_by_load_until_they_are_forgotten(ledger: Ledger, hour: datetime) -> None:
    keys = [("CERN", "2026-07-01"), ("größer 🚧 \"'", "2026-07-01")]
    ledger.enter_partitions(hour, "errors_by_site", T, keys)
    ledger.enter_partitions(hour, "errors_by_site", T + 1, keys[:1])
    ledger.enter_partitions(hour, "errors_by_hour", T, [("2026-07-01",)])
    assert {w: set(listed) for w, listed in ledger.partitions(hour, "errors_by_site").items()} == {
        T: set(keys),
        T + 1: {keys[0]},
    }
    ledger.forget_partitions(hour, "errors_by_site", T, below=T + 1)
    assert ledger.partitions(hour, "errors_by_site") == {T + 1: keys[:1]}
    assert ledger.partitions(hour, "errors_by_hour") == {T: [("2026-07-01",)]}


@pytest.mark.parametrize("grain", Grain)
def test_lists_of_tables_that_are_no_more_are_forgotten_in_one_window(
    archive: Session, hour: datetime, grain: Grain
) -> None:
    ledger, next_day = Ledger(archive, grain), hour + timedelta(days=1)
    for window in (hour, next_day):
        for table in ("errors_by_site", "of_an_older_model"):
            ledger.enter_partitions(window, table, T, [("CERN",)])
    assert ledger.forget_tables(hour, {"of_an_older_model", "another"}) == ["of_an_older_model"]
    assert ledger.forget_tables(hour, {"of_an_older_model"}) == []
    assert ledger.partitions(hour, "errors_by_site") == {T: [("CERN",)]}
    assert ledger.partitions(hour, "of_an_older_model") == {}
    assert ledger.partitions(next_day, "of_an_older_model") == {T: [("CERN",)]}


def test_partitions_are_added_to_a_load_beside_those_it_has(ledger: Ledger, hour: datetime) -> None:
    first, more = [(f"SITE_{number:03}",) for number in range(0, 1400, 2)], [(f"SITE_{n:03}",) for n in range(1400)]
    ledger.enter_partitions(hour, "errors_by_site", T, first)
    ledger.add_partitions(hour, "errors_by_site", T, more)
    ledger.add_partitions(hour, "errors_by_site", T, more)
    [listed] = ledger.partitions(hour, "errors_by_site").values()
    assert sorted(listed) == sorted(more)
    ledger.add_partitions(hour, "errors_by_hour", T, [("2026-07-01",)])
    assert ledger.partitions(hour, "errors_by_hour") == {T: [("2026-07-01",)]}
