"""What stands out against the days before."""

from __future__ import annotations

from hypothesis import given
from hypothesis import strategies as st

from data_models.anomalies import LEAST_COUNT, anomalies

DAYS = st.lists(st.integers(0, 500), min_size=3, max_size=7)


def names(counts: dict[str, int], before: list[dict[str, int]]) -> list[str]:
    return [one.name for one in anomalies(counts, before)]


def test_a_site_that_broke_stands_out_and_a_busy_one_does_not() -> None:
    before = [{"BUSY": n, "BROKE": m} for n, m in ((95, 4), (110, 2), (102, 7), (99, 3))]
    found = anomalies({"BUSY": 120, "BROKE": 60}, before)
    assert [(one.name, one.count, one.usual) for one in found] == [("BROKE", 60, 3.5)]


def test_one_bad_day_before_does_not_hide_the_next() -> None:
    assert names({"A": 80}, [{"A": 2}, {"A": 900}, {"A": 3}, {"A": 1}, {"A": 2}]) == ["A"]


def test_a_site_that_fails_differently_every_day_takes_more_to_stand_out() -> None:
    before = [{"A": n} for n in (10, 200, 90, 300, 20)]
    assert names({"A": 400}, before) == []
    assert names({"A": 1200}, before) == ["A"]


def test_what_was_never_there_stands_out_from_a_count_on() -> None:
    assert names({"NEW": LEAST_COUNT}, [{}] * 3) == ["NEW"]
    assert names({"NEW": LEAST_COUNT - 1}, [{}] * 3) == []


def test_nothing_is_said_with_too_few_days_before() -> None:
    assert names({"A": 10_000}, [{"A": 0}] * 2) == []


@given(usual=DAYS, count=st.integers(0, 5000), more=st.integers(0, 5000))
def test_more_failures_never_stand_out_less(usual: list[int], count: int, more: int) -> None:
    before = [{"A": n} for n in usual]
    assert not names({"A": count}, before) or names({"A": count + more}, before)


@given(usual=DAYS, count=st.integers(0, 5000))
def test_no_more_than_on_the_worst_day_of_few_is_not_new(usual: list[int], count: int) -> None:
    assert count > sorted(usual)[len(usual) // 2] or not names({"A": count}, [{"A": n} for n in usual])
