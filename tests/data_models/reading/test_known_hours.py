"""What the ledger says of hours to readers, and when it is read again."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import UTC, datetime, timedelta
from functools import partial
from itertools import count
from zlib import crc32

import pytest
from cachetools import TTLCache
from cassandra.cluster import Session
from cassandra.util import uuid_from_time
from hypothesis import given
from hypothesis import strategies as st

from data_models.ledger import Ledger
from data_models.ledger_state import CLOSED, FAILED, INSERTED, PUBLISHING, SUPERSEDED, VERIFIED, Transition
from data_models.reading import known_hours
from data_models.reading.archive import Archive
from data_models.reading.known_hours import HOURS, DayWords, HourWord, KnownHours, day_words, months
from data_models.tables import query_table
from data_models.window import Window, hour_of, hour_window, hours

HOUR = datetime(2026, 7, 1, 10)  # noqa: DTZ001 (as the driver gives it)
ROWS, NO_TABLE = {"errors_by_hour": 5}, None
NO_ROWS = {"errors_by_hour": 0}
Entry = tuple[str, int | None, dict[str, int] | None]


def said_of(*entries: Entry) -> DayWords:
    """The words on a day with entries of one hour, oldest first: (state, W, rows by table)."""
    rows = [
        (HOUR, uuid_from_time(number), f"load-{w}", w, state, tables)
        for number, (state, w, tables) in enumerate(entries)
    ]
    return day_words(rows, 0)


def word_of(w: int, *, verified: bool) -> HourWord:
    """A word on an hour that has the table."""
    return HourWord(w, verified, frozenset(ROWS))


FIRST = ((PUBLISHING, 1, NO_TABLE), (INSERTED, 1, ROWS), (VERIFIED, 1, ROWS))


@pytest.mark.parametrize(
    ("entries", "said"),
    [
        (FIRST, word_of(1, verified=True)),
        (FIRST[:2], word_of(1, verified=False)),
        (FIRST[:1], None),
        ((("checked", None, NO_TABLE), *FIRST), word_of(1, verified=True)),
        ((*FIRST, (PUBLISHING, 2, NO_TABLE)), word_of(1, verified=False)),
        ((*FIRST, (PUBLISHING, 2, NO_TABLE), (INSERTED, 2, NO_ROWS)), word_of(2, verified=False)),
        (
            (*FIRST, (PUBLISHING, 2, NO_TABLE), (INSERTED, 2, NO_ROWS), (VERIFIED, 2, NO_ROWS)),
            word_of(2, verified=True),
        ),
        ((*FIRST, (PUBLISHING, 2, NO_TABLE), (CLOSED, 2, NO_TABLE)), word_of(1, verified=False)),
        (((PUBLISHING, 1, NO_TABLE), (FAILED, 1, NO_TABLE), *FIRST), word_of(1, verified=True)),
        ((*FIRST, (FAILED, 1, NO_TABLE)), word_of(1, verified=False)),
        (((PUBLISHING, 0, NO_TABLE), (SUPERSEDED, 0, NO_TABLE), *FIRST), word_of(1, verified=True)),
        (((PUBLISHING, 1, NO_TABLE), (INSERTED, 1, NO_TABLE), (VERIFIED, 1, NO_TABLE)), None),
    ],
    ids=[
        "verified",
        "inserted",
        "first load under way",
        "entries without a write time",
        "loaded again",
        "loaded again, all rows in",
        "loaded again and verified, without rows",
        "a later load died",
        "verified at the second try",
        "verified and later not equal",
        "an earlier load was overtaken",
        "loaded before the table was made",
    ],
)
def test_an_hour_is_taken_when_all_rows_of_a_load_are_in(entries: tuple[Entry, ...], said: HourWord | None) -> None:
    words = said_of(*entries)
    assert words.hours.get(HOUR.replace(tzinfo=UTC)) == said
    assert words.newest.time == uuid_from_time(len(entries) - 1).time


@dataclass(frozen=True)
class LoadedHour:
    """An hour of the ledger, and a reader that takes for true what it knows for no second."""

    ledger: Ledger
    reader: Archive
    hour: datetime

    def enter(self, number: int, state: str, w: int, tables: dict[str, int] | None) -> None:
        """An entry, made `number` seconds after the hour began."""
        at = self.hour + timedelta(seconds=number)
        self.ledger.append(Transition(self.hour, at, f"load-{w}", state, w, w, tables=tables or {}))

    def known(self) -> KnownHours:
        """What readers know of the hour."""
        return self.reader.ledger.known(query_table("errors_by_hour"), None, hour_window(self.hour))


@pytest.fixture
def loaded(archive: Session, request: pytest.FixtureRequest) -> LoadedHour:
    """An hour that is verified at write time 1; each test has a day of its own."""
    day = datetime(2019, 1, 1, tzinfo=UTC) + timedelta(days=crc32(request.node.name.encode()) % 365)
    made = LoadedHour(Ledger(archive), Archive(archive, ledger_seconds=0), day)
    for number, entry in enumerate(FIRST):
        made.enter(number, *entry)
    return made


def test_a_day_is_read_again_when_something_was_entered_for_it_and_only_then(
    loaded: LoadedHour, monkeypatch: pytest.MonkeyPatch
) -> None:
    asked: list[str] = []
    rows = loaded.reader.rows
    monkeypatch.setattr(loaded.reader, "rows", lambda what, binds: asked.append(what) or rows(what, binds))
    for _ in range(3):
        assert loaded.known().verified == {loaded.hour: 1}
    assert asked == [HOURS]
    loaded.enter(3, PUBLISHING, 2, NO_TABLE)
    assert loaded.known().refreshing == {loaded.hour: 1}
    for number, state in ((4, INSERTED), (5, VERIFIED)):
        loaded.enter(number, state, 2, ROWS)
    assert loaded.known().verified == {loaded.hour: 2}


def test_an_entry_by_a_clock_that_is_behind_is_read_after_a_minute(
    loaded: LoadedHour, monkeypatch: pytest.MonkeyPatch
) -> None:
    assert loaded.known().verified == {loaded.hour: 1}
    loaded.enter(1, PUBLISHING, 2, NO_TABLE)
    assert loaded.known().verified == {loaded.hour: 1}
    monkeypatch.setattr(known_hours, "CONFIRMED_SECONDS", 0)
    assert loaded.known().refreshing == {loaded.hour: 1}


def test_a_day_of_a_ledger_that_names_no_last_entry_is_read_after_some_seconds(loaded: LoadedHour) -> None:
    day = loaded.hour.date()
    loaded.ledger.session.execute("DELETE changed FROM ledger_day WHERE year = 2019 AND day = %s", (day,))
    assert loaded.known().verified == {loaded.hour: 1}
    loaded.enter(3, PUBLISHING, 2, NO_TABLE)
    loaded.ledger.session.execute("DELETE changed FROM ledger_day WHERE year = 2019 AND day = %s", (day,))
    assert loaded.known().refreshing == {loaded.hour: 1}


@given(start=st.datetimes(datetime(2015, 1, 1), datetime(2030, 1, 1)), n_hours=st.integers(1, 40_000))  # noqa: DTZ001
def test_the_months_of_a_period_are_those_of_its_hours(start: datetime, n_hours: int) -> None:
    period = Window(hour_of(start.replace(tzinfo=UTC)), hour_of(start.replace(tzinfo=UTC)) + timedelta(hours=n_hours))
    assert months(period) == sorted({(hour.year, hour.month) for hour in hours(period)})


def test_what_was_read_before_all_was_forgotten_is_not_kept_after_it(
    loaded: LoadedHour, monkeypatch: pytest.MonkeyPatch
) -> None:
    reader = Archive(loaded.ledger.session, ledger_seconds=3600)
    slow = LoadedHour(loaded.ledger, reader, loaded.hour)
    rows = reader.rows

    def overtaken(statement: str, binds: Sequence[tuple]) -> list:
        read = list(rows(statement, binds))
        loaded.enter(3, PUBLISHING, 2, NO_TABLE)
        reader.ledger.forget()
        return read

    monkeypatch.setattr(reader, "rows", overtaken)
    assert slow.known().verified == {loaded.hour: 1}
    monkeypatch.setattr(reader, "rows", rows)
    assert slow.known().refreshing == {loaded.hour: 1}


def test_a_month_that_expires_while_it_is_looked_up_is_read_again(
    loaded: LoadedHour, monkeypatch: pytest.MonkeyPatch
) -> None:
    clock = count()
    monkeypatch.setattr("data_models.reading.known_hours.TTLCache", partial(TTLCache, timer=lambda: next(clock) * 3))
    stepped = LoadedHour(loaded.ledger, Archive(loaded.ledger.session, ledger_seconds=5), loaded.hour)
    for _ in range(20):
        assert stepped.known().verified == {loaded.hour: 1}
