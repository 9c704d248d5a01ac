"""The DAG that carries one window from PanDA's database into Cassandra, for windows of any length."""

from __future__ import annotations

from airflow.sdk import DAG

from dags import pools
from dags.gate_task import JOBS, require_gate
from dags.panda_dag import panda_dag
from dags.roll_up_due import roll_up_is_due
from dags.settled import SettledOperator
from dags.step_operator import StepOperator
from dags.window_guard import refuse_bad_interval

WINDOW = "{{ data_interval_start | ts }}/{{ data_interval_end | ts }}"
LOAD = "{{ load_name(dag.dag_id, run_id) }}"
RUN = ["--run-id", "{{ run_id }}"]
STEP_ARGUMENTS = ["--window", WINDOW, "--load", LOAD, *RUN]
# The day in which the window lies.
ROLL_UP_ARGUMENTS = ["--day", "{{ data_interval_start | ds }}", "--if-complete", *RUN]


def told_by(gate: str) -> str:
    """A template of how many jobs the load has, as the task of a gate told."""
    return f"{{{{ ti.xcom_pull(task_ids='{gate}', key='{JOBS}') }}}}"


def archive_dag(dag_id: str, cron: str, description: str, max_active_runs: int) -> DAG:
    """A DAG whose runs each archive the interval (UTC) between two moments of `cron`.

    Runs are independent and may overlap, also with those of other DAGs: loads of one window converge. History is loaded
    by `airflow backfill`.
    """
    with panda_dag(dag_id, cron, description, max_active_runs) as dag:
        guard = refuse_bad_interval.override(retries=0)()
        settled = SettledOperator(task_id="wait_until_settled")
        extract = StepOperator(task_id="extract", step="extract", arguments=STEP_ARGUMENTS, pool=pools.SOURCE)
        gate_jobs = require_gate.override(task_id="gate_jobs")("jobs", WINDOW, LOAD)
        aggregate = StepOperator(
            task_id="aggregate", step="aggregate", arguments=STEP_ARGUMENTS, jobs=told_by("gate_jobs")
        )
        gate_tables = require_gate.override(task_id="gate_tables")("tables", WINDOW, LOAD)
        publish = StepOperator(
            task_id="publish_and_verify",
            step="publish_and_verify",
            arguments=STEP_ARGUMENTS,
            jobs=told_by("gate_tables"),
            pool=pools.WRITERS,
        )
        due = roll_up_is_due.override(task_id="roll_up_due")(WINDOW)
        roll_up = StepOperator(task_id="roll_up", step="roll_up", arguments=ROLL_UP_ARGUMENTS, pool=pools.WRITERS)
        guard >> settled >> extract >> gate_jobs >> aggregate >> gate_tables >> publish >> due >> roll_up
    return dag
