"""A table that is new over old history is filled without the source, and is then as if it had always been there."""

from __future__ import annotations

import contextlib
import io
from collections.abc import Iterator
from dataclasses import replace
from datetime import UTC, datetime, timedelta
from pathlib import Path
from typing import Any

import pytest
from cassandra.cluster import Session
from made_archive import enter
from panda_rows import ARCHIVE, ask, insert, job
from pyspark.sql import SparkSession
from step_runs import Outcome, content, run
from table_sets import deployed

from data_models import cql, settings
from data_models.ledger import Ledger
from data_models.ledger_state import PUBLISHING
from data_models.query_table import QueryTable
from data_models.reading.archive import Archive
from data_models.tables import query_table
from data_models.window import HOUR, Window
from spark_jobs import archive as all_steps
from spark_jobs import archived_jobs, rebuild, step, table_filling

TEN = datetime(2025, 6, 14, 10, tzinfo=UTC)
WINDOW = Window(TEN, TEN + 2 * HOUR)
# An hour of its own, that is loaded again.
AGAIN = Window(TEN + 2 * HOUR, TEN + 3 * HOUR)
LOAD = "before-the-table"
PANDAID = 7_100_000_000
# A plain table, a list in pages, one with a partition of a year, and one whose partitions are one row.
ORIGINALS = tuple(
    query_table(name) for name in ("errors_by_site", "jobs_by_site", "message_history", "entity_counts_by_hour")
)
OLD = (query_table("job"), query_table("job_ids_by_hour"), *ORIGINALS)


def twins(suffix: str) -> list[QueryTable]:
    """New tables, each with the rows of one that there is."""
    return [replace(table, name=f"{table.name}_{suffix}") for table in ORIGINALS]


def jobs_of_an_hour(hour: datetime, first: int) -> list[dict[str, Any]]:
    """Failed and finished jobs of three sites, one with times that CQL's readers would not take."""
    made = [
        job(first + number, hour + timedelta(minutes=number), computingsite=f"SITE_{number % 3}", hs06sec=number * 10)
        for number in range(1, 10)
    ]
    made[3] |= {"jobstatus": "finished", "piloterrorcode": 0, "exeerrorcode": 0, "transexitcode": None}
    made[4] |= {"starttime": datetime(1, 1, 1, tzinfo=UTC), "piloterrordiag": 'lost "heartbeat" at\n12'}
    made[5] |= {"produsername": None, "produserid": "/CN=anna", "gco2_global": None}
    return made


@pytest.fixture(scope="module")
def loaded(archive: Session, spark: SparkSession) -> None:
    """Three hours that were loaded before the new tables were there; one job in two hours, one in two job tables."""
    hours = [jobs_of_an_hour(TEN + number * HOUR, PANDAID + 100 * number) for number in range(3)]
    insert([row for rows in hours for row in rows] + [job(PANDAID + 1, TEN + HOUR + timedelta(minutes=30))])
    insert([hours[0][1] | {"computingsite": "COPY"}], ARCHIVE)
    with deployed(OLD):
        assert run(all_steps, Window(TEN, AGAIN.end), LOAD).code == 0


@contextlib.contextmanager
def new_tables(session: Session, *tables: QueryTable) -> Iterator[None]:
    """The project deployed with tables that it did not have, and the keyspace brought up to date.

    The connector of the tests' one Spark application hears of a new column by an event; that of a rebuild of its own
    starts after it.
    """
    with deployed([*OLD, *tables]):
        keyspace = settings.text("HMSF_KEYSPACE")
        session.cluster.refresh_keyspace_metadata(keyspace)
        cql.apply(session, keyspace, cql.DEFAULT_REPLICATION, cql.DEFAULT_COMPACTION)
        yield


def rebuilt(tables: list[QueryTable] | str, window: Window = WINDOW) -> Outcome:
    """Run the command."""
    names = tables if isinstance(tables, str) else ",".join(table.name for table in tables)
    out, err = io.StringIO(), io.StringIO()
    with contextlib.redirect_stdout(out), contextlib.redirect_stderr(err):
        try:
            code = rebuild.main(["--tables", names, "--from", window.start.isoformat(), "--to", window.end.isoformat()])
        except SystemExit as stopped:
            code = stopped.code
    return Outcome(code, out.getvalue(), err.getvalue())


def read_by(session: Session, table: QueryTable, window: Window = WINDOW) -> str:
    """Which hours of a window readers may take, in words."""
    return str(Archive(session).ledger.known(table, None, window).coverage)


def assert_like_originals(session: Session, tables: list[QueryTable], window: Window = WINDOW) -> None:
    """Each new table holds of each hour, cell by cell, what the table has whose rows it takes."""
    for hour in (window.start + number * HOUR for number in range((window.end - window.start) // HOUR)):
        held = content(session, hour)
        for table, original in zip(tables, ORIGINALS, strict=True):
            assert held[table.name] == held[original.name] != [], (table.name, hour)


def rows_folder() -> Path:
    """The staged rows of the load."""
    root = Path(settings.text("HMSF_STAGING"))
    return root / LOAD / (root / LOAD / "current").read_text() / "rows"


@pytest.fixture
def only_staged(monkeypatch: pytest.MonkeyPatch) -> None:
    """Table `job` must not be read."""
    monkeypatch.setattr(archived_jobs, "jobs_in_table", None)


@pytest.fixture
def only_in_table() -> Iterator[None]:
    """The staged rows are gone."""
    rows = rows_folder()
    away = rows.rename(rows.with_name("tidied"))
    yield
    away.rename(rows)


@pytest.mark.usefixtures("loaded")
@pytest.mark.parametrize("source", ["only_staged", "only_in_table"])
def test_a_new_table_is_not_archived_until_it_is_rebuilt_and_then_like_the_others(
    archive: Session, request: pytest.FixtureRequest, source: str
) -> None:
    request.getfixturevalue(source)
    tables = twins(source)
    with new_tables(archive, *tables):
        for table in tables:
            assert read_by(archive, table).startswith("0 of 2 hours verified; not archived: ")
        w = {hour: Ledger(archive).state(hour).w for hour in (TEN, TEN + HOUR)}
        outcome = rebuilt(tables)
        assert outcome.code == 0, outcome.err
        assert outcome.line["hours"] == 2
        assert set(outcome.line["rows"]) == {table.name for table in tables}
        assert_like_originals(archive, tables)
        for table in tables:
            assert read_by(archive, table) == "2 of 2 hours verified"
        assert {hour: Ledger(archive).state(hour).w for hour in w} == w
        times = archive.execute(f"SELECT hour, writetime(n_errors) AS w FROM {tables[0].name}")
        assert {row.hour.replace(tzinfo=UTC): row.w for row in times} == w

        again = rebuilt(tables)
        assert (again.code, again.line["hours"], again.line["hours_that_had_them"]) == (0, 0, 2)
        assert_like_originals(archive, tables)
    assert read_by(archive, ORIGINALS[0]) == "2 of 2 hours verified"


class Killed(BaseException):
    """As good as kill -9: nothing is entered in the ledger after it."""


def killed(*_: object) -> None:
    raise Killed


@pytest.mark.usefixtures("loaded")
@pytest.mark.parametrize("original", ["errors_by_site", "entity_counts_by_hour"])
def test_a_rebuild_that_was_killed_is_done_again_and_a_column_is_added_but_nothing_is_changed(
    archive: Session, monkeypatch: pytest.MonkeyPatch, original: str
) -> None:
    table = replace(query_table(original), name=f"{original}_changed")
    with new_tables(archive, table):
        with monkeypatch.context() as patch, pytest.raises(Killed):
            patch.setattr(table_filling, "read_back", killed)
            rebuilt([table])
        assert read_by(archive, table).startswith("0 of 2 hours verified")
        assert rebuilt([table]).code == 0
        before = content(archive, TEN)[table.name]
        rows = len(before) + len(content(archive, TEN + HOUR)[table.name])

    figure, *others = table.values
    wrong = replace(table, version=2, values=(replace(figure, source=f"{figure.source} * 2"), *others))
    with new_tables(archive, wrong):
        assert read_by(archive, wrong).startswith("0 of 2 hours verified")
        outcome = rebuilt([wrong])
        assert outcome.code == step.CANNOT_HELP
        assert f"table {table.name} holds {rows} rows that would be changed" in outcome.last_error
        assert "Give the changed table a new name" in outcome.last_error
        assert content(archive, TEN)[table.name] == before

    more = replace(table, version=2, values=(*table.values, replace(figure, name="too")))
    with new_tables(archive, more):
        assert rebuilt([more]).code == 0
        assert content(archive, TEN)[table.name] == [row | {"too": row[figure.name]} for row in before]
        assert read_by(archive, more) == "2 of 2 hours verified"


@pytest.mark.usefixtures("loaded")
def test_a_load_that_comes_in_between_wins_and_leaves_nothing_of_the_rebuild(
    archive: Session, monkeypatch: pytest.MonkeyPatch
) -> None:
    tables = twins("overtaken")
    whole = table_filling.write_rows

    def overtaken(rows: object, table: QueryTable) -> None:
        monkeypatch.setattr(table_filling, "write_rows", whole)
        # Nothing is left of SITE_1.
        first = PANDAID + 200
        ask(f"DELETE FROM doma_panda.jobsarchived4 WHERE pandaid IN ({first + 1}, {first + 4}, {first + 7})")
        assert run(all_steps, AGAIN, "after-the-table").code == 0
        whole(rows, table)

    with new_tables(archive, *tables):
        monkeypatch.setattr(table_filling, "write_rows", overtaken)
        outcome = rebuilt(tables, AGAIN)
        assert outcome.code == step.TRY_AGAIN
        assert f"hours {AGAIN} are being loaded" in outcome.last_error
        assert_like_originals(archive, tables, AGAIN)
        assert rebuilt(tables, AGAIN).line["hours_that_had_them"] == 1
        assert_like_originals(archive, tables, AGAIN)


@pytest.mark.parametrize(
    ("tables", "says"),
    [
        ("errors_by_sight", "no query table 'errors_by_sight'; there are: job_ids_by_hour"),
        ("errors_by_site,job", "table job is what others are rebuilt from; load the hours again to fill it"),
        (",", "give at least one table"),
    ],
)
def test_what_is_no_table_to_rebuild_is_refused(tables: str, says: str) -> None:
    outcome = rebuilt(tables)
    assert outcome.code == step.USAGE
    assert says in outcome.err


@pytest.mark.parametrize(
    ("edges", "says"),
    [(("2025-06-14T10:30", "2025-06-14T12"), "full hours"), (("2025-06-15", "2025-06-14"), "reversed: swap the ends")],
)
def test_what_is_no_period_is_refused(edges: tuple[str, str], says: str, capsys: pytest.CaptureFixture[str]) -> None:
    with pytest.raises(SystemExit):
        rebuild.main(["--tables", "errors_by_site", "--from", edges[0], "--to", edges[1]])
    assert says in capsys.readouterr().err


def test_hours_that_are_not_archived_or_are_being_loaded_are_named(archive: Session, spark: SparkSession) -> None:
    never = Window(datetime(2018, 6, 1, tzinfo=UTC), datetime(2018, 6, 1, 2, tzinfo=UTC))
    outcome = rebuilt("errors_by_site", never)
    assert outcome.code == step.CANNOT_HELP
    assert f"window {never}: none of its hours is archived, there is nothing to rebuild from" in outcome.last_error
    enter(archive, [never.start], 5, (PUBLISHING,))
    outcome = rebuilt("errors_by_site", never)
    assert outcome.code == step.TRY_AGAIN
    assert "hours 2018-06-01T00:00Z/2018-06-01T01:00Z are being loaded" in outcome.last_error
