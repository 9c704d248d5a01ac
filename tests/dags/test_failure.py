"""What is logged when a task has failed for good."""

from __future__ import annotations

from datetime import UTC, datetime
from types import SimpleNamespace

import pytest

from dags.failure import failure_line
from dags.load_name import load_name

DAY = datetime(2026, 7, 1, tzinfo=UTC), datetime(2026, 7, 2, tzinfo=UTC)


@pytest.mark.parametrize(("interval", "window"), [(DAY, "2026-07-01T00:00Z/2026-07-02T00:00Z"), ((None, None), "None")])
def test_the_line_has_what_an_operator_needs(interval: tuple, window: str) -> None:
    start, end = interval
    run = SimpleNamespace(dag_id="archive_daily", run_id="manual__1", data_interval_start=start, data_interval_end=end)
    task = SimpleNamespace(task_id="publish", try_number=3)
    line = failure_line({"ti": task, "dag_run": run, "exception": ValueError("no answer")})
    name = load_name("archive_daily", "manual__1")
    begin = f"FAILED dag=archive_daily run=manual__1 window={window} load={name} task=publish try=3: no answer"
    assert line.startswith(begin)
    assert "runbook" in line
