"""Summaries of a real archive: right sums over the right hours, from days where they may be."""

from __future__ import annotations

from collections import Counter
from datetime import UTC, datetime, timedelta
from typing import Any

import pytest
from cassandra.cluster import Session
from made_archive import HOUR, enter, enter_roll_up, error_row, hours_of, insert

from data_models import questions
from data_models.ledger_state import INSERTED, PUBLISHING
from data_models.reading import timed_rows
from data_models.reading.archive import Archive
from data_models.reading.refusals import NotAdditive, PeriodTooLong, QuestionRefused
from data_models.window import Window, WindowError, format_time

FIRST = datetime(2031, 3, 30, tzinfo=UTC)
SECOND, THIRD, FOURTH = (FIRST + timedelta(days=number) for number in (1, 2, 3))
ERRORS = (("pilot", 1305), ("executor", 65), ("transform", 65))
W = 1_000
SUMS = ("n_errors", "walltime_loss", "cpu_loss", "hs06_loss", "co2_loss")


def made_rows(site: str) -> list[dict[str, Any]]:
    """Errors of three days: different numbers in each hour, and hours without some of them."""
    rows = []
    for number in range(72):
        hour = FIRST + number * HOUR
        for place, (component, code) in enumerate(ERRORS):
            if (number + place) % 5:
                key = {"computingsite": site, "day": hour.date()}
                rows.append(error_row(hour, component, code, 1 + number * (place + 1) % 17, **key))
    return rows


@pytest.fixture(scope="module")
def site(archive: Session) -> str:
    """A site with three days of errors, all hours verified, not rolled up."""
    insert(archive, "errors_by_site", made_rows("SUMMARY"), W)
    enter(archive, (FIRST + number * HOUR for number in range(72)), W)
    return "SUMMARY"


def added_up(rows: list[dict[str, Any]], by: tuple[str, ...], start: datetime, end: datetime) -> dict[tuple, Counter]:
    """Sums in plain Python."""
    sums: dict[tuple, Counter] = {}
    for row in rows:
        if start <= row["hour"] < end:
            sums.setdefault(tuple(row[name] for name in by), Counter()).update({name: row[name] for name in SUMS})
    return sums


def test_an_answer_from_too_many_rows_is_refused(archive: Session, site: str, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(timed_rows, "MOST_ROWS", 100)
    with pytest.raises(PeriodTooLong, match=r"errors_by_site over .* has more than 100 rows before they are summed"):
        questions.errors_by_site(Archive(archive), site, FIRST, FIRST + timedelta(days=3), by=("hour", "code"))


@pytest.mark.parametrize(
    "by", [("component", "code"), ("hour", "component", "code"), ("component", "day", "code")], ids=",".join
)
@pytest.mark.parametrize("hours", [(0, 72), (5, 6), (23, 49)])
def test_sums_are_those_of_the_rows(archive: Session, site: str, by: tuple[str, ...], hours: tuple[int, int]) -> None:
    start, end = (FIRST + number * HOUR for number in hours)
    answer = questions.errors_by_site(Archive(archive), f" {site}\n", start, end, by=by)
    found = {tuple(row[name] for name in by): {name: row[name] for name in SUMS} for row in answer.rows.to_pylist()}
    assert found == {key: dict(sums) for key, sums in added_up(made_rows(site), by, start, end).items()}
    assert len(answer.rows) == len(found)
    assert answer.coverage.complete


def test_samples_are_the_newest_of_the_period(archive: Session, site: str) -> None:
    answer = questions.errors_by_site(Archive(archive), site, FIRST, THIRD)
    for row in answer.rows.to_pylist():
        same = [one for one in made_rows(site) if one["hour"] < THIRD and one["code"] == row["code"]]
        same = [one for one in same if one["component"] == row["component"]]
        newest = sorted((sample for one in same for sample in one["samples"]), reverse=True)[:3]
        assert row["samples"] == newest


def test_rows_are_largest_first_with_the_dictionarys_words(archive: Session, site: str) -> None:
    rows = questions.errors_by_site(Archive(archive), site, FIRST, FOURTH).rows.to_pylist()
    assert [row["n_errors"] for row in rows] == sorted((row["n_errors"] for row in rows), reverse=True)
    [payload] = [row for row in rows if row["component"] == "pilot"]
    assert payload["category"] == 2
    assert "payload" in payload["description"].lower()


def test_errors_of_all_codes_add_up_but_their_losses_do_not(archive: Session, site: str) -> None:
    rows = questions.errors_by_site(Archive(archive), site, FIRST, FOURTH, by=("day",)).rows
    assert rows.column_names == ["day", "n_errors"]
    with pytest.raises(NotAdditive, match="cpu_loss"):
        questions.errors_by_site(Archive(archive), site, FIRST, FOURTH, by=(), figures=("cpu_loss",))


def test_figures_carry_their_units(archive: Session, site: str) -> None:
    schema = questions.errors_by_site(Archive(archive), site, FIRST, FOURTH).rows.schema
    assert schema.field("walltime_loss").metadata[b"unit"] == b"core-seconds"
    assert schema.field("walltime_loss").metadata[b"meaning"].startswith(b"wall time x cores")


@pytest.fixture
def rolled_up(archive: Session, request: pytest.FixtureRequest) -> tuple[str, datetime]:
    """A site and the first of three days of its own. The roll-up of the second has counts that no hour has."""
    site = f"ROLLED-{request.node.name}"[:60]
    first = datetime(2032, 1, 1, tzinfo=UTC) + timedelta(days=10 * (sum(site.encode()) % 300))
    rows = [
        error_row(first + number * HOUR, "pilot", 1, 1, computingsite=site, day=(first + number * HOUR).date())
        for number in range(72)
    ]
    insert(archive, "errors_by_site", rows, W)
    enter(archive, (row["hour"] for row in rows), W)
    second = (first + timedelta(days=1)).date()
    quarter = second.replace(month=second.month - (second.month - 1) % 3, day=1)
    day = error_row(first + timedelta(days=1), "pilot", 1, 1000, computingsite=site, quarter=quarter) | {"day": second}
    insert(archive, "errors_by_site_day", [{name: value for name, value in day.items() if name != "hour"}], W)
    enter_roll_up(archive, second, W, [W] * 24)
    return site, first


def errors_of(archive: Archive, site: str, start: datetime, n_hours: int, **more: Any) -> tuple[list[int], Any]:
    """The numbers of errors of a site, and the answer."""
    answer = questions.errors_by_site(archive, site, start, start + n_hours * HOUR, **more)
    return answer.rows["n_errors"].to_pylist(), answer


def test_a_full_day_is_read_from_its_roll_up(archive: Session, rolled_up: tuple[str, datetime]) -> None:
    site, first = rolled_up
    found, answer = errors_of(Archive(archive), site, first, 72)
    assert found == [24 + 1000 + 24]
    assert answer.partitions == {"errors_by_site": 2, "errors_by_site_day": 1}
    assert answer.coverage.complete
    by_day, _ = errors_of(Archive(archive), site, first, 72, by=("day",))
    assert by_day == [24, 1000, 24]


def test_samples_of_days_and_hours_are_newest_first(archive: Session, rolled_up: tuple[str, datetime]) -> None:
    site, first = rolled_up
    _, answer = errors_of(Archive(archive), site, first, 49)
    number = int(first.timestamp()) // 3600 * 100
    # One of the hour after the rolled up day, then of the day, whose row was made like one of its first hour.
    assert answer.rows["samples"].to_pylist() == [[number + 4801, number + 2403, number + 2402]]


def test_a_day_is_read_by_hour_where_it_is_cut_or_rows_are_by_hour(
    archive: Session, rolled_up: tuple[str, datetime]
) -> None:
    site, first = rolled_up
    assert errors_of(Archive(archive), site, first, 47)[0] == [47]
    assert errors_of(Archive(archive), site, first, 72, by=("hour",))[0] == [1] * 72


def test_a_roll_up_is_not_read_once_an_hour_of_its_day_is_loaded_again(
    archive: Session, rolled_up: tuple[str, datetime]
) -> None:
    site, first = rolled_up
    enter(archive, [first + 30 * HOUR], W + 1, [PUBLISHING])
    found, answer = errors_of(Archive(archive), site, first, 72)
    assert found == [72]
    assert not answer.coverage.complete
    assert answer.coverage.refreshing == (Window(first + 30 * HOUR, first + 31 * HOUR),)


def test_hours_that_are_not_archived_are_left_out_and_told(archive: Session) -> None:
    day = datetime(2031, 5, 1, tzinfo=UTC)
    rows = [error_row(hour, "pilot", 1, 1, computingsite="GAPS", day=day.date()) for hour in hours_of(day.date())]
    insert(archive, "errors_by_site", rows, W)
    enter(archive, [day + number * HOUR for number in range(20)], W)
    enter(archive, [day + 20 * HOUR], W, [PUBLISHING])
    enter(archive, [day + 21 * HOUR], W, tables=["errors_by_hour"])
    enter(archive, [day + 22 * HOUR], W, [PUBLISHING, INSERTED])
    found, answer = errors_of(Archive(archive), "GAPS", day, 24)
    assert found == [21]
    coverage = answer.coverage
    assert coverage.verified == (Window(day, day + 20 * HOUR),)
    assert coverage.refreshing == (Window(day + 22 * HOUR, day + 23 * HOUR),)
    assert coverage.missing == (Window(day + 20 * HOUR, day + 22 * HOUR), Window(day + 23 * HOUR, day + 24 * HOUR))
    assert str(coverage).startswith("20 of 24 hours verified; being loaded: ")
    assert format_time(day + 23 * HOUR) in str(coverage)


def test_days_without_a_load_are_not_asked_for_one_by_one(archive: Session, site: str) -> None:
    class Counting(Archive):
        """Counts the days that it reads of the ledger."""

        days = 0

        def rows(self, statement: str, binds: Any) -> Any:
            self.days += len(binds) if "FROM ledger_transition " in statement else 0
            return super().rows(statement, binds)

    reader = Counting(archive)
    long = questions.errors_by_site(reader, site, FOURTH - timedelta(days=900), FOURTH)
    assert long.rows == questions.errors_by_site(Archive(archive), site, FIRST, FOURTH).rows
    assert long.coverage.verified[-1] == Window(FIRST, FOURTH)
    assert 3 <= reader.days < 300


def test_a_load_that_came_in_meanwhile_is_noticed_by_its_rows(archive: Session) -> None:
    day = datetime(2031, 6, 1, tzinfo=UTC)
    row = error_row(day, "pilot", 1, 1, computingsite="AGAIN", day=day.date())
    insert(archive, "errors_by_site", [row], W)
    enter(archive, [day], W)
    reader = Archive(archive, ledger_seconds=3600)
    assert errors_of(reader, "AGAIN", day, 2)[0] == [1]
    insert(archive, "errors_by_site", [row | {"n_errors": 7}], W + 1)
    enter(archive, [day], W + 1)
    enter(archive, [day + HOUR], W + 1)
    found, answer = errors_of(reader, "AGAIN", day, 2)
    assert found == [7]
    # The reader has asked the ledger again, so it knows of the second hour too.
    assert answer.coverage.complete


def test_what_is_loaded_over_and_over_is_not_waited_for(archive: Session) -> None:
    day = datetime(2031, 6, 2, tzinfo=UTC)
    row = error_row(day, "pilot", 1, 1, computingsite="RESTLESS", day=day.date())
    insert(archive, "errors_by_site", [row], W)
    enter(archive, [day], W)

    class Restless(Archive):
        """Sees a new load whenever it reads pages."""

        loads = 0

        def pages(self, statement: str, binds: Any, at_once: int) -> Any:
            if "FROM errors_by_site " in statement and self.loads < 4:
                self.loads += 1
                insert(archive, "errors_by_site", [row], W + self.loads)
                enter(archive, [day], W + self.loads)
            return super().pages(statement, binds, at_once)

    found, answer = errors_of(Restless(archive), "RESTLESS", day, 1)
    assert found == []
    assert answer.coverage.missing == (Window(day, day + HOUR),)


def test_a_question_over_too_many_partitions_is_refused_with_a_remedy(archive: Session, site: str) -> None:
    few = Archive(archive, most_partitions=2)
    with pytest.raises(PeriodTooLong, match=r"errors_by_site over .* would read 3 partitions, 2 are allowed: give a"):
        questions.errors_by_site(few, site, FIRST, FOURTH)
    with pytest.raises(PeriodTooLong, match="group by day instead of hour"):
        questions.errors_by_site(few, site, FIRST, FOURTH, by=("hour",))
    assert questions.errors_by_site(few, site, FIRST, THIRD).partitions == {"errors_by_site": 2}


def test_what_cannot_be_asked_is_refused_in_words(archive: Session, site: str) -> None:
    reader = Archive(archive)
    with pytest.raises(QuestionRefused, match="cannot be grouped by 'node': give any of hour, day, component, code"):
        questions.errors_by_site(reader, site, FIRST, FOURTH, by=("node",))
    with pytest.raises(QuestionRefused, match="give each column once"):
        questions.errors_by_site(reader, site, FIRST, FOURTH, by=("code", "code"))
    with pytest.raises(WindowError, match="full hours"):
        questions.errors_by_site(reader, site, FIRST, FIRST + timedelta(minutes=1))
    with pytest.raises(PeriodTooLong, match="ten years"):
        questions.errors_by_site(reader, site, FIRST, FIRST + timedelta(days=4000))
    with pytest.raises(WindowError, match="no time zone"):
        questions.errors_by_site(reader, site, FIRST.replace(tzinfo=None), FOURTH)


def test_pages_of_a_partition_are_all_read(archive: Session, monkeypatch: pytest.MonkeyPatch, site: str) -> None:
    monkeypatch.setattr("data_models.reading.archive.FETCH_ROWS", 7)
    reader = Archive(archive)
    assert errors_of(reader, site, FIRST, 72, by=())[0] == errors_of(Archive(archive), site, FIRST, 72, by=())[0]
    assert errors_of(reader, site, FIRST, 24, by=())[0] == [
        sum(row["n_errors"] for row in made_rows(site) if row["hour"] < SECOND)
    ]


@pytest.mark.parametrize("by", [("component", "code"), ("day", "code", "component"), ("hour", "component", "code")])
def test_many_rows_are_folded_in_portions_to_the_same(
    archive: Session, monkeypatch: pytest.MonkeyPatch, site: str, by: tuple[str, ...]
) -> None:
    def asked() -> list[dict[str, Any]]:
        return questions.errors_by_site(Archive(archive), site, FIRST, FOURTH, by=by).rows.to_pylist()

    at_once = asked()
    monkeypatch.setattr("data_models.reading.archive.FETCH_ROWS", 7)
    monkeypatch.setattr("data_models.reading.timed_rows.PORTION", 20)
    monkeypatch.setattr("data_models.reading.timed_rows.FEW", 5)
    assert asked() == at_once
