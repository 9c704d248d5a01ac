"""A day's roll-up is what its hours add up to, whatever is loaded, rolled up or cut off meanwhile."""

from __future__ import annotations

import itertools
from collections.abc import Callable, Iterator
from datetime import UTC, datetime, timedelta

import pytest
from archived_day import BEGIN, archived_day
from cassandra.cluster import Session
from pyspark.sql import DataFrame, SparkSession
from rolled_up_days import EXPECTED, SNAPSHOT, assert_of_its_hours, expected, held, load_day, load_hour
from step_runs import Cable
from table_sets import deployed

from data_models import settings, tables
from data_models.grain import Grain
from data_models.ledger import Ledger
from data_models.ledger_state import FAILED, ROLL_UP_DEADLINE
from data_models.query_table import QueryTable
from data_models.roll_up import HoursOfDay, day_window, hours_of_day, valid_days
from data_models.tables import daily_tables, query_table, query_tables
from data_models.window import HOUR
from spark_jobs import daily_rows, hour_load, rebuild, roll_up, small_loads, step
from spark_jobs.daily_rows import Published
from spark_jobs.hour_load import HourLoad, close_stopped_loads
from spark_jobs.staging import StagingError

DAYS = itertools.count()
FILLED = {0: 1, 1: 2, 9: 3, 23: 4}


class Killed(BaseException):
    """As good as kill -9: nothing is entered in the ledger after it."""


@pytest.fixture
def few_roll_ups(monkeypatch: pytest.MonkeyPatch) -> None:
    """Roll-ups of three tables, one for each way in which hours are read: all of them take ten seconds."""
    names = ("sites_by_error_day", "message_history_daily", "entity_counts_by_day")
    whole, few = tables.tables_of, tuple(table for table in daily_tables() if table.name in names)

    def chosen(grain: Grain) -> tuple[QueryTable, ...]:
        return few if grain is Grain.DAY else whole(grain)

    for module in (tables, hour_load):
        monkeypatch.setattr(module, "tables_of", chosen)


@pytest.fixture
def day(archive: Session) -> datetime:
    """A day, near the end of a quarter and with all hours loaded, that no other test uses."""
    start = datetime(2021, 3, 28, tzinfo=UTC) + next(DAYS) * 3 * timedelta(days=1)
    load_day(archive, start, FILLED)
    return start


def rolled_up(session: Session, spark: SparkSession, day: datetime) -> int | None:
    """Roll a day up; the write time of its roll-up if it is valid then."""
    roll_up.roll_up(spark, Ledger(session), day)
    return valid(session, day)


def valid(session: Session, day: datetime) -> int | None:
    return valid_days(Ledger(session), day_window(day)).get(day.date())


def once_before(monkeypatch: pytest.MonkeyPatch, where: object, name: str, act: Callable[[], None]) -> None:
    """Do something before a function runs for the first time from now on."""
    whole = getattr(where, name)
    left = [act]

    def first(*arguments: object, **named: object) -> object:
        if left:
            left.pop()()
        return whole(*arguments, **named)

    monkeypatch.setattr(where, name, first)


def test_each_daily_table_has_its_oracle() -> None:
    assert set(EXPECTED) == {table.name for table in daily_tables()}


def test_every_figure_of_an_archived_day_is_the_sum_of_its_hours(archive: Session, spark: SparkSession) -> None:
    archived_day()
    assert valid(archive, BEGIN) is not None
    assert_of_its_hours(archive, BEGIN)
    assert len(held(archive, "errors_by_day", BEGIN)) > 50


def test_an_hour_that_is_loaded_again_leaves_nothing_of_a_vanished_key(
    archive: Session, spark: SparkSession, day: datetime
) -> None:
    assert rolled_up(archive, spark, day) == SNAPSHOT + 50
    assert_of_its_hours(archive, day)
    before = keys(archive, day)
    load_hour(archive, day + 9 * HOUR, 60, seed=None)
    load_hour(archive, day + 1 * HOUR, 55, seed=5)
    assert valid(archive, day) is None
    assert rolled_up(archive, spark, day) == SNAPSHOT + 60
    assert_of_its_hours(archive, day)
    assert before - keys(archive, day)


@pytest.mark.usefixtures("few_roll_ups")
@pytest.mark.parametrize("lacking", [None, 9])
def test_a_load_that_has_not_all_hours_any_more_is_not_rolled_up_from(
    archive: Session, spark: SparkSession, day: datetime, lacking: int | None
) -> None:
    def taken() -> dict[QueryTable, DataFrame]:
        pytest.fail("the staged rows of a load were taken that has not all hours")

    found = hours_of_day(Ledger(archive), day)
    write_times = {hour: entry.w for hour, entry in found.verified.items() if hour != day + (lacking or -1) * HOUR}
    load = Published(taken, write_times)
    assert load.is_of(found) is (lacking is None)
    load_hour(archive, day + 9 * HOUR, 60, seed=7)
    roll_up.roll_up(spark, Ledger(archive), day, published=load)
    assert valid(archive, day) == SNAPSHOT + 60


@pytest.mark.usefixtures("few_roll_ups")
def test_a_day_whose_staged_rows_are_gone_is_read_from_cassandra(
    archive: Session, spark: SparkSession, day: datetime, capsys: pytest.CaptureFixture[str]
) -> None:
    def gone() -> dict[QueryTable, DataFrame]:
        raise StagingError("load x: rows is missing")

    found = hours_of_day(Ledger(archive), day)
    load = Published(gone, {hour: entry.w for hour, entry in found.verified.items()})
    roll_up.roll_up(spark, Ledger(archive), day, published=load)
    assert valid(archive, day) == SNAPSHOT + 50
    assert "its hours are read from Cassandra, not as staged: load x: rows is missing" in capsys.readouterr().out


@pytest.mark.usefixtures("few_roll_ups")
@pytest.mark.parametrize(("most", "code"), [(7, "false"), (6, "true")])
def test_a_roll_up_is_planned_by_the_jobs_of_its_day_and_what_comes_after_as_before(
    archive: Session, spark: SparkSession, day: datetime, monkeypatch: pytest.MonkeyPatch, most: int, code: str
) -> None:
    name, planned = "spark.sql.codegen.wholeStage", []
    monkeypatch.setattr(small_loads, "MOST_JOBS", {"roll_up": most})
    monkeypatch.setattr(HoursOfDay, "jobs", property(lambda _: 7))
    once_before(monkeypatch, daily_rows, "counted", lambda: planned.append(spark.conf.get(name)))
    before = spark.conf.get(name)
    assert rolled_up(archive, spark, day) is not None
    assert planned == [code]
    assert spark.conf.get(name) == before


def keys(session: Session, day: datetime) -> set[tuple]:
    """The keys of all rows of a day, each with its table."""
    return {
        (table.name, *(row[column] for column in table.key_names))
        for table in daily_tables()
        for row in held(session, table.name, day)
    }


@pytest.mark.usefixtures("few_roll_ups")
@pytest.mark.parametrize(
    ("where", "name"),
    [(HourLoad, "reserve"), (HourLoad, "begin"), (HourLoad, "finish"), (HourLoad, "verified")],
    ids=lambda value: value if isinstance(value, str) else "",
)
def test_a_race_of_two_roll_ups_is_won_by_that_of_the_newer_hours(
    archive: Session,
    spark: SparkSession,
    day: datetime,
    monkeypatch: pytest.MonkeyPatch,
    where: object,
    name: str,
) -> None:
    load_hour(archive, day + 2 * HOUR, 60, seed=None)
    ledger = Ledger(archive)

    def faster() -> None:
        # The newest hour is the same for both roll-ups: its write time does not tell which of them is newer.
        load_hour(archive, day + 9 * HOUR, 55, seed=6)
        hours = roll_up.require_complete(ledger, day)
        assert roll_up.roll_up_once(spark, ledger, Ledger(archive, Grain.DAY), hours, "faster")

    once_before(monkeypatch, where, name, faster)
    assert rolled_up(archive, spark, day) is not None
    assert_of_its_hours(archive, day)


@pytest.mark.usefixtures("few_roll_ups")
def test_a_roll_up_that_was_killed_is_taken_up_again(
    archive: Session, spark: SparkSession, day: datetime, monkeypatch: pytest.MonkeyPatch
) -> None:
    with monkeypatch.context() as patch:
        patch.setattr(HourLoad, "finish", killed)
        with pytest.raises(Killed):
            rolled_up(archive, spark, day)
    assert held(archive, "entity_counts_by_day", day) == expected(archive, "entity_counts_by_day", day)
    assert valid(archive, day) is None
    assert rolled_up(archive, spark, day) == SNAPSHOT + 50
    assert_of_its_hours(archive, day)


def killed(*_: object) -> None:
    raise Killed


@pytest.mark.usefixtures("few_roll_ups")
def test_what_a_killed_roll_up_of_older_hours_left_is_cleaned_and_the_day_waits_for_its_deadline(
    archive: Session, spark: SparkSession, day: datetime, monkeypatch: pytest.MonkeyPatch
) -> None:
    with monkeypatch.context() as patch:
        patch.setattr(HourLoad, "finish", killed)
        with pytest.raises(Killed):
            rolled_up(archive, spark, day)
    load_hour(archive, day + 9 * HOUR, 60, seed=None)
    with pytest.raises(step.NotYet, match="another one of it is half-way"):
        rolled_up(archive, spark, day)
    assert_of_its_hours(archive, day)
    assert valid(archive, day) is None
    days = Ledger(archive, Grain.DAY)
    assert close_stopped_loads(days, day, datetime.now(UTC) + ROLL_UP_DEADLINE / 2, "test") == 0
    assert close_stopped_loads(days, day, datetime.now(UTC) + ROLL_UP_DEADLINE * 2, "test") == 1
    assert valid(archive, day) == SNAPSHOT + 60


@pytest.mark.usefixtures("few_roll_ups")
def test_a_roll_up_that_is_not_read_back_is_red_and_not_valid(
    archive: Session, spark: SparkSession, day: datetime, monkeypatch: pytest.MonkeyPatch
) -> None:
    whole = daily_rows.written

    def all_but_one(table: object, rows: object, w: int) -> None:
        whole(table, rows.limit(rows.count() - 1) if table.name == "entity_counts_by_day" else rows, w)

    with monkeypatch.context() as patch:
        patch.setattr(daily_rows, "written", all_but_one)
        with pytest.raises(step.Failed, match=r"table entity_counts_by_day: \d+ rows made, \d+ read back"):
            rolled_up(archive, spark, day)
    assert Ledger(archive, Grain.DAY).transitions(day)[-1].state == FAILED
    assert valid(archive, day) is None
    assert rolled_up(archive, spark, day) == SNAPSHOT + 50


@pytest.mark.usefixtures("few_roll_ups")
def test_rows_of_an_hour_that_were_lost_are_missed(archive: Session, spark: SparkSession, day: datetime) -> None:
    archive.execute("DELETE FROM entity_counts_by_hour WHERE kind = 'site' AND hour = %s", (day,))
    told = rf"day {day.date()}, table entity_counts_by_hour: \d+ rows of its hours were verified, \d+ read"
    with pytest.raises(step.NotYet, match=told):
        rolled_up(archive, spark, day)
    assert valid(archive, day) is None


@pytest.mark.usefixtures("few_roll_ups")
def test_cassandra_gone_in_the_midst_is_worth_a_retry_and_the_day_is_not_valid(
    archive: Session, day: datetime, monkeypatch: pytest.MonkeyPatch
) -> None:
    cable, whole = Cable(settings.number("HMSF_CASSANDRA_PORT")), daily_rows.written

    def written_and_cut(table: QueryTable, rows: DataFrame, w: int) -> None:
        whole(table, rows, w)
        cable.cut()

    with monkeypatch.context() as patch:
        patch.setenv("HMSF_CASSANDRA_PORT", str(cable.port))
        patch.setattr(daily_rows, "written", written_and_cut)
        assert roll_up.main(["--day", str(day.date())]) == step.TRY_AGAIN
    assert valid(archive, day) is None
    assert roll_up.main(["--day", str(day.date())]) == step.DONE
    assert_of_its_hours(archive, day)


@pytest.fixture
def half_a_day(archive: Session) -> Iterator[datetime]:
    start = datetime(2023, 1, 1, tzinfo=UTC) + next(DAYS) * 3 * timedelta(days=1)
    for number in range(12):
        load_hour(archive, start + number * HOUR, 50, seed=None)
    return start


def test_a_day_is_never_rolled_up_from_fewer_than_24_hours(
    archive: Session, spark: SparkSession, half_a_day: datetime, capsys: pytest.CaptureFixture[str]
) -> None:
    text = str(half_a_day.date())
    assert roll_up.main(["--day", text]) == step.CANNOT_HELP
    assert f"day {text}: 12 of 24 hours not verified, the first is {text}T12:00Z" in capsys.readouterr().err
    assert roll_up.main(["--day", text, "--if-complete"]) == step.DONE
    assert '"not_complete": ["' + text in capsys.readouterr().out
    assert Ledger(archive, Grain.DAY).transitions(half_a_day) == []


@pytest.mark.parametrize("text", ["2024-01-01T10", "2024-01-01T10:00Z/2024-01-02T10:00Z", "yesterday", "2124-01-01"])
def test_what_is_no_day_that_is_over_is_refused(text: str, capsys: pytest.CaptureFixture[str]) -> None:
    with pytest.raises(SystemExit) as refused:
        roll_up.main(["--day", text])
    assert refused.value.code == step.USAGE
    assert "--day" in capsys.readouterr().err


@pytest.mark.usefixtures("few_roll_ups")
def test_the_command_rolls_up_a_range_of_days(
    archive: Session, spark: SparkSession, day: datetime, capsys: pytest.CaptureFixture[str]
) -> None:
    first = day - timedelta(days=1)
    load_day(archive, first, {})
    assert roll_up.main(["--day", f"{first.date()}/{(day + timedelta(days=1)).date()}", "--run-id", "run"]) == 0
    assert valid_days(Ledger(archive), day_window(first)) | valid_days(Ledger(archive), day_window(day)) == {
        first.date(): SNAPSHOT + 50,
        day.date(): SNAPSHOT + 50,
    }
    assert Ledger(archive, Grain.DAY).transitions(day)[-1].run_id == "run"
    assert held(archive, "entity_counts_by_day", first) == []


def test_a_new_daily_table_is_rolled_up_from_days_that_others_have(
    archive: Session, spark: SparkSession, day: datetime, capsys: pytest.CaptureFixture[str]
) -> None:
    new = query_table("entity_counts_by_day")
    window = day_window(day)
    with deployed([*query_tables(), query_table("message_history_daily")]):
        assert rolled_up(archive, spark, day) == SNAPSHOT + 50
    assert valid_days(Ledger(archive), window, new) == {}
    command = ["--tables", new.name, "--from", str(window.start.date()), "--to", str((window.end + HOUR).isoformat())]
    with deployed([*query_tables(), query_table("message_history_daily"), new]):
        assert rebuild.main(command) == step.DONE
        assert f'"days": ["{day.date()}"], "not_complete": ["{window.end.date()}"]' in capsys.readouterr().out
        assert valid_days(Ledger(archive), window, new) == {day.date(): SNAPSHOT + 51}
        assert_of_its_hours(archive, day)
        assert rebuild.main(command) == step.DONE
        assert '"days": []' in capsys.readouterr().out
        after = ["--from", str(window.end.date()), "--to", str((window.end + HOUR).isoformat())]
        assert rebuild.main(["--tables", new.name, *after]) == step.CANNOT_HELP
        assert "none of its days is complete" in capsys.readouterr().err
