"""PanDA on Oracle through the real driver, over the test listener: one SCN, exact rows, fallbacks, faults."""

from __future__ import annotations

import pickle
import time
import traceback
from collections.abc import Iterator
from dataclasses import replace
from datetime import UTC, datetime, timedelta
from decimal import Decimal
from pathlib import Path
from typing import Any

import pyarrow as pa
import pytest
from oracle_listener.accounts import Account
from oracle_listener.faults import Cut, Fail, Fault, Pause, Redescribe, Step
from oracle_listener.listener import Listener
from oracle_listener.on_stack import listening
from oracle_listener.session import Role
from oracle_listener.wire.column_types import NUMBER
from oracle_over_listener import allow, lead_to, reset
from panda_rows import ARCHIVE, RECENT, ask, insert, job
from tls_front import tls_front

from data_models.job_record import arrow_schema, columns
from data_models.ledger import from_microseconds
from data_models.panda_sql.oracle_errors import NotReadable
from data_models.panda_sql.oracle_statement import READ_ONLY
from data_models.window import HOUR, Window, hour_window
from spark_jobs.sources import open_source, oracle_tables
from spark_jobs.sources import oracle_statements as sql
from spark_jobs.sources.oracle import Source
from spark_jobs.sources.oracle_explain import explained
from spark_jobs.sources.oracle_snapshot import OracleSnapshot
from spark_jobs.sources.postgres import Source as PostgresSource
from spark_jobs.sources.protocol import (
    SchemaRejected,
    SnapshotLost,
    SourceConfigurationError,
    SourceError,
    SourceUnavailable,
)

ORACLE_RECENT, ORACLE_ARCHIVE = "ATLAS_PANDA.JOBSARCHIVED4", "ATLAS_PANDAARCH.JOBSARCHIVED"
TEN = datetime(2025, 3, 1, 10, tzinfo=UTC)
SECOND = timedelta(seconds=1)
FIRST_HOUR = hour_window(TEN)


@pytest.fixture(scope="module")
def listener(stack: object) -> Iterator[Listener]:
    """The test listener over the PostgreSQL of the run."""
    with listening() as listener:
        yield listener


@pytest.fixture(scope="module")
def rows(stack: object) -> None:
    """Two hours of jobs, some of them on the edges, one in both tables, one as dirty as it gets."""
    moments = [TEN - SECOND, TEN, TEN + HOUR - SECOND, TEN + HOUR, TEN + 2 * HOUR - SECOND]
    insert([job(number, moment) for number, moment in enumerate(moments, start=501)])
    dirty = {
        "jobstatus": "merging",
        "transexitcode": " 65 ",
        "maxdiskunit": "MB",
        "computingsite": "",
        "piloterrordiag": "größer 🚧\n" * 30,
        "memory_leak_x2": Decimal("99999999999.999"),
        "cpuconsumptiontime": Decimal(10**20 - 1),
        "starttime": datetime(1970, 1, 1, tzinfo=UTC),
        "endtime": None,
    }
    insert([job(506, TEN + timedelta(minutes=20), **dirty)])
    insert([job(502, TEN), *(job(600 + n, TEN, jobstatus="finished") for n in range(7))], ARCHIVE)


@pytest.fixture
def source(listener: Listener, rows: None, monkeypatch: pytest.MonkeyPatch) -> Iterator[Source]:
    """The source of the settings; the listener is as it was afterwards."""
    lead_to(listener, monkeypatch)
    yield open_source()
    reset(listener)


def read(source: Source, snapshot: OracleSnapshot, window: Window) -> list[tuple[int, str]]:
    """PANDAIDs and segments of a window, as all of its slices give them."""
    parts = source.slices(snapshot, window)
    assert [part.number for part in parts] == list(range(len(parts)))
    found = [
        (pandaid, part.segment) for part in parts for batch in source.read(snapshot, part) for pandaid in ids(batch)
    ]
    return sorted(found)


def ids(batch: pa.RecordBatch) -> list[int]:
    """The PANDAIDs of a batch, which has the pinned schema."""
    assert batch.schema == arrow_schema()
    return batch["pandaid"].to_pylist()


def refused(source: Source, window: Window = FIRST_HOUR) -> SourceError:
    """The error of a load, which nowhere shows the password."""
    with pytest.raises(SourceError) as caught, source.snapshot(window) as snapshot:
        source.control_totals(snapshot, window)
        read(source, snapshot, window)
    assert source.main.password not in "".join(traceback.format_exception(caught.value))
    return caught.value


def test_a_window_is_read_half_open_from_both_tables(source: Source) -> None:
    window = FIRST_HOUR
    with source.snapshot(window) as snapshot:
        assert read(source, snapshot, window) == sorted(
            [(502, ORACLE_RECENT), (503, ORACLE_RECENT), (506, ORACLE_RECENT), (502, ORACLE_ARCHIVE)]
            + [(600 + n, ORACLE_ARCHIVE) for n in range(7)]
        )
        after = hour_window(TEN + HOUR)
        assert read(source, snapshot, after) == [(504, ORACLE_RECENT), (505, ORACLE_RECENT)]
        assert read(source, snapshot, hour_window(TEN + 2 * HOUR)) == []


@pytest.mark.parametrize("slices", [1, 2, 5, 50])
def test_the_archive_is_read_once_in_any_number_of_slices(source: Source, slices: int) -> None:
    window, sliced = hour_window(TEN), replace(source, archive_slices=slices)
    with sliced.snapshot(window) as snapshot:
        archived = [row for row in read(sliced, snapshot, window) if row[1] == ORACLE_ARCHIVE]
        assert archived == [(pandaid, ORACLE_ARCHIVE) for pandaid in (502, *range(600, 607))]
        parts = [part for part in sliced.slices(snapshot, window) if part.segment == ORACLE_ARCHIVE]
        assert len(parts) == min(slices, 8)


def test_rows_and_totals_are_those_of_postgresql(source: Source) -> None:
    window = Window(TEN - HOUR, TEN + 2 * HOUR)
    with source.snapshot(window) as snapshot:
        totals, mine = source.control_totals(snapshot, window), records(source, snapshot, window)
    other = PostgresSource.from_settings()
    with other.snapshot(window) as theirs:
        assert totals == other.control_totals(theirs, window)
        expected = records(other, theirs, window)
    assert len(mine["pandaid"]) == 14
    for column in columns():
        assert mine[column.name] == [as_on_oracle(value) for value in expected[column.name]]


def as_on_oracle(value: object) -> object:
    """A value of PostgreSQL as Oracle keeps it: DATE has whole seconds, an empty text is NULL."""
    return value.replace(microsecond=0) if isinstance(value, datetime) else None if value == "" else value


def records(source: Source | PostgresSource, snapshot: OracleSnapshot, window: Window) -> dict[str, list]:
    """All columns of a window's rows, by PANDAID and rank."""
    parts = source.slices(snapshot, window)
    found = [(part.rank, batch) for part in parts for batch in source.read(snapshot, part)]
    rows = sorted(
        ((row["pandaid"], rank, row) for rank, batch in found for row in batch.to_pylist()), key=lambda row: row[:2]
    )
    return {column.name: [row[column.name] for *_, row in rows] for column in columns()}


def test_nothing_depends_on_the_zone_or_language_of_machine_and_session(
    source: Source, monkeypatch: pytest.MonkeyPatch
) -> None:
    window = hour_window(datetime(2025, 3, 9, 7, tzinfo=UTC))  # in New York the clock jumps from 2 to 3
    moments = [window.start - SECOND, window.start, window.end - SECOND, window.end]
    insert([job(520 + number, moment) for number, moment in enumerate(moments)])
    for name, value in {
        "TZ": "America/New_York",
        "NLS_LANG": "FRENCH_FRANCE.WE8ISO8859P15",
        "ORA_SDTZ": "-05:00",
    }.items():
        monkeypatch.setenv(name, value)
    time.tzset()
    try:
        with source.snapshot(window) as snapshot:
            rows = records(source, snapshot, window)
            totals = source.control_totals(snapshot, window)
    finally:
        monkeypatch.undo()
        time.tzset()
    assert rows["pandaid"] == [521, 522]
    assert rows["modificationtime"] == moments[1:3]
    assert {hour: total.rows for hour, total in totals.items()} == {window.start: 2}


def test_every_statement_sees_the_snapshot_and_nothing_that_came_after(source: Source) -> None:
    window = hour_window(TEN + 5 * HOUR)
    insert([job(540, window.start), job(541, window.start)])
    with source.snapshot(window) as snapshot:
        insert([job(542, window.start), job(543, window.start)])
        insert([job(544, window.start)], ARCHIVE)
        assert [pandaid for pandaid, _ in read(source, snapshot, window)] == [540, 541]
        assert source.control_totals(snapshot, window)[window.start].rows == 2
    with source.snapshot(window) as later:
        assert [pandaid for pandaid, _ in read(source, later, window)] == [540, 541, 542, 543, 544]
    assert snapshot.t < later.t
    assert abs(from_microseconds(later.t) - datetime.now(UTC)) < timedelta(seconds=60)
    assert snapshot.consistent


def test_source_snapshot_and_slices_travel_to_executors(source: Source) -> None:
    window = FIRST_HOUR
    with source.snapshot(window) as snapshot:
        parts = source.slices(snapshot, window)
        sent, there, slices = pickle.loads(pickle.dumps((source, snapshot, parts)))
        assert sum(len(batch) for part in slices for batch in sent.read(there, part)) == 11
    assert source.main.password not in repr(source)


def test_sessions_cannot_write_and_say_who_asks(source: Source, listener: Listener) -> None:
    delete = sql.Statement("delete", "never", ORACLE_RECENT, f"DELETE FROM {ORACLE_RECENT}")
    with source.main.session("a test", "this window") as session, pytest.raises(SourceError, match="ORA-01456"):
        session.rows(delete, {})
    seen = listener.counts.sessions[-1]
    assert set(seen.traced.values()) == {"hmsf", "a test", "hmsf this window"}
    assert ask(f"SELECT count(*) FROM {RECENT} WHERE pandaid = 501") == [(1,)]


def test_no_session_stays_open(source: Source, listener: Listener) -> None:
    with source.snapshot(FIRST_HOUR) as snapshot:
        next(source.read(snapshot, source.slices(snapshot, FIRST_HOUR)[0]))
    deadline = time.monotonic() + 5
    while listener.open_connections and time.monotonic() < deadline:
        time.sleep(0.05)
    assert listener.open_connections == 0


def test_only_listed_statements_are_sent(source: Source, listener: Listener) -> None:
    assert sent(source, listener, FIRST_HOUR) <= listed(source, FIRST_HOUR)


@pytest.mark.parametrize("right", ["flashback", "scn"])
def test_only_listed_statements_are_sent_without_a_snapshot(source: Source, listener: Listener, right: str) -> None:
    allow(listener, **{right: False})
    tried = {item.text for item in (sql.table_columns(ORACLE_RECENT), sql.table_columns(ORACLE_ARCHIVE))}
    found = sent(source, listener, FIRST_HOUR)
    assert found <= listed(source, FIRST_HOUR, as_of="") | tried
    assert any("NTILE" in text and "AS OF" not in text for text in found)


def sent(source: Source, listener: Listener, window: Window) -> set[str]:
    """What a load of the window sends."""
    before = len(listener.counts.statements)
    with source.snapshot(window) as snapshot:
        source.control_totals(snapshot, window)
        read(source, snapshot, window)
    return {item.sql for item in listener.counts.statements[before:]}


def listed(source: Source, window: Window, **variant: Any) -> set[str]:
    """What --explain lists for it."""
    return {item.statement.text for item in explained(source.layout, window, source.archive_slices, **variant)}


@pytest.mark.parametrize("right", ["flashback", "scn"])
def test_without_the_right_to_flash_back_the_load_is_unsnapshotted_and_says_so(
    source: Source, listener: Listener, right: str
) -> None:
    allow(listener, **{right: False})
    window = FIRST_HOUR
    with source.snapshot(window) as snapshot:
        assert not snapshot.consistent
        assert "unsnapshotted" in snapshot.token
        assert any("unsnapshotted" in warning for warning in snapshot.warnings)
        assert len(read(source, snapshot, window)) == 11
        assert source.control_totals(snapshot, window)[TEN].rows == 11
    assert abs(from_microseconds(snapshot.t) - datetime.now(UTC)) < timedelta(seconds=60)


STANDBY = Role("PHYSICAL STANDBY", "READ ONLY WITH APPLY", behind=60)


def test_the_instant_of_a_standby_is_set_back_by_all_that_it_may_be_behind(source: Source, listener: Listener) -> None:
    listener.answers.role = STANDBY
    before, seen = datetime.now(UTC), len(listener.counts.statements)
    with source.snapshot(FIRST_HOUR) as snapshot:
        assert len(read(source, snapshot, FIRST_HOUR)) == 11
    # The minute that is borne, and the half that Oracle's figure may be old.
    assert abs(before - from_microseconds(snapshot.t) - timedelta(seconds=90)) < timedelta(seconds=5)
    assert snapshot.consistent
    assert "standby" in snapshot.notes[0]
    texts = [item.sql for item in listener.counts.statements[seen:]]
    standby = [sql.OPEN_MODE, sql.STANDBY_LIMIT, sql.TABLE_BLOCKS, sql.SNAPSHOT, sql.OPEN_MODE]
    expected = [READ_ONLY, sql.SNAPSHOT, sql.ROLE, *standby]
    assert texts[: len(expected)] == [statement.text for statement in expected]


def test_a_standby_that_is_too_far_behind_is_tried_again_later(source: Source, listener: Listener) -> None:
    listener.answers.role = replace(STANDBY, behind=61)
    error = refused(source)
    assert type(error) is SourceUnavailable
    assert "caught up" in str(error)


@pytest.mark.parametrize(
    ("role", "rights"),
    [
        (Role("PHYSICAL STANDBY", "READ ONLY"), {}),
        (Role("LOGICAL STANDBY", "READ WRITE"), {}),
        (Role("SNAPSHOT STANDBY", "READ WRITE"), {}),
        (STANDBY, {"scn": False}),
    ],
)
def test_a_standby_that_nothing_keeps_close_to_its_primary_is_refused(
    source: Source, listener: Listener, role: Role, rights: dict[str, bool]
) -> None:
    listener.answers.role = role
    allow(listener, **rights)
    error = refused(source)
    assert type(error) is SourceConfigurationError
    assert role.name in str(error)
    assert "how far it is behind" in str(error)


def test_a_database_that_does_not_tell_its_role_is_read_with_a_warning(
    source: Source, monkeypatch: pytest.MonkeyPatch
) -> None:
    unknown = replace(sql.ROLE, text=sql.ROLE.text.replace("DATABASE_ROLE'", "NO_SUCH_THING'"))
    monkeypatch.setattr(sql, "ROLE", unknown)
    with source.snapshot(FIRST_HOUR) as snapshot:
        assert snapshot.consistent
    assert "is taken for a primary" in snapshot.warnings[0]


def test_a_table_that_may_not_be_read_is_named_with_the_remedy(source: Source, listener: Listener) -> None:
    allow(listener, tables=frozenset({"JOBSARCHIVED4"}))
    error = refused(source)
    assert isinstance(error, NotReadable)
    assert ORACLE_ARCHIVE in str(error)
    assert "oracle_grants.sql" in str(error)


def test_wrong_password_and_locked_account_fail_at_once(source: Source, listener: Listener) -> None:
    wrong = replace(source, main=replace(source.main, password="wrong " + source.main.password))
    assert isinstance(refused(wrong), SourceConfigurationError)
    allow(listener, locked=True)
    assert "unlock" in str(refused(source))


def test_a_reader_may_act_for_the_owner(source: Source, listener: Listener) -> None:
    listener.accounts.put(Account("OWNER", "unknown to the reader", through=frozenset({source.main.user.upper()})))
    proxied = replace(source, main=replace(source.main, user=f"{source.main.user}[owner]"))
    with proxied.snapshot(FIRST_HOUR) as snapshot:
        assert snapshot.consistent
    stranger = replace(source, main=replace(source.main, user=f"{source.main.user}[nobody]"))
    assert isinstance(refused(stranger), SourceConfigurationError)


def test_tls_is_spoken_to_a_server_that_the_wallet_trusts(source: Source, listener: Listener, tmp_path: Path) -> None:
    wallet, stranger = tmp_path / "wallet", tmp_path / "stranger"
    wallet.mkdir()
    stranger.mkdir()
    with tls_front(listener.port, wallet) as port, tls_front(listener.port, stranger):
        dsn = f"tcps://127.0.0.1:{port}/PANDA"
        secured = replace(source, main=replace(source.main, dsn=dsn, wallet=str(wallet)))
        with secured.snapshot(FIRST_HOUR) as snapshot:
            assert len(read(secured, snapshot, FIRST_HOUR)) == 11
        error = refused(replace(secured, main=replace(secured.main, wallet=str(stranger))))
    assert isinstance(error, SourceConfigurationError)
    assert "HMSF_ORACLE_WALLET" in str(error)


def test_an_unknown_service_is_worth_a_retry_and_named(source: Source, listener: Listener) -> None:
    error = refused(replace(source, main=replace(source.main, dsn=listener.dsn.replace("PANDA", "elsewhere"))))
    assert type(error) is SourceUnavailable
    assert "elsewhere" in str(error)
    assert "HMSF_ORACLE_DSN" in str(error)


ROWS, ARCHIVED = "SELECT pandaid, jobdefinitionid", "AND pandaid >="


@pytest.mark.parametrize(
    ("fault", "kind", "words"),
    [
        (Fault(Fail(1555), statement=ARCHIVED, after_rows=1), SnapshotLost, "undo"),
        (Fault(Fail(1466), statement=ROWS), SnapshotLost, "fresh snapshot"),
        (Fault(Fail(8181), statement="GROUPING"), SnapshotLost, "fresh snapshot"),
        (Fault(Fail(28), statement=ARCHIVED, after_rows=1), SourceUnavailable, "ended the session"),
        (Fault(Fail(3113), statement="GROUPING"), SourceUnavailable, "session was lost"),
        (Fault(Cut(), statement=ARCHIVED, after_rows=1), SourceUnavailable, "session was lost"),
        (Fault(Cut(reset=True), statement="NTILE"), SourceUnavailable, "session was lost"),
        (Fault(Fail(1652), statement="GROUPING"), SourceUnavailable, "temporary tablespace"),
        (Fault(Fail(376), statement=ROWS), SourceConfigurationError, "data file"),
        (Fault(Fail(1033), step=Step.LOG_IN), SourceUnavailable, "starting"),
        (Fault(Fail(28001), step=Step.LOG_IN), SourceConfigurationError, "expired"),
        (Fault(Fail(12516), step=Step.CONNECT), SourceUnavailable, "no more sessions"),
        (Fault(Fail(904), statement=ROWS), SchemaRejected, "column is gone"),
    ],
    ids=lambda value: str(getattr(getattr(value, "effect", value), "code", getattr(value, "effect", ""))),
)
def test_a_fault_is_told_in_the_operator_s_words(
    source: Source, listener: Listener, fault: Fault, kind: type[SourceError], words: str
) -> None:
    listener.faults.add(replace(fault))
    error = refused(source)
    assert type(error) is kind
    assert words in str(error)


def test_a_server_that_takes_too_long_is_given_up(source: Source, listener: Listener) -> None:
    listener.faults.add(Fault(Pause(30), statement="GROUPING"))
    error = refused(replace(source, main=replace(source.main, call_seconds=1)))
    assert type(error) is SourceUnavailable
    assert "HMSF_ORACLE_CALL_SECONDS" in str(error)


def test_a_value_of_another_type_than_promised_is_refused(source: Source, listener: Listener) -> None:
    listener.faults.add(Fault(Redescribe("NUCLEUS", NUMBER), statement=r"SELECT \*"))
    assert type(refused(source)) is SchemaRejected


@pytest.fixture
def copy_log(stack: object) -> Iterator[None]:
    """PanDA's log of the copy, empty."""
    ask(
        "CREATE TABLE doma_panda.tablepart4copying (table_name varchar(60), partition_name varchar(60), "
        "copied_to_arch varchar(10), copying_done_on timestamp, deleted_on timestamp, data_verif_passed varchar(3), "
        "data_verified_on timestamp)"
    )
    yield
    ask("DROP TABLE doma_panda.tablepart4copying")


def log(copied: str, verified: str | None = None) -> None:
    """An entry for the partition of the first of March."""
    ask("DELETE FROM doma_panda.tablepart4copying")
    ask(
        "INSERT INTO doma_panda.tablepart4copying (table_name, partition_name, copied_to_arch, data_verif_passed) "
        "VALUES ('JOBSARCHIVED4', 'PART_JOBSARCHIVED4_02032025', %s, %s)",
        copied,
        verified,
    )


def test_the_archive_is_spared_while_nothing_of_the_window_has_been_copied(source: Source, copy_log: None) -> None:
    log("N")
    with source.snapshot(FIRST_HOUR) as snapshot:
        assert {table for _, table in read(source, snapshot, FIRST_HOUR)} == {ORACLE_RECENT}
        assert source.control_totals(snapshot, FIRST_HOUR)[TEN].rows == 3
    assert snapshot.notes == ("PART_JOBSARCHIVED4_02032025: not copied to the archive yet",)


@pytest.mark.parametrize(
    ("copied", "verified", "note"),
    [
        ("Y", None, "copied to the archive"),
        ("Y", "YES", "complete in the archive"),
        ("Y", "NO", "copied to the archive, but the verification of the copy failed"),
    ],
)
def test_a_day_that_has_been_copied_is_read_from_both(
    source: Source, copy_log: None, copied: str, verified: str | None, note: str
) -> None:
    log(copied, verified)
    with source.snapshot(FIRST_HOUR) as snapshot:
        assert len(read(source, snapshot, FIRST_HOUR)) == 11
    assert snapshot.notes == (f"PART_JOBSARCHIVED4_02032025: {note}",)


def test_a_day_that_the_log_does_not_know_is_read_from_both(source: Source, copy_log: None) -> None:
    with source.snapshot(FIRST_HOUR) as snapshot:
        assert len(snapshot.readings) == 2
    assert snapshot.notes == ("PART_JOBSARCHIVED4_02032025: unknown to the copy log",)


KEPT = [column.name for column in columns() if column.name != "superrorcode"][:52]


@pytest.fixture
def put_away(source: Source) -> Iterator[Source]:
    """The source with the year 2019 in another database, which has 52 columns."""
    ask(f"CREATE TABLE doma_pandaarch.y2019_jobsarchived AS SELECT {', '.join(KEPT)} FROM {ARCHIVE} WHERE false")
    ask("CREATE INDEX ON doma_pandaarch.y2019_jobsarchived (modificationtime)")
    yield replace(source, years=replace(source.main, name="years"))
    ask("DROP TABLE doma_pandaarch.y2019_jobsarchived")


def test_a_year_put_away_is_found_and_what_it_lacks_is_null(put_away: Source) -> None:
    window = hour_window(datetime(2019, 7, 1, 10, tzinfo=UTC))
    year = "ATLAS_PANDAARCH.Y2019_JOBSARCHIVED"
    insert([job(700, window.start), job(701, window.start)], ARCHIVE)
    ask(f"INSERT INTO doma_pandaarch.y2019_jobsarchived SELECT {', '.join(KEPT)} FROM {ARCHIVE} WHERE pandaid = 701")
    ask("INSERT INTO doma_pandaarch.y2019_jobsarchived SELECT * FROM doma_pandaarch.y2019_jobsarchived")
    ask("UPDATE doma_pandaarch.y2019_jobsarchived SET pandaid = 702 WHERE ctid = '(0,2)'")
    with put_away.snapshot(window) as snapshot:
        assert read(put_away, snapshot, window) == [
            (700, ORACLE_ARCHIVE),
            (701, ORACLE_ARCHIVE),
            (701, year),
            (702, year),
        ]
        totals = put_away.control_totals(snapshot, window)[window.start]
        rows = records(put_away, snapshot, window)
    assert (totals.rows, totals.distinct_jobs) == (4, 3)
    assert totals.states["failed"] == 4
    assert rows["transexitcode"] == ["65", "65", "65", "65"]
    assert rows["jeditaskid"] == [1000, 1000, None, None]
    assert any("has 52 columns; NULL are superrorcode" in note for note in snapshot.notes)


@pytest.mark.parametrize("as_of", [sql.AS_OF, ""])
def test_only_listed_statements_are_sent_for_a_year(put_away: Source, listener: Listener, as_of: str) -> None:
    window = hour_window(datetime(2019, 7, 1, 11, tzinfo=UTC))
    insert([job(710, window.start)], ARCHIVE)
    ask(f"INSERT INTO doma_pandaarch.y2019_jobsarchived SELECT {', '.join(KEPT)} FROM {ARCHIVE} WHERE pandaid = 710")
    allow(listener, scn=bool(as_of))
    found = sent(put_away, listener, window)
    assert found <= listed(put_away, window, as_of=as_of, in_years=KEPT)
    assert sql.pandaids("ATLAS_PANDAARCH.Y2019_JOBSARCHIVED", as_of).text in found


def test_a_year_put_away_that_cannot_be_asked_for_is_a_warning(source: Source) -> None:
    with source.snapshot(hour_window(datetime(2019, 7, 1, 10, tzinfo=UTC))) as snapshot:
        assert "Y2019_JOBSARCHIVED was not read" in snapshot.warnings[0]
        assert "HMSF_ORACLE_YEARS_DSN" in snapshot.warnings[0]
    with source.snapshot(FIRST_HOUR) as recent:
        assert recent.warnings == ()


def test_recent_windows_do_not_ask_for_years_put_away(put_away: Source) -> None:
    away = replace(put_away, years=replace(put_away.years, dsn="127.0.0.1:1/nowhere"))
    with away.snapshot(FIRST_HOUR) as snapshot:
        assert len(read(away, snapshot, FIRST_HOUR)) == 11


def test_a_year_that_would_be_scanned_whole_is_refused(put_away: Source, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(oracle_tables, "SCANNABLE_BLOCKS", -1)
    ask("DROP INDEX doma_pandaarch.y2019_jobsarchived_modificationtime_idx")
    error = refused(put_away, hour_window(datetime(2019, 7, 1, 10, tzinfo=UTC)))
    assert isinstance(error, SourceConfigurationError)
    assert "index on MODIFICATIONTIME" in str(error)
