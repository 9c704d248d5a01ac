"""Verification reads back by key and finds what is missing, what differs and what is too much."""

from __future__ import annotations

import json
from dataclasses import dataclass, replace
from datetime import UTC, datetime, timedelta
from typing import Any

import pytest
from cassandra.cluster import Session
from panda_rows import insert, job
from pyspark.sql import SparkSession
from step_runs import Outcome, content, run

from data_models.ledger import Ledger
from data_models.ledger_state import CLOSED, PUBLISHING, Transition
from data_models.query_table import QueryTable, Rows
from data_models.tables import query_tables
from data_models.window import HOUR
from spark_jobs import aggregate, extract, publish, verify
from spark_jobs.verify import Found, compare

pytestmark = pytest.mark.usefixtures("few_tables")

HOURS = [datetime(2025, 5, 31, 10, tzinfo=UTC) + number * HOUR for number in range(2)]
WINDOW = "2025-05-31T10:00/2025-05-31T12:00"
# Tampering is done above the write time of the load, and undone above that of the tampering.
FIRST, SECOND = 4_000_000_000_000_000, 4_000_000_000_000_001


@pytest.mark.parametrize(
    ("staged", "found", "says"),
    [
        ({"rows": 3, "checksum": "7"}, Found(3, "7"), ""),
        (None, None, ""),
        ({"rows": 3, "checksum": "7"}, Found(2, "5"), "job, hour H: 3 rows staged, 2 read back"),
        ({"rows": 3, "checksum": "7"}, None, "job, hour H: 3 rows staged, 0 read back"),
        (None, Found(1, "5"), "job, hour H: 0 rows staged, 1 read back"),
        ({"rows": 3, "checksum": "7"}, Found(3, "8"), "job, hour H: 3 rows staged, 3 read back, their content differs"),
    ],
)
def test_rows_and_checksum_have_to_be_equal(staged: dict[str, Any] | None, found: Found | None, says: str) -> None:
    assert compare("job", "H", staged, found) == says


DAY = "day = '2025-05-31'"
TEN = "hour = '2025-05-31T10:00Z'"
TAMPERINGS = {
    "a changed figure": (
        f"UPDATE errors_by_hour USING TIMESTAMP {FIRST} SET n_errors = 4 WHERE {DAY} AND {TEN} "
        "AND component = 'pilot' AND code = 1305",
        f"UPDATE errors_by_hour USING TIMESTAMP {SECOND} SET n_errors = 3 WHERE {DAY} AND {TEN} "
        "AND component = 'pilot' AND code = 1305",
        "errors_by_hour, hour 2025-05-31T10:00Z: 3 rows staged, 3 read back, their content differs",
    ),
    "a row too much": (
        f"INSERT INTO errors_by_site (computingsite, day, hour, component, code, n_errors) VALUES "
        f"('CERN', '2025-05-31', '2025-05-31T10:00Z', 'pilot', 9, 1) USING TIMESTAMP {FIRST}",
        f"DELETE FROM errors_by_site USING TIMESTAMP {SECOND} WHERE computingsite = 'CERN' AND {DAY} AND {TEN} "
        "AND component = 'pilot' AND code = 9",
        "errors_by_site, hour 2025-05-31T10:00Z: 3 rows staged, 4 read back",
    ),
    "a page too much": (
        f"INSERT INTO jobs_by_task (jeditaskid, hour, part, page, n_jobs, jobs) VALUES "
        f"(1000, '2025-05-31T10:00Z', 0, 1, 1, [{{pandaid: 9, jobstatus: 'failed'}}]) USING TIMESTAMP {FIRST}",
        f"DELETE FROM jobs_by_task USING TIMESTAMP {SECOND} WHERE jeditaskid = 1000 AND {TEN} AND part = 0 "
        "AND page = 1",
        "jobs_by_task, hour 2025-05-31T10:00Z: 1 rows staged, 2 read back",
    ),
    "a cell that is gone": (
        f"DELETE cores FROM outcomes_by_site USING TIMESTAMP {FIRST} WHERE computingsite = 'CERN' AND {DAY} AND {TEN} "
        "AND jobstatus = 'failed'",
        f"UPDATE outcomes_by_site USING TIMESTAMP {SECOND} SET cores = 24 WHERE computingsite = 'CERN' AND {DAY} "
        f"AND {TEN} AND jobstatus = 'failed'",
        "outcomes_by_site, hour 2025-05-31T10:00Z: 1 rows staged, 1 read back, their content differs",
    ),
}


# Three jobs of one site, node, user and task, each with the same three errors.
ROWS = {"job": 3, "job_ids_by_hour": 3, "entity_counts_by_hour": 3}


def rows_of(table: QueryTable) -> int:
    """How many rows the three jobs are in other tables."""
    return 3 if table.rows is Rows.ERRORS else 1


@dataclass(frozen=True)
class Verification:
    """How a verification ended, the last entry of the tampered hour, and which of the two hours were verified then."""

    outcome: Outcome
    entry: Transition
    verified: list[bool]


def verification(session: Session) -> Verification:
    """Verify both hours."""
    outcome = run(verify, WINDOW, "verify")
    ledger = Ledger(session)
    return Verification(outcome, ledger.transitions(HOURS[0])[-1], [ledger.state(hour).verified for hour in HOURS])


@pytest.fixture(scope="module")
def verifications(archive: Session, spark: SparkSession) -> dict[str, Verification]:
    """Two hours of jobs, published and verified: under each tampering, and after the last was undone ("good")."""
    insert([job(number, hour + timedelta(minutes=number)) for hour in HOURS for number in range(1, 4)])
    for step in (extract, aggregate, publish):
        assert run(step, WINDOW, "verify").code == 0
    published, found = content(archive, HOURS[0]), {}
    for name, (there, back, _) in TAMPERINGS.items():
        archive.execute(there)
        found[name] = verification(archive)
        archive.execute(back)
        assert content(archive, HOURS[0]) == published
    return found | {"good": verification(archive)}


@pytest.mark.parametrize("name", TAMPERINGS)
def test_what_differs_is_named_and_only_the_other_hour_is_verified(
    verifications: dict[str, Verification], name: str
) -> None:
    says, found = TAMPERINGS[name][2], verifications[name]
    assert found.outcome.code == 65
    assert f"read back from Cassandra is not what was staged: {says}." in found.outcome.last_error
    assert "Publish the load again" in found.outcome.last_error
    assert (found.entry.state, found.entry.note) == ("failed", says)
    assert found.verified == [False, True]


def test_equal_in_every_table_and_hour_is_verified_with_checksums_in_the_ledger(
    verifications: dict[str, Verification],
) -> None:
    found = verifications["good"]
    assert found.outcome.code == 0
    assert found.outcome.line["verified_hours"] == 2
    assert found.outcome.line["tables"] == {table.name: True for table in query_tables()}
    assert found.verified == [True, True]
    assert found.entry.state == "verified"
    assert found.entry.tables == {table.name: ROWS.get(table.name, rows_of(table)) for table in query_tables()}
    assert set(json.loads(found.entry.details)["checksums"]) == set(found.entry.tables)


def test_an_hour_that_is_equal_waits_while_another_attempt_is_open(
    archive: Session, verifications: dict[str, Verification]
) -> None:
    hour, ledger = HOURS[1], Ledger(archive)
    killed = Transition(hour, datetime.now(UTC), "killed", PUBLISHING, ledger.state(hour).inserted - 1)
    ledger.append(killed)
    try:
        found = verification(archive)
        assert (found.outcome.code, found.verified) == (0, [True, False])
        assert (found.outcome.line["verified_hours"], found.outcome.line["waiting"]) == (1, ["2025-05-31T11:00Z"])
    finally:
        ledger.append(replace(killed, at=datetime.now(UTC), state=CLOSED))
    assert verification(archive).verified == [True, True]
