"""What all DAGs have in common: who has them, when they begin, what is tried again, and their runbook."""

from __future__ import annotations

from datetime import UTC, datetime, timedelta
from pathlib import Path

from airflow.sdk import DAG, CronDataIntervalTimetable

from dags.failure import tell_failure
from dags.load_name import load_name

# PanDA runs since 2005: no window lies before.
START = datetime(2005, 1, 1, tzinfo=UTC)
RUNBOOK = Path(__file__).with_name("runbook.md")

DEFAULTS = {
    "owner": "panda-archive",
    "retries": 2,
    "retry_delay": timedelta(minutes=1),
    "retry_exponential_backoff": 3.0,
    "max_retry_delay": timedelta(minutes=15),
    "on_failure_callback": tell_failure,
}


def panda_dag(dag_id: str, cron: str, description: str, max_active_runs: int) -> DAG:
    """A DAG without tasks whose runs are each of the interval (UTC) between two moments of `cron`.

    It does not catch up, and is paused until an operator starts it.
    """
    return DAG(
        dag_id,
        description=description,
        # A bare cron would give intervals of zero width in Airflow 3.
        schedule=CronDataIntervalTimetable(cron, timezone="UTC"),
        start_date=START,
        catchup=False,
        max_active_runs=max_active_runs,
        is_paused_upon_creation=True,
        default_args=DEFAULTS,
        user_defined_macros={"load_name": load_name},
        tags=["panda", "archive"],
        doc_md=RUNBOOK.read_text(encoding="utf-8"),
    )
