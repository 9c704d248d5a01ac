"""What is said when a task has failed for good: one line with all that an operator needs to start."""

from __future__ import annotations

import logging

from airflow.sdk import Context

from dags.load_name import load_name
from data_models.window import format_time

log = logging.getLogger("hmsf.failure")


def tell_failure(context: Context) -> None:
    """Log DAG, run, window, load, task, reason and remedy. A site adds its pager or chat here."""
    log.error(failure_line(context))


def failure_line(context: Context) -> str:
    """The line, from the context of a failed task."""
    task, run = context["ti"], context["dag_run"]
    edges = [format_time(edge) for edge in (run.data_interval_start, run.data_interval_end) if edge]
    window, load = "/".join(edges) or None, load_name(run.dag_id, run.run_id)
    return (
        f"FAILED dag={run.dag_id} run={run.run_id} window={window} load={load} "
        f"task={task.task_id} try={task.try_number}: {context.get('exception')} | what to do: the DAG's documentation "
        f"(dags/runbook.md), section {task.task_id}"
    )
