"""A DAG run's load has a name of its own, which the steps take as it is."""

from __future__ import annotations

import string

from hypothesis import given
from hypothesis import strategies as st

from dags.load_name import load_name
from spark_jobs import staging

run_ids = st.one_of(st.text(min_size=1, max_size=250), st.text(string.ascii_letters + ":+-_.", min_size=1))


@given(st.sampled_from(["archive_hourly", "archive_daily"]), run_ids)
def test_the_steps_leave_it_as_it_is(dag_id: str, run_id: str) -> None:
    name = load_name(dag_id, run_id)
    assert staging.load_name(name) == name


@given(run_ids, run_ids)
def test_runs_that_differ_have_loads_that_differ(one: str, other: str) -> None:
    assert (load_name("archive_hourly", one) == load_name("archive_hourly", other)) == (one == other)
    assert load_name("archive_hourly", one) != load_name("archive_daily", one)


def test_it_can_be_read() -> None:
    name = load_name("archive_daily", "manual__2026-07-02T00:00:00+00:00_x")
    assert name.startswith("archive_daily.manual_2026-07-02T00_00_00_00_00_x-")
