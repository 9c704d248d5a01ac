"""The DAG that carries one window from PanDA's database into Cassandra, for windows of any length."""

from __future__ import annotations

from datetime import UTC, datetime, timedelta
from pathlib import Path

from airflow.sdk import DAG, CronDataIntervalTimetable

from dags import pools
from dags.failure import tell_failure
from dags.gate_task import require_gate
from dags.load_name import load_name
from dags.roll_up_due import roll_up_is_due
from dags.settled import SettledOperator
from dags.step_operator import StepOperator
from dags.window_guard import refuse_bad_interval
from data_models.ledger_state import ATTEMPT_DEADLINE

# PanDA runs since 2005: no window lies before.
START = datetime(2005, 1, 1, tzinfo=UTC)
RUNBOOK = Path(__file__).with_name("runbook.md")

WINDOW = "{{ data_interval_start | ts }}/{{ data_interval_end | ts }}"
LOAD = "{{ load_name(dag.dag_id, run_id) }}"
RUN = ["--run-id", "{{ run_id }}"]
STEP_ARGUMENTS = ["--window", WINDOW, "--load", LOAD, *RUN]
# The day in which the window lies.
ROLL_UP_ARGUMENTS = ["--day", "{{ data_interval_start | ds }}", "--if-complete", *RUN]

DEFAULTS = {
    "owner": "panda-archive",
    "retries": 2,
    "retry_delay": timedelta(minutes=1),
    "retry_exponential_backoff": 3.0,
    "max_retry_delay": timedelta(minutes=15),
    "on_failure_callback": tell_failure,
}
# An attempt that has run for longer may write no more (data_models.ledger_state).
STEP_DEFAULTS = {"arguments": STEP_ARGUMENTS, "execution_timeout": ATTEMPT_DEADLINE}


def archive_dag(dag_id: str, cron: str, description: str, max_active_runs: int) -> DAG:
    """A DAG whose runs each archive the interval (UTC) between two moments of `cron`.

    Runs are independent and may overlap, also with those of other DAGs: loads of one window converge. It does not catch
    up: history is loaded by `airflow backfill`.
    """
    with DAG(
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
    ) as dag:
        guard = refuse_bad_interval.override(retries=0)()
        settled = SettledOperator(task_id="wait_until_settled")
        extract = StepOperator(task_id="extract", step="extract", pool=pools.SOURCE, **STEP_DEFAULTS)
        gate_jobs = require_gate.override(task_id="gate_jobs")("jobs", WINDOW, LOAD)
        aggregate = StepOperator(task_id="aggregate", step="aggregate", **STEP_DEFAULTS)
        gate_tables = require_gate.override(task_id="gate_tables")("tables", WINDOW, LOAD)
        publish = StepOperator(
            task_id="publish_and_verify", step="publish_and_verify", pool=pools.WRITERS, **STEP_DEFAULTS
        )
        due = roll_up_is_due.override(task_id="roll_up_due")(WINDOW)
        roll_up = StepOperator(
            task_id="roll_up", step="roll_up", pool=pools.WRITERS, **STEP_DEFAULTS | {"arguments": ROLL_UP_ARGUMENTS}
        )
        guard >> settled >> extract >> gate_jobs >> aggregate >> gate_tables >> publish >> due >> roll_up
    return dag
