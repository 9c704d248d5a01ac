"""A day's roll-up is due in the run that completes it or loads an hour of it again, unless it is there."""

from __future__ import annotations

from datetime import UTC, datetime

import pytest
from cassandra.cluster import Session
from made_archive import enter_roll_up

from dags.roll_up_due import roll_up_is_due
from data_models.ledger import Ledger
from data_models.ledger_state import INSERTED, PUBLISHING, VERIFIED, Transition
from data_models.roll_up import day_window, hour_tables
from data_models.window import HOUR, format_window, hour_window

DAY = datetime(2022, 2, 2, tzinfo=UTC)
look = roll_up_is_due.function


def load(ledger: Ledger, hour: datetime, w: int, *states: str) -> None:
    tables = {table.name: 0 for table in hour_tables()}
    for place, state in enumerate(states):
        ledger.append(Transition(hour, DAY + place * HOUR, f"load{w}", state, w, tables=tables))


def test_a_roll_up_is_due_when_the_last_hour_is_verified_and_when_one_is_again(
    archive: Session, capsys: pytest.CaptureFixture[str]
) -> None:
    ledger = Ledger(archive)
    for number in range(24):
        assert not look(format_window(hour_window(DAY + number * HOUR)))
        load(ledger, DAY + number * HOUR, 50, PUBLISHING, INSERTED, VERIFIED)
    assert "day 2022-02-02: 1 of 24 hours not verified, the first is 2022-02-02T23:00Z" in capsys.readouterr().out
    assert look(format_window(day_window(DAY)))
    load(ledger, DAY + 3 * HOUR, 60, PUBLISHING)
    assert not look(format_window(hour_window(DAY + 3 * HOUR)))
    load(ledger, DAY + 3 * HOUR, 60, INSERTED, VERIFIED)
    assert look(format_window(hour_window(DAY + 3 * HOUR)))


def test_a_roll_up_is_not_due_until_an_hour_of_its_day_is_loaded_again(
    archive: Session, capsys: pytest.CaptureFixture[str]
) -> None:
    ledger, start = Ledger(archive), DAY + 24 * HOUR
    for number in range(24):
        load(ledger, start + number * HOUR, 50, PUBLISHING, INSERTED, VERIFIED)
    enter_roll_up(archive, start.date(), 50, [50] * 24)
    assert not look(format_window(day_window(start)))
    assert "day 2022-02-03 is rolled up" in capsys.readouterr().out
    load(ledger, start, 60, PUBLISHING, INSERTED, VERIFIED)
    assert look(format_window(day_window(start)))
