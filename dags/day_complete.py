"""Whether the days of a run's window can be rolled up: a look into the ledger, not worth a Spark application."""

from __future__ import annotations

from airflow.sdk import task


@task.short_circuit
def day_is_complete(window: str) -> bool:
    """Whether any day that the window touches has 24 verified hours; what comes after is skipped if none has.

    Whichever run verifies the last hour of a day finds it complete. So does a run that loads an hour of it again:
    an asset of 24 hours would not fire a second time.
    """
    # Here and not above: they import the Cassandra driver, which parsing should not wait for.
    from data_models import settings  # noqa: PLC0415
    from data_models.cassandra_session import cassandra_session  # noqa: PLC0415
    from data_models.ledger import Ledger  # noqa: PLC0415
    from data_models.roll_up import days_of, hour_tables, hours_of_day  # noqa: PLC0415
    from data_models.window import parse  # noqa: PLC0415

    with cassandra_session(settings.text("HMSF_KEYSPACE")) as session:
        ledger = Ledger(session)
        objections = [hours_of_day(ledger, day).objection(hour_tables()) for day in days_of(parse(window))]
    for objection in filter(None, objections):
        print(f"not rolled up: {objection}")
    return not all(objections)
