"""What the ledger says of a load's extraction."""

from __future__ import annotations

from datetime import UTC, datetime, timedelta

from cassandra.cluster import Session

from data_models.ledger import Ledger
from data_models.ledger_state import EXTRACTED, Transition
from data_models.window import HOUR, Window
from spark_jobs.gate_ledger import kept_jobs

START = datetime(2026, 5, 7, 8, tzinfo=UTC)


def test_a_load_is_of_the_jobs_that_its_last_extraction_kept_in_all_hours(archive: Session) -> None:
    ledger, window = Ledger(archive), Window(START, START + 2 * HOUR)
    for minute, (hour, load, kept) in enumerate(
        [(START, "one", 5), (START + HOUR, "one", 7), (START, "one", 6), (START, "other", 9)]
    ):
        counts = {"source_rows": 100, "staged_kept": kept}
        ledger.append(Transition(hour, START + timedelta(minutes=minute), load, EXTRACTED, tables=counts))
    assert kept_jobs(ledger, window, "one") == 13
    assert kept_jobs(ledger, window, "other") is None
    assert kept_jobs(ledger, Window(START, START + HOUR), "other") == 9
