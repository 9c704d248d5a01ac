"""Erasing a user's name: from every table, with all sums as they were, and for later loads too."""

from __future__ import annotations

import contextlib
import io
from collections import Counter
from collections.abc import Iterator
from dataclasses import replace
from datetime import UTC, datetime, timedelta
from typing import Any

import pytest
from cassandra.cluster import Session
from panda_rows import insert, job
from pyspark.sql import SparkSession
from step_runs import content, run

from data_models.grain import Grain
from data_models.ledger import Ledger
from data_models.ledger_state import verified_entry
from data_models.ledger_tables import LEDGER_TABLES
from data_models.roll_up import day_window, hours_of_day, valid_days
from data_models.tables import all_tables
from data_models.window import hour_window
from spark_jobs import archive as archive_step
from spark_jobs import extract as extract_step
from spark_jobs.erase_user import main as erase
from spark_jobs.erase_user import tables_without_a_file
from spark_jobs.staging import Staging
from spark_jobs.step import DONE, TRY_AGAIN

DAY = datetime(2025, 4, 7, tzinfo=UTC)
THREE, FIVE = DAY + timedelta(hours=3, minutes=20), DAY + timedelta(hours=5)
FIRST = 7_404_070_000
EIGHT = DAY + timedelta(hours=8)
NAME, OTHER, LEFT = "Erika Mustermann", "bob of the erased", "Lea Left"
KILLED = {"taskbuffererrorcode": 100, "taskbuffererrordiag": f"killed by {NAME}"}


def jobs() -> list[dict[str, Any]]:
    """Jobs of a user, some of another one in the same hour with the same error, and what mentions the first."""
    own = {"produsername": NAME, "produserid": f"/DC=ch/CN={NAME}/CN=proxy", "jobname": f"user.{NAME}.1"}
    return [
        *(job(FIRST + number, THREE, **own) for number in range(3)),
        job(FIRST + 3, FIVE, produsername=f" {NAME} ", produserid=None, **KILLED),
        *(job(FIRST + 10 + number, THREE, produsername=OTHER, **KILLED) for number in range(2)),
        job(FIRST + 20, FIVE, produsername=f"{NAME}-Meier", produserid="mail"),
        job(FIRST + 30, EIGHT, produsername=LEFT),
        # In an hour in which the user has none.
        job(FIRST + 40, EIGHT + timedelta(hours=2), produsername=OTHER, **KILLED),
    ]


def rows_with_name(session: Session) -> dict[str, list[str]]:
    """The rows of any table of the archive, by a scan, that have the name as a text of its own."""
    found = {table.name: map(str, session.execute(f"SELECT * FROM {table.name}")) for table in all_tables()}
    texts = {name: [row for row in rows if NAME in row.replace(f"{NAME}-Meier", "")] for name, rows in found.items()}
    return {name: rows for name, rows in texts.items() if rows}


def in_ledger(session: Session) -> bool:
    """Whether the ledger has the name as a text of its own."""
    told = str([list(session.execute(f"SELECT * FROM {table.name}")) for table in LEDGER_TABLES])
    return NAME in told.replace(f"{NAME}-Meier", "")


def outcomes(session: Session) -> Counter[str]:
    """Jobs by user in the hours and in the day."""
    counted: Counter[str] = Counter()
    for table, day in (("outcomes_by_user", "day = %s"), ("outcomes_by_user_daily", "day = %s")):
        rows = session.execute(f"SELECT * FROM {table} WHERE {day} ALLOW FILTERING", (DAY.date(),))
        for row in rows:
            counted[f"{table} {row.produsername}"] += row.jobs
    return counted


def sums(session: Session) -> dict[str, int]:
    """Rows of tables without users, and all errors by whom they hit."""
    held = content(session, THREE.replace(minute=0))
    errors = sum(row["n_errors"] for row in held["users_by_error"])
    return {"jobs": len(held["job"]), "errors": errors, "sites": sum(r["n_errors"] for r in held["errors_by_site"])}


@pytest.fixture(autouse=True)
def nobody_is_erased_afterwards(archive: Session) -> Iterator[None]:
    """The list of erased users is of the whole archive, and other tests' loads go by it."""
    yield
    archive.execute("TRUNCATE ledger_erased_user")


@pytest.fixture(scope="module")
def loaded(archive: Session, spark: SparkSession) -> None:
    """The day, archived."""
    insert(jobs())
    assert run(archive_step, day_window(DAY), "with-a-name").code == DONE


@pytest.mark.usefixtures("loaded")
def test_a_name_goes_from_all_tables_and_stays_away_when_the_hours_are_loaded_again(
    archive: Session, spark: SparkSession
) -> None:
    before, staged = sums(archive), Staging.current(spark, "with-a-name")
    # As an older model left it, with a table that has another name now.
    Ledger(archive, Grain.DAY).enter_partitions(DAY, "errors_by_user_daily", 1, [(NAME, "2026-01-01")])
    Ledger(archive).enter_partitions(THREE.replace(minute=0), "users_by_error_daily", 1, [(NAME, "2026-01-01")])
    assert in_ledger(archive)
    assert {"job", "jobs_by_error", "users_by_error_day", "messages_by_error"} <= rows_with_name(archive).keys()

    out = io.StringIO()
    with contextlib.redirect_stdout(out):
        period = ["--from", str(DAY.date()), "--to", str(DAY.date() + timedelta(days=1))]
        assert erase(["--user", NAME, "--replace-with", OTHER, "--mentions", *period]) == DONE
    assert '"hours": 3' in out.getvalue()
    assert rows_with_name(archive) == {}
    assert sums(archive) == before
    folded = {
        f"{table} {user}": number
        for table in ("outcomes_by_user", "outcomes_by_user_daily")
        for user, number in ((OTHER, 7), (f"{NAME}-Meier", 1), (LEFT, 1))
    }
    assert outcomes(archive) == folded
    assert not staged.holds("rows")
    record = archive.execute("SELECT * FROM job WHERE pandaid = %s", (FIRST,)).one()
    assert (record.produsername, f'"produserid":"{OTHER}"' in record.packed) == (OTHER, True)
    ledger = Ledger(archive)
    assert len(hours_of_day(ledger, DAY).verified) == 24
    assert DAY.date() in valid_days(ledger, day_window(DAY))
    assert not in_ledger(archive)

    # A later load of the hour extracts the jobs without the name.
    assert run(extract_step, hour_window(THREE.replace(minute=0)), "again").code == DONE
    again = spark.read.parquet(Staging.current(spark, "again").path("rows"))
    assert {row.produsername for row in again.collect()} == {OTHER}


@pytest.mark.usefixtures("loaded")
def test_an_hour_whose_jobs_are_not_all_there_is_left_as_it_is(
    archive: Session, capsys: pytest.CaptureFixture[str]
) -> None:
    ledger = Ledger(archive)
    verified = verified_entry(ledger.transitions(EIGHT))
    ledger.append(replace(verified, at=datetime.now(UTC), tables=verified.tables | {"job": 2}))
    before = content(archive, EIGHT)
    assert erase(["--user", LEFT]) == TRY_AGAIN
    told = capsys.readouterr()
    assert "left: hour 2025-04-07T08:00Z: 2 jobs are archived, 1 were found" in told.out
    assert "2025-04-07T08:00Z" in told.err
    assert content(archive, EIGHT) == before
    assert ledger.state(EIGHT).verified


def test_tables_that_no_file_knows_are_named_for_they_may_have_the_name(archive: Session) -> None:
    archive.execute("CREATE TABLE of_an_older_model (produsername text PRIMARY KEY)")
    try:
        found = tables_without_a_file(archive)
    finally:
        archive.execute("DROP TABLE of_an_older_model")
    assert "of_an_older_model" in found
    assert not {table.name for table in (*LEDGER_TABLES, *all_tables())} & {*found}


@pytest.mark.parametrize(
    ("arguments", "told"),
    [
        (["--user", "ab"], "'ab': give a name of at least 3 characters"),
        (["--user", "(unknown)"], "give a name of at least 3 characters"),
        (["--user", NAME, "--replace-with", f"not {NAME}"], "it has the name that is to go"),
        (["--user", NAME, "--from", "2025-04-07"], "give both --from and --to, or neither"),
        (["--user", NAME, "--from", "2025-04-07T00:30Z", "--to", "2025-04-08"], "--from, --to:"),
    ],
)
def test_a_wrong_argument_is_refused_with_what_to_give(
    arguments: list[str], told: str, capsys: pytest.CaptureFixture[str]
) -> None:
    with pytest.raises(SystemExit, match="2"):
        erase(arguments)
    assert told in capsys.readouterr().err
