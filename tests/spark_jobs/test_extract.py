"""The extract step: rows with their disposition, duplicates told, counts in and out."""

from __future__ import annotations

import sys
from collections.abc import Iterator
from dataclasses import dataclass
from datetime import UTC, datetime, timedelta
from pathlib import Path
from typing import Any

import pyarrow as pa
import pyarrow.parquet as pq
import pytest
import staged_load
from cassandra.cluster import Session
from panda_rows import ARCHIVE, RECENT, ask, insert, job
from pyspark import cloudpickle
from pyspark.sql import SparkSession
from staged_load import JOB, changed, job_table, stage
from step_runs import run, states

from data_models.ledger import Ledger
from data_models.ledger_state import VERIFIED, Transition
from data_models.window import HOUR, Window, WindowError, hour_window
from spark_jobs import extract
from spark_jobs.sources import open_source, postgres
from spark_jobs.sources.protocol import HourTotals, SchemaRejected, Slice, Snapshot, SourceUnavailable
from spark_jobs.staging import Staging
from spark_jobs.window_reading import STAGED

TEN = datetime(2025, 5, 11, 10, tzinfo=UTC)
LOST = datetime(2025, 5, 12, 10, tzinfo=UTC)
VOLUMES = datetime(2018, 6, 1, 10, tzinfo=UTC)
# Executors cannot import this module: what it defines is sent to them whole.
cloudpickle.register_pickle_by_value(sys.modules[__name__])


@dataclass(frozen=True)
class Extraction:
    """What an extraction returned and staged."""

    summary: dict[str, Any]
    staging: Staging

    def staged(self, name: str) -> list[dict[str, Any]]:
        """The rows of a staged folder."""
        return pq.read_table(self.staging.path(name)).to_pylist()


@pytest.fixture(scope="module")
def extraction(archive: Session, spark: SparkSession) -> Extraction:
    """Two hours, the second without jobs; one job in both tables, two rows that are equal but for the table."""
    insert([job(number, TEN + timedelta(minutes=number)) for number in range(1, 5)])
    insert([job(5, TEN + timedelta(minutes=30), jobstatus="merging"), job(6, TEN, jobstatus="activated")])
    insert([job(1, TEN + timedelta(minutes=1)), job(2, TEN + timedelta(minutes=59)), job(5, TEN)], ARCHIVE)
    staging = Staging.new(spark, "extraction-of-tests")
    summary = extract.extract(spark, open_source(), staging, Window(TEN, TEN + 2 * HOUR), sessions=2)
    return Extraction(summary, staging)


def test_every_row_of_the_source_is_staged_once_with_what_became_of_it(extraction: Extraction) -> None:
    rows = extraction.staged("rows")
    assert len({row["hmsf_row"] for row in rows}) == len(rows) == 9
    kinds = [(row["pandaid"], row["hmsf_rank"], row["disposition"]) for row in rows]
    assert sorted(kinds) == [
        (1, 0, "kept"),
        (1, 1, "kept"),
        (2, 0, "kept"),
        (2, 1, "kept"),
        (3, 0, "kept"),
        (4, 0, "kept"),
        (5, 0, "excluded"),
        (5, 1, "kept"),
        (6, 0, "quarantined"),
    ]
    assert {row["hmsf_segment"] for row in rows if row["hmsf_rank"]} == {ARCHIVE}
    assert rows[0].keys() == set(STAGED.names)


def test_of_duplicates_the_later_one_stays_and_of_equal_ones_that_of_the_recent_table(extraction: Extraction) -> None:
    by_number = {row["hmsf_row"]: row for row in extraction.staged("rows")}
    losers = [by_number[row["hmsf_row"]] for row in extraction.staged("duplicates")]
    assert sorted((row["pandaid"], row["hmsf_rank"]) for row in losers) == [(1, 1), (2, 0)]


def test_bad_rows_are_kept_whole_with_the_reason(extraction: Extraction) -> None:
    [bad] = extraction.staged("quarantine")
    assert (bad["pandaid"], bad["reason"]) == (6, "JOBSTATUS is no final state")
    assert bad["computingsite"] == "CERN"


def test_the_summary_counts_every_hour_and_balances(extraction: Extraction) -> None:
    summary = extraction.summary
    assert summary["window"] == "2025-05-11T10:00Z/2025-05-11T12:00Z"
    assert summary["hours"]["2025-05-11T10:00Z"] == {
        "source_rows": 9,
        "source_distinct_jobs": 6,
        "source_states": {"activated": 1, "failed": 7, "merging": 1},
        "source_codes": {"executor:65": 9, "pilot:1305": 9, "transform:65": 9},
        "staged_kept": 5,
        "staged_excluded": 1,
        "staged_quarantined": 1,
        "staged_duplicate": 2,
    }
    assert set(summary["hours"]) == {"2025-05-11T10:00Z", "2025-05-11T11:00Z"}
    assert summary["hours"]["2025-05-11T11:00Z"]["source_rows"] == 0
    assert summary["code_differences"] == []
    assert Staging.current(extraction.staging.spark, "extraction-of-tests").read_json("extraction.json") == summary


def test_what_is_staged_otherwise_than_the_source_counts_is_told(spark: SparkSession, tmp_path: Path) -> None:
    hour = staged_load.START
    jobs = changed(job_table(3), 1, "piloterrorcode", 1306)
    staging = stage(spark, tmp_path, jobs)
    theirs = HourTotals(rows=4, distinct_jobs=3)
    theirs.states["failed"] = 4
    theirs.codes.update({("pilot", "1305"): 3, ("executor", "65"): 3, ("transform", "65"): 3})
    groups = extract.staged_groups(spark, staging)
    ours = extract.staged_totals(groups, extract.distinct_jobs(spark, staging))
    told = extract.code_differences(ours, {hour: theirs})
    assert [(one["what"], one["source"], one["staged"]) for one in told] == [
        ("jobstatus failed", 4, 3),
        ("pilot:1305", 3, 2),
        ("pilot:1306", 0, 1),
        ("rows", 4, 3),
    ]
    assert {one["hour"] for one in told} == {"2026-07-01T10:00Z"}


def test_the_latest_of_equal_times_is_the_one_whose_state_changed_last_and_null_is_earliest(
    spark: SparkSession, tmp_path: Path
) -> None:
    later = JOB["statechangetime"] + timedelta(seconds=1)
    jobs = job_table(4, pandaid=1, statechangetime=[None, JOB["statechangetime"], later, None])
    staging = stage(spark, tmp_path, jobs)
    extract.write_duplicates(spark, staging)
    losers = pq.read_table(staging.path("duplicates"))["hmsf_row"].to_pylist()
    assert sorted(losers) == [0, 1, 3]


def test_a_window_off_the_full_hours_is_not_extracted(spark: SparkSession) -> None:
    with pytest.raises(WindowError, match="full hours"):
        extract.extract(spark, open_source(), Staging.new(spark, "off"), Window(TEN, TEN + HOUR / 2), sessions=1)


def one_task(monkeypatch: pytest.MonkeyPatch) -> None:
    """Read all slices in one task. If one of several fails, Spark kills the others, and may give their Python workers
    to the next job before it notices; a step of its own process has no next job."""
    monkeypatch.setenv("HMSF_SOURCE_SESSIONS", "1")


class LosingSource(postgres.Source):
    """A source that is lost while executors read."""

    def read(self, snapshot: Snapshot, part: Slice) -> Iterator[pa.RecordBatch]:
        """Fail on the second slice."""
        if part.number == 1:
            raise SourceUnavailable("PostgreSQL panda@host: connection lost; run the step again")
        yield from super().read(snapshot, part)


class ChangingSource(postgres.Source):
    """A source with a value that does not fit."""

    def read(self, snapshot: Snapshot, part: Slice) -> Iterator[pa.RecordBatch]:
        """Fail."""
        raise SchemaRejected("PostgreSQL panda@host, table t: a value does not fit the pinned schema: NaN")


@pytest.mark.parametrize(
    ("kind", "code", "says"),
    [
        (LosingSource, 75, "connection lost; run the step again (a retry can help)"),
        (ChangingSource, 65, "a value does not fit the pinned schema: NaN (a retry cannot help)"),
    ],
)
def test_an_error_on_an_executor_reaches_the_operator_and_nothing_counts(
    archive: Session,
    spark: SparkSession,
    monkeypatch: pytest.MonkeyPatch,
    kind: type[postgres.Source],
    code: int,
    says: str,
) -> None:
    one_task(monkeypatch)
    monkeypatch.setattr(extract, "open_source", kind.from_settings)
    outcome = run(extract, LOST, "lost")
    assert outcome.code == code
    assert says in outcome.last_error
    assert states(archive, LOST) == []
    with pytest.raises(Exception, match="run the extract step first"):
        Staging.current(spark, "lost")


def test_a_value_that_no_pinned_type_takes_is_told_by_its_table(archive: Session) -> None:
    insert([job(1, LOST + HOUR)])
    ask(
        f"UPDATE {RECENT} SET cpuconsumptiontime = 'NaN' WHERE modificationtime = %s",
        (LOST + HOUR).replace(tzinfo=None),
    )
    outcome = run(extract, LOST + HOUR, "nan")
    assert outcome.code == 65
    assert f"table {RECENT}: a value does not fit the pinned schema" in outcome.last_error
    assert states(archive, LOST + HOUR) == []


def test_recent_volumes_are_those_of_verified_windows_of_the_same_length(archive: Session) -> None:
    ledger = Ledger(archive)
    for back, rows in ((1, 10), (3, 30), (8, 80)):
        hour = VOLUMES - back * HOUR
        for number in (rows - 1, rows):  # the last verified load counts
            ledger.append(Transition(hour, hour + number * HOUR, "load", VERIFIED, w=number, tables={"job": number}))
    assert extract.recent_rows(ledger, hour_window(VOLUMES)) == [10, 30]
    assert extract.recent_rows(ledger, Window(VOLUMES, VOLUMES + 3 * HOUR)) == []
