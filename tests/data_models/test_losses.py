"""What a job cost: wall time, cores, CPU, HS06 and CO2, each by its rule, none of them NULL or negative."""

from __future__ import annotations

from datetime import UTC, datetime, timedelta
from decimal import Decimal
from typing import Any

import job_strategies
import pyarrow as pa
import pytest
import row_model
from hypothesis import given
from hypothesis import strategies as st

from data_models import losses
from data_models.job_record import by_name

BEGIN = datetime(2026, 7, 1, 10, tzinfo=UTC)
END = BEGIN + timedelta(minutes=30)
UNSET = datetime(1970, 1, 1, tzinfo=UTC)
TIMES = ("starttime", "endtime", "statechangetime", "modificationtime")


def column(name: str, *values: Any) -> pa.Array:
    """Values in the pinned type of a column."""
    return pa.array(values, by_name()[name].arrow)


def wall(*times: datetime | None) -> tuple[int, bool]:
    """The wall time of one job from its times, in the order of TIMES."""
    seconds, flagged = losses.wall_seconds(*(column(name, time) for name, time in zip(TIMES, times, strict=True)))
    return seconds[0].as_py(), flagged[0].as_py()


@given(st.lists(job_strategies.jobs, max_size=5))
def test_each_loss_is_what_the_rule_says_job_by_job(jobs: list[dict[str, Any]]) -> None:
    columns = {
        name: column(name, *(job[name] for job in jobs))
        for name in (*TIMES, "actualcorecount", "jobmetrics", "corecount")
    }
    seconds, flagged = losses.wall_seconds(*(columns[name] for name in TIMES))
    counts = losses.cores(columns["actualcorecount"], columns["jobmetrics"], columns["corecount"])
    assert list(zip(seconds.to_pylist(), flagged.to_pylist(), strict=True)) == [row_model.wall(job) for job in jobs]
    assert counts.to_pylist() == [row_model.cores(job) for job in jobs]


@pytest.mark.parametrize("unset", [None, UNSET])
def test_another_time_stands_in_for_an_end_that_is_not_set(unset: datetime | None) -> None:
    assert wall(BEGIN, END, UNSET, UNSET) == (1800, False)
    assert wall(BEGIN, unset, END, BEGIN) == (1800, False)
    assert wall(BEGIN, unset, unset, END) == (1800, False)


@pytest.mark.parametrize("unset", [None, UNSET])
def test_a_job_that_never_started_has_no_wall_time(unset: datetime | None) -> None:
    assert wall(unset, END, END, END) == (0, False)


def test_spans_that_cannot_be_are_flagged_and_negative_ones_count_nothing() -> None:
    month = timedelta(days=30)
    assert wall(END, BEGIN, None, END) == (0, True)
    assert wall(BEGIN, BEGIN - timedelta(microseconds=1), None, END) == (0, True)
    assert wall(BEGIN, BEGIN + month, None, END) == (30 * 86_400, False)
    assert wall(BEGIN, BEGIN + month + timedelta(seconds=1), None, END) == (30 * 86_400 + 1, True)
    assert wall(BEGIN, BEGIN, None, END) == (0, False)


@pytest.mark.parametrize(
    ("actual", "metrics", "requested", "count"),
    [
        (4, "coreCount=8", 16, 4),
        (None, "leak=1 coreCount=8 x=2", 16, 8),
        (0, "coreCount=8", 16, 8),
        (None, "xcoreCount=8", 16, 16),
        (None, "coreCount=8x", 16, 16),
        (None, "coreCount=0", 16, 16),
        (None, None, 16, 16),
        (-1, "", 0, 1),
        (None, None, None, 1),
        (999_999, None, 16, 999_999),
        (1_000_000, None, 16, 16),
    ],
)
def test_cores_are_the_first_count_that_is_set(
    actual: int | None, metrics: str | None, requested: int | None, count: int
) -> None:
    found = losses.cores(
        column("actualcorecount", actual), column("jobmetrics", metrics), column("corecount", requested)
    )
    assert found.to_pylist() == [count]


def test_the_longest_span_on_the_most_cores_fits_64_bits() -> None:
    longest = (2**63 - 1) // losses.MICROSECONDS
    assert longest * losses.MOST_CORES.as_py() < 2**63


def test_costs_that_cannot_be_are_nothing() -> None:
    cpu = column("cpuconsumptiontime", 100, None, -1, 10**12, 10**12 + 1, 10**20 - 1)
    assert losses.cpu_seconds(cpu).to_pylist() == [100, 0, 0, 10**12, 0, 0]
    hs06 = column("hs06sec", 100, None, -1, 99_999_999_999, 2**63 - 1)
    assert losses.hs06_seconds(hs06).to_pylist() == [100, 0, 0, 99_999_999_999, 0]


def test_co2_is_counted_in_hundredths_and_exactly() -> None:
    grams = column("gco2_global", Decimal("0.29"), Decimal("99999999.99"), Decimal("-0.01"), None)
    assert losses.co2_hundredths(grams).to_pylist() == [29, 9_999_999_999, 0, 0]
