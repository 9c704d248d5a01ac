"""What is said when a task has failed for good: one line with all that an operator needs to start."""

from __future__ import annotations

import logging

from airflow.sdk import Context

from dags.load_name import load_name

log = logging.getLogger("hmsf.failure")


def tell_failure(context: Context) -> None:
    """Log DAG, run, window, load, task, reason and remedy. A site adds its pager or chat here."""
    log.error(failure_line(context))


def failure_line(context: Context) -> str:
    """The line, from the context of a failed task."""
    task, run = context["ti"], context["dag_run"]
    window = f"{run.data_interval_start}/{run.data_interval_end}"
    return (
        f"FAILED dag={run.dag_id} run={run.run_id} window={window} load={load_name(run.dag_id, run.run_id)} "
        f"task={task.task_id} try={task.try_number}: {context.get('exception')} | what to do: the DAG's documentation "
        f"(dags/runbook.md), section {task.task_id}"
    )
