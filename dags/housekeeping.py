"""The DAG that keeps house once a day: it closes loads that died, and deletes the bulk of what old ones have staged."""

# Airflow reads only files that have the words "airflow" and "dag" in them.

from __future__ import annotations

from dags import pools
from dags.panda_dag import panda_dag
from dags.step_operator import StepOperator

# Later loads close what died in their own hours; a week is what a scheduler that was away may leave.
REAPED = "{{ (data_interval_end - macros.timedelta(days=8)) | ts }}/{{ data_interval_end | ts }}"
STAGED_DAYS = 7

with panda_dag(
    "housekeeping_daily",
    # Attempts may be closed six hours after they began: by then, those of the day before.
    cron="0 7 * * *",
    description="Loads that died are closed, staged rows of old loads deleted",
    max_active_runs=1,
) as housekeeping_daily:
    StepOperator(task_id="reap", step="reap", arguments=["--window", REAPED], pool=pools.WRITERS)
    StepOperator(task_id="tidy", step="tidy", arguments=["--days", str(STAGED_DAYS)])
