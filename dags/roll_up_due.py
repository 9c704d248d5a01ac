"""Whether a day of a run's window waits for its roll-up: a look into the ledger, not worth a Spark application."""

from __future__ import annotations

from airflow.sdk import task


@task.short_circuit
def roll_up_is_due(window: str) -> bool:
    """Whether any day that the window touches has 24 verified hours and no valid roll-up; else what comes after is
    skipped.

    As a rule publish_and_verify has made it. Whichever run verifies the last hour of a day finds it complete. So does a
    run that loads an hour of it again: an asset of 24 hours would not fire a second time.
    """
    # Here and not above: they import the Cassandra driver, which parsing should not wait for.
    from data_models import settings  # noqa: PLC0415
    from data_models.cassandra_session import cassandra_session  # noqa: PLC0415
    from data_models.ledger import Ledger  # noqa: PLC0415
    from data_models.roll_up import day_window, days_of, hour_tables, hours_of_day, valid_days  # noqa: PLC0415
    from data_models.window import parse  # noqa: PLC0415

    due = False
    with cassandra_session(settings.text("HMSF_KEYSPACE")) as session:
        ledger = Ledger(session)
        for start in days_of(parse(window)):
            if objection := hours_of_day(ledger, start).objection(hour_tables()):
                print(f"not rolled up: {objection}")
            elif start.date() in valid_days(ledger, day_window(start)):
                print(f"day {start.date()} is rolled up")
            else:
                print(f"day {start.date()} is complete and has no valid roll-up")
                due = True
    return due
