"""Slices cover a window, and all PANDAIDs, exactly once."""

from __future__ import annotations

from datetime import UTC, datetime, timedelta
from itertools import pairwise

from hypothesis import given
from hypothesis import strategies as st

from data_models.window import Window, merge
from spark_jobs.sources.oracle_slices import BEYOND_PANDAIDS, LOWEST_PANDAID, pandaid_ranges, time_slices

PANDAIDS = st.integers(1 - 10**11, 10**11 - 1)


@given(st.lists(PANDAIDS, min_size=1, max_size=9).map(sorted), PANDAIDS)
def test_every_pandaid_is_in_exactly_one_range(begins: list[int], pandaid: int) -> None:
    ranges = pandaid_ranges(begins)
    assert len([first for first, after in ranges if first <= pandaid < after]) == 1
    assert all(first < after for first, after in ranges)
    assert all(one[1] == other[0] for one, other in pairwise(ranges))


def test_ranges_begin_where_the_database_cuts_and_are_open_at_both_ends() -> None:
    assert pandaid_ranges([100, 200, 200, 300]) == [
        (LOWEST_PANDAID, 200),
        (200, 300),
        (300, BEYOND_PANDAIDS),
    ]


def test_a_table_without_rows_has_no_ranges() -> None:
    assert pandaid_ranges([]) == []


@given(st.integers(0, 10**6), st.integers(1, 40))
def test_time_slices_make_up_the_window_on_whole_seconds(start: int, length: int) -> None:
    begin = datetime(2024, 1, 1, tzinfo=UTC) + timedelta(hours=start)
    window = Window(begin, begin + timedelta(hours=length))
    slices = time_slices(window)
    assert merge(slices) == [window]
    assert len(slices) <= 24
    assert not any(part.start.microsecond or part.end.microsecond for part in slices)
