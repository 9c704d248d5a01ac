"""Hours are read in their order until rows, time or the database end it."""

from __future__ import annotations

from collections.abc import Callable
from datetime import UTC, datetime

import pyarrow as pa
import pytest

from data_models.live import in_turn
from data_models.live.in_turn import read_in_turn
from data_models.panda_sql.errors import SourceConfigurationError, SourceError, SourceUnavailable
from data_models.window import HOUR

NEWEST = datetime(2026, 7, 1, 12, tzinfo=UTC)
HOURS = [NEWEST - number * HOUR for number in range(4)]


def rows(n_rows: int) -> pa.Table:
    """So many records."""
    return pa.table({"pandaid": list(range(n_rows))})


def read_until(hour: datetime, error: SourceError) -> Callable[[datetime, int], pa.Table]:
    """Gives two records of each hour but one."""

    def read(asked: datetime, most: int) -> pa.Table:
        if asked == hour:
            raise error
        return rows(min(2, most))

    return read


@pytest.mark.parametrize(("most_rows", "n_hours"), [(8, 4), (7, 3), (2, 1), (1, 0)])
def test_hours_are_left_out_from_the_one_on_that_passes_the_bound_of_rows(most_rows: int, n_hours: int) -> None:
    found = read_in_turn(HOURS, most_rows, 60, lambda _, most: rows(min(2, most)))
    assert list(found) == HOURS[:n_hours]


def test_hours_are_left_out_when_the_time_is_over(monkeypatch: pytest.MonkeyPatch) -> None:
    clock = iter([0, 5, 10, 15])
    monkeypatch.setattr(in_turn, "monotonic", lambda: next(clock))
    assert list(read_in_turn(HOURS, 100, 12, lambda _, most: rows(1))) == HOURS[:2]


def test_an_hour_that_takes_too_long_leaves_those_before_it() -> None:
    assert list(read_in_turn(HOURS, 100, 60, read_until(HOURS[2], SourceUnavailable("too long")))) == HOURS[:2]


def test_a_database_that_gives_no_hour_is_told() -> None:
    with pytest.raises(SourceUnavailable, match="too long"):
        read_in_turn(HOURS, 100, 60, read_until(HOURS[0], SourceUnavailable("too long")))


def test_what_waiting_cannot_mend_is_told() -> None:
    with pytest.raises(SourceConfigurationError, match="no right"):
        read_in_turn(HOURS, 100, 60, read_until(HOURS[2], SourceConfigurationError("no right")))
