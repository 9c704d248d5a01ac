"""Bad input and servers that are away: a clear error or a defined result, and nothing lost or half-published."""

from __future__ import annotations

import itertools
import json
import re
import resource
from collections.abc import Iterator
from contextlib import contextmanager
from datetime import UTC, datetime, timedelta
from typing import Any

import pyarrow.parquet as pq
import pytest
from cassandra.cluster import Session
from panda_rows import ARCHIVE, RECENT, ask, insert, job
from pyspark.sql import DataFrame, SparkSession
from step_runs import Cable, Outcome, closed_port, content, errors_of_sites, jobs_of, run, states, utc

from data_models import settings
from data_models.ledger import Ledger
from data_models.packed_columns import unpack
from data_models.query_table import QueryTable
from data_models.window import HOUR
from spark_jobs import accept, aggregate, extract, gate, publish, verify
from spark_jobs import archive as archive_step
from spark_jobs.staging import Staging, StagingError

DIRTY = datetime(2025, 4, 1, 10, tzinfo=UTC)
EMPTY = datetime(2025, 4, 2, 10, tzinfo=UTC)
NEW_COLUMN = datetime(2025, 4, 3, 10, tzinfo=UTC)
NEVER_READ = datetime(2025, 4, 4, 10, tzinfo=UTC)
FULL_DISK = datetime(2025, 4, 5, 10, tzinfo=UTC)
RELOADED = datetime(2025, 4, 6, 10, tzinfo=UTC)
UNSET = datetime(1970, 1, 1, tzinfo=UTC)
# As long as the column of the data service takes.
LONG_DIAG = ("rucio said \"no\":\n\tfile 'EVNT.1._000001.pool.root.1' größer als erlaubt 🚧💥, " * 10)[:699] + "🙈"
NO_CODES: dict[str, Any] = {"piloterrorcode": 0, "exeerrorcode": 0, "transexitcode": None}

pytestmark = pytest.mark.usefixtures("few_tables", "spark")


# ---- windows ----


@pytest.mark.parametrize(
    ("window", "says"),
    [
        ("next week", "is no time"),
        ("2025-04-04T10:00/2025-04-04T10:00", "is empty: give an end later"),
        ("2025-04-04T11:00/2025-04-04T10:00", "is reversed: swap the ends"),
        ("9998-01-01", "has not ended"),
        ("2025-04-04T10:30/2025-04-04T11:30", "full hours"),
    ],
)
@pytest.mark.parametrize("step", [extract, aggregate, publish, verify, archive_step])
def test_a_window_that_is_none_stops_every_step_before_it_begins(step: Any, window: str, says: str) -> None:
    outcome = run(step, window, "no-window")
    assert outcome.code == 2
    assert "error: argument --window: " in outcome.last_error
    assert says in outcome.last_error


# ---- the source ----


def test_a_source_that_is_away_is_worth_a_retry(archive: Session, monkeypatch: pytest.MonkeyPatch) -> None:
    with closed_port() as port:
        monkeypatch.setenv("HMSF_PG_PORT", str(port))
        outcome = run(extract, NEVER_READ, "source-away")
    assert outcome.code == 75
    assert f"PostgreSQL panda@127.0.0.1:{port}/panda" in outcome.last_error
    assert "see that the server is up, then run the step again" in outcome.last_error
    assert states(archive, NEVER_READ) == []


def test_a_wrong_password_is_not_worth_a_retry_and_is_shown_nowhere(
    archive: Session, monkeypatch: pytest.MonkeyPatch
) -> None:
    right, wrong = settings.text("HMSF_PG_PASSWORD"), "tr0ub4dor&3 größer"
    monkeypatch.setenv("HMSF_PG_PASSWORD", wrong)
    outcome = run(extract, NEVER_READ, "wrong-password")
    assert outcome.code == 65
    assert "log-in refused; set HMSF_PG_USER and HMSF_PG_PASSWORD" in outcome.last_error
    for secret in (wrong, "tr0ub4dor", right):
        assert secret not in outcome.out + outcome.err
    assert states(archive, NEVER_READ) == []


def test_a_database_that_is_not_there_is_named(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("HMSF_PG_DATABASE", "no_such_database")
    outcome = run(extract, NEVER_READ, "no-database")
    assert outcome.code == 65
    assert "no_such_database" in outcome.last_error


@contextmanager
def altered(there: str, back: str) -> Iterator[None]:
    """The job tables altered for a while."""
    ask(f"ALTER TABLE {there}")
    try:
        yield
    finally:
        ask(f"ALTER TABLE {back}")


@pytest.mark.parametrize(
    ("there", "back", "says"),
    [
        (
            f"{ARCHIVE} ALTER COLUMN nevents TYPE text",
            f"{ARCHIVE} ALTER COLUMN nevents TYPE bigint USING nevents::bigint",
            f"table {ARCHIVE}: column nevents is text, the contract .* says bigint",
        ),
        (
            f"{RECENT} RENAME COLUMN gco2_global TO gco2",
            f"{RECENT} RENAME COLUMN gco2 TO gco2_global",
            f"table {RECENT}: column gco2_global is missing, the contract .* says numeric",
        ),
    ],
    ids=["changed type", "missing column"],
)
def test_a_column_that_is_not_as_the_contract_says_is_rejected_before_anything_is_read(
    archive: Session, spark: SparkSession, there: str, back: str, says: str
) -> None:
    with altered(there, back):
        outcome = run(extract, NEVER_READ, "changed-schema")
    assert outcome.code == 65
    assert re.search(says, outcome.last_error)
    assert states(archive, NEVER_READ) == []
    with pytest.raises(StagingError):
        Staging.current(spark, "changed-schema")


def test_a_new_column_is_a_warning_in_the_summary_and_in_the_ledger(archive: Session) -> None:
    insert([job(1, NEW_COLUMN)])
    with altered(f"{RECENT} ADD COLUMN carbon_mood text", f"{RECENT} DROP COLUMN carbon_mood"):
        outcome = run(extract, NEW_COLUMN, "new-column")
    warning = f"{RECENT}: new column carbon_mood is not archived"
    assert outcome.code == 0
    assert (outcome.line["warnings"], outcome.line["verdict"]) == ([warning], "warned")
    extracted, checked = Ledger(archive).transitions(NEW_COLUMN)
    assert json.loads(extracted.details)["warnings"] == [warning]
    assert (checked.state, warning in checked.note) == ("checked", True)
    assert run(gate, NEW_COLUMN, "new-column", "--gate", "jobs").code == 0


# ---- the disk ----


@contextmanager
def quota(spark: SparkSession, size: int) -> Iterator[None]:
    """No file that Spark writes may grow beyond `size` bytes, as on a disk that is full."""
    jvm = spark._jvm.java.lang.ProcessHandle.current().pid()
    before = resource.prlimit(jvm, resource.RLIMIT_FSIZE)
    resource.prlimit(jvm, resource.RLIMIT_FSIZE, (size, before[1]))
    try:
        yield
    finally:
        resource.prlimit(jvm, resource.RLIMIT_FSIZE, before)


def test_a_disk_that_is_full_at_staging_leaves_nothing_that_counts(
    archive: Session, spark: SparkSession, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setenv("HMSF_SOURCE_SESSIONS", "1")  # with more, Spark kills tasks, and mixes up their workers later
    insert([job(number, FULL_DISK + timedelta(seconds=number)) for number in range(1, 100)])
    with quota(spark, size=4096):
        outcome = run(extract, FULL_DISK, "full-disk")
    assert outcome.code == 65
    assert "File too large" in outcome.last_error
    assert "while rows were staged in" in outcome.last_error
    assert "/full-disk/" in outcome.last_error
    assert states(archive, FULL_DISK) == []
    with pytest.raises(StagingError, match="run the extract step first"):
        Staging.current(spark, "full-disk")
    # The disk has room again: the same command goes through.
    again = run(extract, FULL_DISK, "full-disk")
    assert (again.code, again.line["staged_kept"]) == (0, 99)


# ---- an empty hour ----


def test_an_hour_without_jobs_is_verified_with_no_rows(archive: Session) -> None:
    outcome = run(archive_step, EMPTY, "empty")
    assert outcome.code == 0
    assert set(outcome.line["publish"]["tables"].values()) == {0}
    assert outcome.line["verify"]["verified_hours"] == 1
    assert Ledger(archive).state(EMPTY).verified
    assert set(map(len, content(archive, EMPTY).values())) == {0}
    verified = Ledger(archive).transitions(EMPTY)[-1]
    assert (verified.state, set(verified.tables.values())) == ("verified", {0})


# ---- dirty rows: rejected, accepted, published ----


def dirty_rows() -> list[dict[str, Any]]:
    """An hour in which hardly a row is as it should be."""
    rows = [
        {"computingsite": None},
        {"produsername": None, "produserid": None},
        {"jeditaskid": None, "taskid": None},
        {"transexitcode": "abc"},
        {"transexitcode": "65.0", "computingsite": "EXIT"},
        {"transexitcode": " 65 ", "computingsite": "EXIT"},
        {"piloterrorcode": -1305, "exeerrorcode": -65, "transexitcode": "-65", "computingsite": "NEGATIVE"},
        {"starttime": UNSET, "endtime": UNSET, "statechangetime": UNSET, "computingsite": "1970"},
        {**NO_CODES, "ddmerrorcode": 200, "ddmerrordiag": LONG_DIAG},
        {"computingsite": "RECENT"},
        {"computingsite": "RECENT"},
        {"jobstatus": "merging"},
        {"jobstatus": "unknown"},
        {"jobstatus": "finished", "transexitcode": None, "piloterrorcode": 1305, "computingsite": "GOOD"},
    ]
    return [
        job(100 + number, DIRTY + timedelta(minutes=number), **changes) for number, changes in enumerate(rows, start=1)
    ]


@pytest.fixture(scope="module")
def rejected(archive: Session, spark: SparkSession) -> tuple[Outcome, dict[str, Any], list[str]]:
    """The dirty hour as far as the gate lets it go: outcome, what the tables hold, what the ledger says."""
    rows = dirty_rows()
    insert(rows)
    newer = rows[9] | {"statechangetime": rows[9]["statechangetime"] + HOUR, "computingsite": "ARCHIVE"}
    older = rows[10] | {"statechangetime": rows[10]["statechangetime"] - HOUR, "computingsite": "ARCHIVE"}
    insert([newer, older], ARCHIVE)
    outcome = run(archive_step, DIRTY, "dirty")
    return outcome, content(archive, DIRTY), states(archive, DIRTY)


@pytest.fixture(scope="module")
def accepted(rejected: object, archive: Session) -> dict[int, dict[str, Any]]:
    """The jobs of the dirty hour after an operator has accepted it."""
    said = run(accept, DIRTY, "dirty", "--gate", "jobs", "--by", "anna", "--reason", "known outage")
    assert said.code == 0
    for step in (aggregate, publish, verify):
        assert run(step, DIRTY, "dirty").code == 0
    return jobs_of(archive, DIRTY)


def test_too_many_bad_rows_reject_the_load_and_nothing_is_published(
    rejected: tuple[Outcome, dict[str, Any], list[str]], spark: SparkSession
) -> None:
    outcome, held, entered = rejected
    assert outcome.code == 65
    assert "gate jobs rejected" in outcome.last_error
    assert "quarantined rows are few" in outcome.last_error
    assert "python -m spark_jobs.accept --window 2025-04-01T10:00Z/2025-04-01T11:00Z --load dirty" in outcome.last_error
    assert set(map(len, held.values())) == {0}
    assert entered == ["extracted", "rejected"]
    quarantine = pq.read_table(Staging.current(spark, "dirty").path("quarantine"), columns=["pandaid", "reason"])
    assert quarantine.to_pylist() == [{"pandaid": 113, "reason": "JOBSTATUS is no final state"}]


def test_an_accepted_load_is_published_with_who_and_why_in_the_ledger(
    accepted: dict[int, dict[str, Any]], archive: Session
) -> None:
    assert states(archive, DIRTY)[-5:] == ["accepted", "checked", "publishing", "inserted", "verified"]
    [entry] = [entry for entry in Ledger(archive).transitions(DIRTY) if entry.state == "accepted"]
    assert entry.note == "accepted by anna: known outage"
    assert Ledger(archive).state(DIRTY).verified
    again = run(accept, DIRTY, "dirty", "--gate", "jobs", "--by", "bert", "--reason", "me too")
    assert again.code == 65
    assert "there is nothing to accept" in again.last_error


def test_every_row_of_the_dirty_hour_is_accounted_for(accepted: dict[int, dict[str, Any]], archive: Session) -> None:
    counts = Ledger(archive).transitions(DIRTY)[0].tables
    assert {name: n for name, n in counts.items() if name.startswith("staged") or name == "source_rows"} == {
        "source_rows": 16,
        "staged_kept": 12,
        "staged_excluded": 1,
        "staged_quarantined": 1,
        "staged_duplicate": 2,
    }
    assert sorted(accepted) == [*range(101, 112), 114]


def test_of_a_job_in_both_tables_the_latest_is_published(accepted: dict[int, dict[str, Any]]) -> None:
    assert [accepted[pandaid]["computingsite"] for pandaid in (110, 111)] == ["ARCHIVE", "RECENT"]


def test_a_job_without_site_user_or_task_counts_under_the_stand_in(
    accepted: dict[int, dict[str, Any]], archive: Session
) -> None:
    assert "computingsite" not in accepted[101]
    assert errors_of_sites(archive, DIRTY)["(unknown)", "pilot:1305"] == 1
    assert not {"produsername", "produserid"} & accepted[102].keys()
    assert not {"jeditaskid", "taskid"} & accepted[103].keys()


def test_exit_codes_are_read_leniently_and_kept_as_they_are(
    accepted: dict[int, dict[str, Any]], archive: Session
) -> None:
    assert [accepted[pandaid]["transexitcode"] for pandaid in (104, 105, 106)] == ["abc", "65.0", " 65 "]
    errors = errors_of_sites(archive, DIRTY)
    assert errors["EXIT", "transform:65"] == 2
    # All jobs at CERN but the one with words for a code.
    assert errors["CERN", "pilot:1305"] - errors["CERN", "transform:65"] == 1


def test_negative_codes_are_no_errors_but_stay_on_the_job(
    accepted: dict[int, dict[str, Any]], archive: Session
) -> None:
    assert (accepted[107]["piloterrorcode"], accepted[107]["exeerrorcode"]) == (-1305, -65)
    assert not [key for key in errors_of_sites(archive, DIRTY) if key[0] == "NEGATIVE"]
    [outcome] = [row for row in content(archive, DIRTY)["outcomes_by_site"] if row["computingsite"] == "NEGATIVE"]
    assert (outcome["jobs"], outcome["failed_with_code"], outcome["failed_without_code"]) == (1, 0, 1)


def test_1970_is_no_time_but_stays_on_the_job(accepted: dict[int, dict[str, Any]], archive: Session) -> None:
    assert {utc(accepted[108][name]) for name in ("starttime", "endtime", "statechangetime")} == {UNSET}
    [outcome] = [row for row in content(archive, DIRTY)["outcomes_by_site"] if row["computingsite"] == "1970"]
    assert (outcome["walltime"], outcome["walltime_flagged"]) == (0, 0)


def test_a_long_diag_with_newlines_and_emoji_comes_back_whole(accepted: dict[int, dict[str, Any]]) -> None:
    assert len(LONG_DIAG) == 700
    assert unpack(accepted[109]["packed"])["ddmerrordiag"] == LONG_DIAG


def test_codes_of_a_job_that_did_not_fail_are_no_errors(accepted: dict[int, dict[str, Any]], archive: Session) -> None:
    assert accepted[114]["piloterrorcode"] == 1305
    assert not [key for key in errors_of_sites(archive, DIRTY) if key[0] == "GOOD"]


@pytest.mark.parametrize("option", ["--by", "--reason"])
def test_nobody_accepts_a_load_without_words(option: str) -> None:
    said = {"--by": "anna", "--reason": "known outage"} | {option: "  "}
    outcome = run(accept, DIRTY, "dirty", "--gate", "jobs", *itertools.chain(*said.items()))
    assert outcome.code == 2
    assert f"error: argument {option}: it is empty" in outcome.last_error


# ---- Cassandra goes away and comes back; the source changes and is loaded again ----


def test_cassandra_away_is_told_before_anything_is_read(monkeypatch: pytest.MonkeyPatch) -> None:
    with closed_port() as port:
        monkeypatch.setenv("HMSF_CASSANDRA_PORT", str(port))
        outcome = run(extract, NEVER_READ, "cassandra-away")
    assert outcome.code == 75
    assert f"Cassandra does not answer at 127.0.0.1 port {port}" in outcome.last_error


def rows_to_reload() -> list[dict[str, Any]]:
    """Three jobs, each with a site and code of its own."""
    return [
        job(200 + number, RELOADED + timedelta(minutes=number), computingsite=f"SITE{number}", piloterrorcode=number)
        for number in (1, 2, 3)
    ]


@pytest.fixture(scope="module")
def cut_off(archive: Session, spark: SparkSession) -> Outcome:
    """Publishing, with Cassandra gone once the list of the load's jobs is written: before its job records are begun."""
    insert(rows_to_reload())
    for step in (extract, aggregate):
        assert run(step, RELOADED, "first").code == 0
    cable = Cable(settings.number("HMSF_CASSANDRA_PORT"))
    write_rows = publish.write_rows

    def write_until_the_list(rows: DataFrame, table: QueryTable) -> None:
        write_rows(rows, table)
        if table.name == "job_ids_by_hour":
            cable.cut()

    with pytest.MonkeyPatch.context() as patch:
        patch.setenv("HMSF_CASSANDRA_PORT", str(cable.port))
        patch.setattr(publish, "write_rows", write_until_the_list)
        return run(publish, RELOADED, "first")


def test_cassandra_gone_while_publishing_is_worth_a_retry_and_the_hour_is_not_verified(
    cut_off: Outcome, archive: Session
) -> None:
    assert cut_off.code == 75
    assert states(archive, RELOADED)[-1] == "publishing"
    assert not Ledger(archive).state(RELOADED).verified
    held = content(archive, RELOADED)
    assert len(held["job_ids_by_hour"]) == 3
    assert held["job"] == []
    # What is not inserted cannot be verified.
    assert run(verify, RELOADED, "first").code == 65


@pytest.fixture(scope="module")
def retried(cut_off: Outcome, archive: Session) -> dict[str, Any]:
    """What the tables hold after the same publication was retried and verified."""
    for step in (publish, verify):
        assert run(step, RELOADED, "first").code == 0
    return content(archive, RELOADED)


def test_a_retry_keeps_its_write_time_and_is_verified(retried: dict[str, Any], archive: Session) -> None:
    state = Ledger(archive).state(RELOADED)
    assert state.verified
    assert [reservation.w for reservation in Ledger(archive).reservations(RELOADED)] == [state.w]
    assert [row["pandaid"] for row in retried["job"]] == [201, 202, 203]
    assert {row["w"] for row in retried["job_ids_by_hour"]} == {state.w}


@pytest.fixture(scope="module")
def reloaded(retried: object, archive: Session) -> dict[str, Any]:
    """What the tables hold after a job left the source, one changed, one came, and the hour was loaded again."""
    ask(f"DELETE FROM {RECENT} WHERE pandaid = 201 AND modificationtime >= %s", RELOADED.replace(tzinfo=None))
    ask(
        f"UPDATE {RECENT} SET computingsite = 'ELSEWHERE', piloterrorcode = 0, produsername = NULL "
        "WHERE pandaid = 202 AND modificationtime >= %s",
        RELOADED.replace(tzinfo=None),
    )
    insert([job(204, RELOADED + timedelta(minutes=9), computingsite="SITE3", piloterrorcode=3)])
    assert run(archive_step, RELOADED, "second").code == 0
    return content(archive, RELOADED)


def test_a_reloaded_hour_holds_the_new_content_alone(
    retried: dict[str, Any], reloaded: dict[str, Any], archive: Session
) -> None:
    state = Ledger(archive).state(RELOADED)
    assert state.verified
    assert [row["pandaid"] for row in reloaded["job"]] == [202, 203, 204]
    listed = sorted((*row["pandaids"], row["w"]) for row in reloaded["job_ids_by_hour"])
    assert listed == [(pandaid, state.w) for pandaid in (202, 203, 204)]
    assert [[job.pandaid for job in row["jobs"]] for row in reloaded["jobs_by_task"]] == [[204, 203, 202]]
    sites = {row["computingsite"]: row["jobs"] for row in reloaded["outcomes_by_site"]}
    assert sites == {"ELSEWHERE": 1, "SITE3": 2}
    pilot = {key: n for key, n in errors_of_sites(archive, RELOADED).items() if key[1].startswith("pilot:")}
    assert pilot == {("SITE3", "pilot:3"): 2}
    hourly = {row["code"]: row["samples"] for row in reloaded["errors_by_hour"] if row["component"] == "pilot"}
    assert hourly == {3: [204, 203]}
    assert {row["pandaid"]: row for row in reloaded["job"]}[203] == retried["job"][2]


def test_a_value_that_became_null_does_not_show_through(retried: dict[str, Any], reloaded: dict[str, Any]) -> None:
    assert retried["job"][1]["produsername"] == "anna"
    assert "produsername" not in reloaded["job"][0]


def test_the_older_load_comes_too_late_and_changes_nothing(reloaded: dict[str, Any], archive: Session) -> None:
    late = run(publish, RELOADED, "first")
    assert late.code == 0
    assert late.line["superseded"] == ["2025-04-06T10:00Z"]
    assert content(archive, RELOADED) == reloaded
    assert Ledger(archive).state(RELOADED).verified
