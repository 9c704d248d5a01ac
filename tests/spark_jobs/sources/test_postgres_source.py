"""PanDA on PostgreSQL: one snapshot for all sessions, half-open windows, the pinned schema, read-only, no secrets."""

from __future__ import annotations

import pickle
from collections.abc import Iterator
from contextlib import closing
from dataclasses import replace
from datetime import UTC, datetime, timedelta
from decimal import Decimal
from urllib.parse import urlsplit

import adbc_driver_postgresql.dbapi as adbc
import psycopg2
import pyarrow as pa
import pytest
from panda_rows import ARCHIVE, RECENT, ask, insert, job

from data_models import settings
from data_models.job_record import arrow_schema, columns
from data_models.ledger import from_microseconds
from data_models.window import HOUR, Window, hour_window, merge, split
from spark_jobs.sources import open_source, postgres
from spark_jobs.sources.postgres import SEGMENTS, Source, pinned, wanted_type
from spark_jobs.sources.protocol import Snapshot, SourceConfigurationError, SourceUnavailable
from stack.endpoints import admin_uri, owner_uri

TEN = datetime(2025, 5, 1, 10, tzinfo=UTC)
MICROSECOND = timedelta(microseconds=1)
DAY = Window(TEN, TEN + timedelta(days=1))


@pytest.fixture(scope="module")
def rows(stack: object) -> None:
    """Two hours of jobs, some of them on the edges and one in both tables."""
    moments = [TEN - MICROSECOND, TEN, TEN + HOUR - MICROSECOND, TEN + HOUR, TEN + 2 * HOUR - MICROSECOND]
    insert([job(number, moment) for number, moment in enumerate(moments, start=1)])
    insert([job(6, TEN + timedelta(minutes=20), jobstatus="merging", transexitcode=" 65 ")])
    insert([job(2, TEN), job(7, TEN, jobstatus="finished", piloterrorcode=0, exeerrorcode=0)], ARCHIVE)


@pytest.fixture
def source(rows: None) -> Source:
    """The source of the settings."""
    return Source.from_settings()


@pytest.fixture
def snapshot(source: Source) -> Iterator[Snapshot]:
    """An open snapshot."""
    with source.snapshot(DAY) as snapshot:
        yield snapshot


def read(source: Source, snapshot: Snapshot, window: Window) -> list[tuple[int, str]]:
    """PANDAIDs and segments of a window, as all of its slices give them."""
    found = []
    for part in source.slices(snapshot, window):
        for batch in source.read(snapshot, part):
            found += [(pandaid, part.segment) for pandaid in batch["pandaid"].to_pylist()]
    return sorted(found)


def test_a_window_is_read_half_open_from_all_segments(source: Source, snapshot: Snapshot) -> None:
    assert read(source, snapshot, hour_window(TEN)) == [
        (2, RECENT),
        (2, ARCHIVE),
        (3, RECENT),
        (6, RECENT),
        (7, ARCHIVE),
    ]
    assert read(source, snapshot, hour_window(TEN + HOUR)) == [(4, RECENT), (5, RECENT)]
    assert read(source, snapshot, hour_window(TEN + 2 * HOUR)) == []


def test_the_slices_of_a_segment_make_up_the_window_and_are_numbered(source: Source, snapshot: Snapshot) -> None:
    window = Window(TEN, TEN + 3 * HOUR)
    slices = source.slices(snapshot, window)
    assert [part.number for part in slices] == list(range(len(slices)))
    for rank, segment in enumerate(SEGMENTS):
        mine = [part for part in slices if part.segment == segment]
        assert merge(part.window for part in mine) == [window]
        assert sum((part.window.end - part.window.start for part in mine), timedelta(0)) == 3 * HOUR
        assert {part.rank for part in mine} == {rank}
    assert len(slices) == len(split(window, timedelta(minutes=15))) + 1


def test_every_session_sees_the_snapshot_and_nothing_that_came_after(source: Source) -> None:
    window = hour_window(TEN + 5 * HOUR)
    insert([job(20, window.start), job(21, window.start)])
    with source.snapshot(DAY) as snapshot:
        insert([job(22, window.start)])
        ask(f"DELETE FROM {RECENT} WHERE pandaid = 20 AND modificationtime = %s", window.start.replace(tzinfo=None))
        assert [pandaid for pandaid, _ in read(source, snapshot, window)] == [20, 21]
        assert source.control_totals(snapshot, window)[window.start].rows == 2
    with source.snapshot(DAY) as later:
        assert [pandaid for pandaid, _ in read(source, later, window)] == [21, 22]
        assert later.t > snapshot.t


def test_the_instant_of_a_snapshot_is_the_servers_clock(source: Source) -> None:
    [(before,)] = ask("SELECT clock_timestamp()")
    with source.snapshot(DAY) as snapshot:
        pass
    [(after,)] = ask("SELECT clock_timestamp()")
    assert before < from_microseconds(snapshot.t) < after


def test_a_snapshot_whose_session_has_ended_cannot_be_joined(source: Source) -> None:
    with source.snapshot(DAY) as snapshot:
        part = source.slices(snapshot, hour_window(TEN))[0]
    with pytest.raises((SourceUnavailable, SourceConfigurationError), match="snapshot"):
        list(source.read(snapshot, part))


def test_control_totals_count_each_hour_over_all_segments(source: Source, snapshot: Snapshot) -> None:
    totals = source.control_totals(snapshot, Window(TEN, TEN + 3 * HOUR))
    assert sorted(totals) == [TEN, TEN + HOUR]
    first = totals[TEN]
    assert (first.rows, first.distinct_jobs) == (5, 4)
    assert first.states == {"failed": 3, "merging": 1, "finished": 1}
    assert first.codes == {
        ("pilot", "1305"): 4,
        ("executor", "65"): 4,
        ("transform", "65"): 4,
        ("transform", " 65 "): 1,
    }


def test_records_come_in_the_pinned_schema(source: Source, snapshot: Snapshot) -> None:
    [part] = [part for part in source.slices(snapshot, hour_window(TEN)) if part.segment == ARCHIVE]
    for batch in source.read(snapshot, part):
        assert batch.schema == arrow_schema()
        assert batch["cpuconsumptiontime"].to_pylist() == [Decimal(600)] * len(batch)
        assert batch["modificationtime"].to_pylist() == [TEN] * len(batch)


def test_sessions_are_read_only_even_for_who_may_write(source: Source) -> None:
    owner = urlsplit(owner_uri())
    mighty = replace(source, user=owner.username, password=owner.password)
    with mighty.snapshot(DAY) as snapshot:
        for joined in (None, snapshot):
            with mighty._session(joined) as cursor, pytest.raises(adbc.Error, match="read-only transaction"):
                cursor.execute(f"DELETE FROM {RECENT}")


def test_a_source_can_be_sent_to_executors_and_shows_its_password_to_nobody(source: Source) -> None:
    assert pickle.loads(pickle.dumps(source)) == source
    assert source.password == settings.text("HMSF_PG_PASSWORD")
    assert source.password
    assert source.password not in repr(source) + source.where


@pytest.mark.parametrize(
    ("sqlstate", "text", "kind", "says"),
    [
        ("28P01", "password authentication failed for s3cret", SourceConfigurationError, "log-in refused"),
        ("42501", "permission denied", SourceConfigurationError, "grant SELECT to panda"),
        ("42P01", "relation is not there", SourceConfigurationError, "relation is not there"),
        ("3D000", "no such database", SourceConfigurationError, "no such database"),
        ("57P01", "terminating connection, password=s3cret", SourceUnavailable, "run the step again"),
        ("", "server closed the connection", SourceUnavailable, "run the step again"),
    ],
)
def test_the_drivers_errors_say_whether_a_retry_can_help_and_never_the_password(
    sqlstate: str, text: str, kind: type[Exception], says: str
) -> None:
    error = RuntimeError(text)
    error.sqlstate = sqlstate
    explained = Source("host", "5432", "panda", "panda", "s3cret").explained(error, RECENT)
    assert type(explained) is kind
    assert says in str(explained)
    assert f"PostgreSQL panda@host:5432/panda, table {RECENT}: " in str(explained)
    assert "s3cret" not in str(explained)


def test_a_session_that_the_server_ends_is_worth_a_retry(source: Source, snapshot: Snapshot) -> None:
    part = source.slices(snapshot, hour_window(TEN))[0]
    with (
        pytest.raises(SourceUnavailable, match="run the step again"),
        source._session(snapshot) as cursor,
        closing(psycopg2.connect(admin_uri())) as admin,
    ):
        cursor.execute("SELECT pg_backend_pid()")
        [pid] = cursor.fetchone()
        with admin, admin.cursor() as killer:
            killer.execute("SELECT pg_terminate_backend(%s)", (pid,))
        cursor.execute("SELECT 1")
    # Others are not hurt.
    assert list(source.read(snapshot, part))


def test_a_big_table_without_an_index_is_not_scanned(
    source: Source, snapshot: Snapshot, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(postgres, "SCANNABLE_PAGES", 0)
    with pytest.raises(SourceConfigurationError, match=f"{ARCHIVE} has .* CREATE INDEX CONCURRENTLY ON {ARCHIVE}"):
        source.slices(snapshot, hour_window(TEN))


def test_a_window_of_the_recent_table_is_read_from_its_month_alone() -> None:
    [*plan] = ask(
        f"EXPLAIN SELECT pandaid FROM {RECENT} WHERE modificationtime >= TIMESTAMP '2025-05-01 10:00:00' "
        "AND modificationtime < TIMESTAMP '2025-05-01 10:15:00'"
    )
    scanned = [line for (line,) in plan if " on jobsarchived4" in line]
    assert scanned
    assert all("p2025_05" in line for line in scanned)


def test_the_types_of_the_catalogue_are_those_of_the_contract(source: Source) -> None:
    kinds = {wanted_type(column).split("(")[0] for column in columns()}
    assert (
        kinds
        == {
            "bigint",
            "character",
            "character varying",
            "integer",
            "numeric",
            "smallint",
            "text",
            "timestamp without time zone",
        }
        & kinds
    )
    with source.snapshot(DAY) as snapshot:
        assert snapshot.warnings == ()


def test_pinning_widens_numbers_and_takes_only_the_padding_off() -> None:
    given = {
        field.name: pa.array([None], pa.int16() if pa.types.is_integer(field.type) else field.type)
        for field in arrow_schema()
    }
    given["maxdiskunit"] = pa.array(["  MB"])
    given["ipconnectivity"] = pa.array(["yes  "])
    given["jobstatus"] = pa.array(["failed "])
    given["corecount"] = pa.array([8], pa.int16())
    record = pinned(pa.RecordBatch.from_pydict(given)).to_pylist()[0]
    assert (record["maxdiskunit"], record["ipconnectivity"], record["jobstatus"]) == ("  MB", "yes", "failed ")
    assert (record["corecount"], record["pandaid"]) == (8, None)


def test_a_kind_of_source_that_is_none_is_refused_with_those_there_are(monkeypatch: pytest.MonkeyPatch) -> None:
    with pytest.raises(SourceConfigurationError, match=r"HMSF_SOURCE='mysql': give one of .*postgres"):
        open_source("mysql")
    monkeypatch.setenv("HMSF_SOURCE", "sqlite")
    with pytest.raises(SourceConfigurationError, match="HMSF_SOURCE='sqlite'"):
        open_source()
