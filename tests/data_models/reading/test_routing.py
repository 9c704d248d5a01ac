"""The parts of a period: days that are rolled up and hours cover each hour once."""

from __future__ import annotations

from datetime import UTC, date, datetime, timedelta

import pytest
from hypothesis import given
from hypothesis import strategies as st

from data_models.reading.routing import day_window, full_days, route, touched_days
from data_models.window import Window, WindowError, hours

ORIGIN = datetime(2026, 2, 27, tzinfo=UTC)
HOURS = st.integers(0, 24 * 6).map(lambda number: ORIGIN + timedelta(hours=number))
DAYS = st.integers(-1, 7).map(lambda number: (ORIGIN + timedelta(days=number)).date())


@st.composite
def periods(draw):
    """A period of full hours over up to six days."""
    start, end = sorted(draw(st.lists(HOURS, min_size=2, max_size=2, unique=True)))
    return Window(start, end)


@given(periods(), st.frozensets(DAYS))
def test_each_hour_of_a_period_is_in_one_part(period: Window, rolled_up: frozenset[date]) -> None:
    parts = route(period, rolled_up)
    by_day = [hour for day in parts.days for hour in hours(day_window(day))]
    by_hour = [hour for window in parts.hours for hour in hours(window)]
    n_hours = int((period.end - period.start).total_seconds() // 3600)
    assert sorted(by_day + by_hour) == [period.start + timedelta(hours=number) for number in range(n_hours)]


@given(periods(), st.frozensets(DAYS))
def test_every_full_day_that_is_rolled_up_is_read_as_one(period: Window, rolled_up: frozenset[date]) -> None:
    parts = route(period, rolled_up)
    assert set(parts.days) <= rolled_up
    for window in parts.hours:
        assert not rolled_up & set(full_days(window))


@given(periods())
def test_days_are_touched_where_an_hour_of_them_is_in_a_window(period: Window) -> None:
    assert touched_days((period,)) == sorted({hour.date() for hour in hours(period)})


def test_a_period_that_is_not_of_full_hours_is_refused() -> None:
    with pytest.raises(WindowError, match="full hours"):
        route(Window(ORIGIN, ORIGIN + timedelta(minutes=90)), frozenset())
