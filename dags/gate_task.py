"""A gate as an operator sees it: green when it let the load pass, red with the reason when it rejected it."""

from __future__ import annotations

from airflow.sdk import task
from airflow.sdk.exceptions import AirflowFailException


@task
def require_gate(gate: str, window: str, load: str) -> str:
    """What the gate noted of a load that may go on.

    Raises AirflowFailException with the reason when it was rejected: the verdict stands until an operator accepts the
    load or another one is made, so a retry would not help. A lost connection to the ledger is raised as it is.
    """
    # Here and not above: they import pyspark and the Cassandra driver, which parsing should not wait for.
    from data_models import settings  # noqa: PLC0415
    from data_models.cassandra_session import cassandra_session  # noqa: PLC0415
    from data_models.ledger import Ledger  # noqa: PLC0415
    from data_models.window import parse  # noqa: PLC0415
    from spark_jobs.gate_ledger import require_passed  # noqa: PLC0415
    from spark_jobs.step import Rejected  # noqa: PLC0415

    try:
        with cassandra_session(settings.text("HMSF_KEYSPACE")) as session:
            return require_passed(Ledger(session), parse(window), load, gate)
    except Rejected as error:
        raise AirflowFailException(str(error)) from error
