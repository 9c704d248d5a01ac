"""Which partitions are read: all that hold a wanted window, each once, newest first."""

from __future__ import annotations

from datetime import UTC, date, datetime, timedelta

import pytest
from hypothesis import given
from hypothesis import strategies as st

from data_models.reading.partitions import BUCKETS, PARTITIONS_AT_ONCE, partition_reads
from data_models.tables import query_table

NEW_YEAR = datetime(2026, 1, 1, tzinfo=UTC)
STARTS = st.lists(st.integers(-60, 60), min_size=1, max_size=20, unique=True).map(
    lambda numbers: [NEW_YEAR + timedelta(hours=number) for number in numbers]
)


@pytest.mark.parametrize(
    ("name", "moment", "value"),
    [
        ("hour", datetime(2026, 5, 31, 23, 59, tzinfo=UTC), datetime(2026, 5, 31, 23, tzinfo=UTC)),
        ("day", datetime(2026, 5, 31, 23, 59, tzinfo=UTC), date(2026, 5, 31)),
        ("month", datetime(2026, 5, 31, 23, 59, tzinfo=UTC), date(2026, 5, 1)),
        ("quarter", datetime(2026, 3, 31, tzinfo=UTC), date(2026, 1, 1)),
        ("quarter", datetime(2026, 4, 1, tzinfo=UTC), date(2026, 4, 1)),
        ("quarter", datetime(2026, 12, 31, tzinfo=UTC), date(2026, 10, 1)),
        ("year", datetime(2026, 5, 31, tzinfo=UTC), 2026),
    ],
)
def test_a_time_lies_in_a_bucket(name: str, moment: datetime, value: object) -> None:
    assert BUCKETS[name](moment) == value


@given(STARTS)
def test_partitions_of_days_are_read_from_their_first_to_their_last_wanted_hour(starts: list[datetime]) -> None:
    reads = partition_reads(query_table("errors_by_site"), ["hour"], {"computingsite": "X"}, starts)
    days = sorted({start.date() for start in starts}, reverse=True)
    assert [bind[:2] for bind in reads.binds] == [("X", day) for day in days]
    for _, day, first, last in reads.binds:
        wanted = [start for start in starts if start.date() == day]
        assert (first, last) == (min(wanted), max(wanted))


@given(STARTS)
def test_partitions_of_an_hour_are_read_for_each_wanted_hour_some_at_once(starts: list[datetime]) -> None:
    fixed = {"component": "pilot", "code": 1}
    reads = partition_reads(query_table("sites_by_error"), ["hour"], fixed, starts)
    assert reads.statement.endswith("WHERE component = ? AND code = ? AND hour IN ?")
    assert [start for *_, chunk in reads.binds for start in chunk] == sorted(starts, reverse=True)
    assert {len(chunk) for *_, chunk in reads.binds[:-1]} <= {PARTITIONS_AT_ONCE}
    assert reads.n_partitions == len(starts)


@given(STARTS)
def test_fixed_clustering_columns_are_read_at_each_wanted_hour(starts: list[datetime]) -> None:
    fixed = {"component": "pilot", "code": 1}
    reads = partition_reads(query_table("errors_by_hour"), ["n_errors"], fixed, starts)
    assert reads.statement.endswith("WHERE day = ? AND hour IN ? AND component = ? AND code = ?")
    read = [(day, hour) for day, held, *_ in reads.binds for hour in held]
    assert sorted(read) == sorted((start.date(), start) for start in starts)
    assert {bind[2:] for bind in reads.binds} == {("pilot", 1)}


def test_a_part_of_a_window_that_is_one_row_cannot_be_read() -> None:
    starts = [datetime(2026, 3, 31, tzinfo=UTC)]
    with pytest.raises(ValueError, match="table errors_by_day: a window is one row, which cannot be read by code"):
        partition_reads(query_table("errors_by_day"), ["n_errors"], {"code": 1}, starts)


def test_days_of_a_roll_up_are_read_from_its_buckets() -> None:
    starts = [datetime(2026, 3, 31, tzinfo=UTC), datetime(2026, 4, 1, tzinfo=UTC), datetime(2026, 1, 5, tzinfo=UTC)]
    reads = partition_reads(query_table("errors_by_site_day"), ["n_errors"], {"computingsite": "X"}, starts)
    assert reads.statement.endswith("WHERE computingsite = ? AND quarter = ? AND day >= ? AND day <= ?")
    assert reads.binds == (
        ("X", date(2026, 4, 1), date(2026, 4, 1), date(2026, 4, 1)),
        ("X", date(2026, 1, 1), date(2026, 1, 5), date(2026, 3, 31)),
    )
