"""A window is waited for in the triggerer, and only as long as it has not settled."""

from __future__ import annotations

from datetime import timedelta

import pytest
from airflow.sdk import timezone
from airflow.sdk.exceptions import TaskDeferred

from dags.settled import SettledOperator


def test_a_fresh_window_waits_until_it_has_settled(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("HMSF_SETTLE_MINUTES", "20")
    end = timezone.utcnow() - timedelta(minutes=19)
    with pytest.raises(TaskDeferred) as deferred:
        SettledOperator(task_id="wait").execute({"data_interval_end": end})
    assert deferred.value.trigger.moment == end + timedelta(minutes=20)
    assert deferred.value.method_name == "settled"


def test_an_old_window_does_not_wait(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("HMSF_SETTLE_MINUTES", "20")
    end = timezone.utcnow() - timedelta(minutes=21)
    assert SettledOperator(task_id="wait").execute({"data_interval_end": end}) is None
