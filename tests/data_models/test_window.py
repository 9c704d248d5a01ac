"""Windows: half-open, UTC, and an algebra that neither loses nor repeats an instant."""

from __future__ import annotations

from datetime import UTC, datetime, timedelta, timezone
from itertools import pairwise

import pytest
from hypothesis import given
from hypothesis import strategies as st

from data_models.window import (
    HOUR,
    Window,
    WindowError,
    day_of,
    format_time,
    hour_of,
    hour_window,
    hours,
    merge,
    missing,
    parse,
    parse_time,
    require_full_hours,
    split,
)

ORIGIN = datetime(2026, 6, 30, 22, tzinfo=UTC)
UNIT = timedelta(minutes=7)
ZONES = st.integers(-14 * 60, 14 * 60).map(lambda minutes: timezone(timedelta(minutes=minutes)))
# Years that UTC has, whatever the zone.
MOMENTS = st.datetimes(timezones=ZONES).filter(lambda moment: 1 < moment.year < 9999)


@st.composite
def windows(draw, moments=MOMENTS):
    """Any window."""
    start, end = sorted(draw(st.lists(moments, min_size=2, max_size=2, unique=True)))
    return Window(start, end)


def of_units(first: int, after: int) -> Window:
    """The window of some units from ORIGIN."""
    return Window(ORIGIN + first * UNIT, ORIGIN + after * UNIT)


# Few units, so that windows overlap, touch and repeat.
UNIT_WINDOWS = st.tuples(st.integers(0, 20), st.integers(1, 8)).map(lambda pair: of_units(pair[0], sum(pair)))
SEVERAL = st.lists(UNIT_WINDOWS, max_size=8)


def units(several: list[Window]) -> list[int]:
    """The units that windows cover, once for each window."""
    return [unit for window in several for unit in range(40) if ORIGIN + unit * UNIT in window]


def test_the_start_belongs_to_a_window_and_the_end_does_not() -> None:
    window = parse("2026-07-01T10")
    assert window.start in window
    assert window.end not in window
    assert window.end - timedelta(microseconds=1) in window


@given(windows())
def test_what_is_written_is_read_back(window: Window) -> None:
    assert parse(str(window)) == window


@given(MOMENTS)
def test_a_time_is_read_back_in_whatever_zone_it_was(moment: datetime) -> None:
    assert parse_time(moment.isoformat()) == parse_time(format_time(moment)) == moment
    assert parse_time(moment.isoformat()).utcoffset() == timedelta(0)


@pytest.mark.parametrize(
    ("text", "start", "end"),
    [
        ("2026-07-01", "2026-07-01T00:00Z", "2026-07-02T00:00Z"),
        (" 2026-07-01T10 ", "2026-07-01T10:00Z", "2026-07-01T11:00Z"),
        ("2026-07-01T10/2026-07-01T12", "2026-07-01T10:00Z", "2026-07-01T12:00Z"),
        ("2026-07-01T01:00+02:00/2026-07-01", "2026-06-30T23:00Z", "2026-07-01T00:00Z"),
    ],
)
def test_a_window_is_two_times_or_a_day_or_an_hour(text: str, start: str, end: str) -> None:
    assert parse(text) == Window(parse_time(start), parse_time(end))


@pytest.mark.parametrize(
    ("text", "says"),
    [
        ("yesterday", "is no time"),
        ("", "is no time"),
        ("2026-07-01T10:30", "is no window"),
        ("2026-13-01", "is no time"),
        ("2026-07-01/", "is no time"),
        ("2026-07-01T10/2026-07-01T10", "is empty"),
        ("2026-07-02/2026-07-01", "is reversed"),
        ("0001-01-01T00:00+14:00/2026-07-01", "outside the years"),
        ("9999-12-31", "outside the years"),
        ("9999-12-31T23", "outside the years"),
    ],
)
def test_what_is_no_window_is_refused_by_its_text(text: str, says: str) -> None:
    with pytest.raises(WindowError, match=says):
        parse(text)


def test_naive_times_are_refused() -> None:
    with pytest.raises(WindowError, match="no time zone"):
        Window(datetime(2026, 7, 1), datetime(2026, 7, 2, tzinfo=UTC))  # noqa: DTZ001
    with pytest.raises(WindowError, match="no time zone"):
        Window(datetime(2026, 7, 1, tzinfo=UTC), datetime(2026, 7, 2))  # noqa: DTZ001


@given(MOMENTS, st.timedeltas(timedelta(0), timedelta(days=400)))
def test_an_empty_or_reversed_window_is_refused(moment: datetime, back: timedelta) -> None:
    with pytest.raises(WindowError, match="reversed" if back else "empty"):
        Window(moment, max(moment.astimezone(UTC), datetime(2, 1, 1, tzinfo=UTC)) - back if back else moment)


@given(UNIT_WINDOWS, st.integers(1, 25).map(lambda minutes: minutes * timedelta(minutes=1)))
def test_the_parts_of_a_split_cover_the_window_and_follow_each_other(window: Window, step: timedelta) -> None:
    parts = split(window, step)
    assert (parts[0].start, parts[-1].end) == (window.start, window.end)
    assert all(before.end == after.start for before, after in pairwise(parts))
    assert all(part.end - part.start == step for part in parts[:-1])
    assert parts[-1].end - parts[-1].start <= step


def test_a_window_at_the_end_of_time_can_be_split() -> None:
    window = parse("9999-12-31T21:00/9999-12-31T23:59")
    assert split(window)[-1] == parse("9999-12-31T23:00/9999-12-31T23:59")


@pytest.mark.parametrize("step", [timedelta(0), -HOUR])
def test_a_step_has_to_lead_forward(step: timedelta) -> None:
    with pytest.raises(WindowError, match="positive step"):
        split(parse("2026-07-01"), step)


@given(SEVERAL, st.randoms())
def test_merging_keeps_the_instants_in_the_fewest_windows_whatever_the_order(several: list[Window], chance) -> None:
    merged = merge(several)
    assert units(merged) == sorted(set(units(several)))
    assert all(before.end < after.start for before, after in pairwise(merged))
    assert merge(merged) == merged
    assert merge(chance.sample(several, len(several))) == merged
    assert merge([*several, *merged]) == merged


@given(UNIT_WINDOWS, SEVERAL)
def test_what_is_missing_and_what_is_present_make_up_what_is_wanted(wanted: Window, present: list[Window]) -> None:
    gaps = missing(wanted, present)
    assert units(gaps) == sorted(set(units([wanted])) - set(units(present)))
    assert merge(gaps) == gaps
    assert missing(wanted, [*present, *gaps]) == []


def test_hours_are_those_that_begin_in_the_window() -> None:
    window = parse("2026-06-30T23:00/2026-07-01T02:00")
    assert [format_time(hour) for hour in hours(window)] == [
        "2026-06-30T23:00Z",
        "2026-07-01T00:00Z",
        "2026-07-01T01:00Z",
    ]


@pytest.mark.parametrize("text", ["2026-07-01T10:30/2026-07-01T12:00", "2026-07-01T10:00/2026-07-01T12:00:01"])
def test_a_window_off_the_full_hours_is_refused_where_hours_count(text: str) -> None:
    for refuse in (require_full_hours, hours):
        with pytest.raises(WindowError, match="full hours"):
            refuse(parse(text))


@given(MOMENTS)
def test_a_moment_lies_in_its_hour_and_day(moment: datetime) -> None:
    assert moment in hour_window(hour_of(moment))
    assert timedelta(0) <= moment - day_of(moment) < timedelta(days=1)
    assert day_of(moment).time() == datetime.min.time()
