"""A gate as an operator sees it: green when it let the load pass, red with the reason when it rejected it."""

from __future__ import annotations

from airflow.sdk import get_current_context, task
from airflow.sdk.exceptions import AirflowFailException

# By this name the task tells how many jobs the load has.
JOBS = "jobs"


@task
def require_gate(gate: str, window: str, load: str) -> str:
    """What the gate noted of a load that may go on; how many jobs it has is told as JOBS.

    Raises AirflowFailException with the reason when it was rejected: the verdict stands until an operator accepts the
    load or another one is made, so a retry would not help. A lost connection to the ledger is raised as it is.
    """
    # Here and not above: they import pyspark and the Cassandra driver, which parsing should not wait for.
    from data_models import settings  # noqa: PLC0415
    from data_models.cassandra_session import cassandra_session  # noqa: PLC0415
    from data_models.ledger import Ledger  # noqa: PLC0415
    from data_models.window import parse  # noqa: PLC0415
    from spark_jobs.gate_ledger import kept_jobs, require_passed  # noqa: PLC0415
    from spark_jobs.step import Rejected  # noqa: PLC0415

    try:
        with cassandra_session(settings.text("HMSF_KEYSPACE")) as session:
            ledger = Ledger(session)
            note = require_passed(ledger, parse(window), load, gate)
            get_current_context()["ti"].xcom_push(JOBS, kept_jobs(ledger, parse(window), load))
            return note
    except Rejected as error:
        raise AirflowFailException(str(error)) from error
