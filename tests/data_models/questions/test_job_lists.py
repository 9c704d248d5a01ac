"""Lists of jobs: every job once, newest first, whatever the pages, parts and hours it lies in."""

from __future__ import annotations

from collections.abc import Callable
from datetime import UTC, datetime, timedelta
from types import SimpleNamespace
from typing import Any

import pytest
from cassandra.cluster import Session
from made_archive import HOUR, enter, insert

from data_models import questions
from data_models.listed_job import cql_fields
from data_models.reading.answer import Answer
from data_models.reading.archive import Archive
from data_models.reading.refusals import QuestionRefused
from data_models.tables import query_table
from data_models.window import hour_window

DAY = datetime(2031, 7, 1, tzinfo=UTC)
END = DAY + timedelta(days=1)
SITE = "LISTED"
W = 1_000
# Jobs by hour: none, a page that is not full, full pages, exactly a part, more than a part.
JOBS = {1: 1, 2: 99, 3: 100, 4: 101, 9: 300, 11: 10_000, 12: 20_150}
STATES = ("failed", "finished", "finished", "closed")


def listed(pandaid: int, modified: datetime) -> SimpleNamespace:
    """A job of a list; NULL in what is not looked at here."""
    columns = dict.fromkeys(cql_fields()) | {
        "modificationtime": modified,
        "pandaid": pandaid,
        "jobstatus": STATES[pandaid % 4],
        "computingsite": SITE,
        "produsername": f"user {pandaid % 3}",
        "jeditaskid": pandaid % 7,
    }
    return SimpleNamespace(**columns)


def jobs_of(hour: int) -> list[SimpleNamespace]:
    """The jobs of an hour, newest first; several share a second."""
    begin = DAY + hour * HOUR
    numbers = reversed(range(JOBS.get(hour, 0)))
    return [listed(hour * 100_000 + number, begin + timedelta(seconds=number // 7)) for number in numbers]


ALL = [job.pandaid for hour in sorted(JOBS, reverse=True) for job in jobs_of(hour)]


@pytest.fixture(scope="module")
def archived(archive: Session) -> Archive:
    """The jobs of a site on one day, in pages as a load leaves them; hour 5 is not archived."""
    for hour in JOBS:
        jobs = jobs_of(hour)
        pages = [
            {
                "computingsite": SITE,
                "hour": DAY + hour * HOUR,
                "part": first // 10_000,
                "page": first // 100,
                "n_jobs": len(jobs[first : first + 100]),
                "jobs": jobs[first : first + 100],
            }
            for first in range(0, len(jobs), 100)
        ]
        insert(archive, "jobs_by_site", pages, W)
    enter(archive, (DAY + number * HOUR for number in range(24) if number != 5), W)
    return Archive(archive)


def all_pages(ask: Callable[..., Answer], **asked: Any) -> tuple[list[int], list[int]]:
    """The PANDAIDs of a list, page after page, and how many each page had."""
    found, sizes, after = [], [], None
    while True:
        answer = ask(after=after, **asked)
        found += answer.rows["pandaid"].to_pylist()
        sizes.append(len(answer.rows))
        after = answer.next
        if after is None:
            return found, sizes


def of_site(archived: Archive, **asked: Any) -> tuple[list[int], list[int]]:
    """All pages of the site's list."""
    return all_pages(lambda **more: questions.jobs_by_site(archived, SITE, DAY, END, **more), **asked)


@pytest.mark.parametrize("page", [777, 100, 10_000])
def test_every_job_comes_once_newest_first(archived: Archive, page: int) -> None:
    found, sizes = of_site(archived, page=page)
    assert found == ALL
    assert set(sizes[:-1]) <= {page}


def test_a_filtered_list_has_those_jobs_and_no_others(archived: Archive) -> None:
    found, _ = of_site(archived, page=500, jobstatus="failed", task=3, user=" user 1 ")
    assert found == [pandaid for pandaid in ALL if pandaid % 4 == 0 and pandaid % 7 == 3 and pandaid % 3 == 1]


def test_a_page_that_looked_at_enough_jobs_goes_on_though_it_is_short(
    archived: Archive, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr("data_models.questions.job_lists.LOOK_AT", 150)
    found, sizes = of_site(archived, page=100, jobstatus="closed")
    assert found == [pandaid for pandaid in ALL if pandaid % 4 == 3]
    assert max(sizes[:-1]) < 100


def test_a_period_bounds_the_list(archived: Archive) -> None:
    answer = questions.jobs_by_site(archived, SITE, DAY + 2 * HOUR, DAY + 4 * HOUR, page=1000)
    assert answer.rows["pandaid"].to_pylist() == [job.pandaid for hour in (3, 2) for job in jobs_of(hour)]
    assert answer.next is None
    assert answer.coverage.complete


def test_what_is_not_archived_is_told(archived: Archive) -> None:
    answer = questions.jobs_by_site(archived, SITE, DAY, END, page=1)
    assert [window.start for window in answer.coverage.missing] == [DAY + 5 * HOUR]


def test_columns_are_those_of_a_job_list_with_times_in_utc(archived: Archive) -> None:
    answer = questions.jobs_by_site(archived, SITE, DAY, END, page=1)
    assert answer.rows.column_names == list(cql_fields())
    [row] = answer.rows.to_pylist()
    assert row["modificationtime"] == jobs_of(12)[0].modificationtime
    assert row["walltime"] is None


@pytest.mark.parametrize("after", ["2031-07-01T10:00Z", "2031-07-01T10:30Z+5", "x+5", "2031-07-01T10:00Z+-5", "+5"])
def test_what_is_no_cursor_is_refused(archived: Archive, after: str) -> None:
    with pytest.raises(QuestionRefused, match="is no cursor"):
        questions.jobs_by_site(archived, SITE, DAY, END, after=after)


def test_a_cursor_of_another_period_is_refused(archived: Archive) -> None:
    with pytest.raises(QuestionRefused, match="outside the period"):
        questions.jobs_by_site(archived, SITE, DAY, END, after="2031-07-02T00:00Z+5")


@pytest.mark.parametrize("page", [0, -1, 10_001])
def test_a_page_has_bounds(archived: Archive, page: int) -> None:
    with pytest.raises(QuestionRefused, match="give 1 to 10,000"):
        questions.jobs_by_site(archived, SITE, DAY, END, page=page)


def test_a_page_that_read_enough_hours_goes_on_though_it_is_short(archived: Archive) -> None:
    few = Archive(archived.session, most_partitions=4)
    found, sizes = all_pages(lambda **more: questions.jobs_by_site(few, SITE, DAY, END, **more), page=10_000)
    assert found == ALL
    assert len(sizes) > 6


def test_pages_of_a_load_that_came_meanwhile_are_read_again(archive: Session, archived: Archive) -> None:
    begin = DAY + timedelta(days=3)
    key = {"computingsite": "MOVING", "hour": begin, "part": 0, "page": 0}

    def load(w: int, *pandaids: int) -> None:
        jobs = [listed(pandaid, begin) for pandaid in pandaids]
        insert(archive, "jobs_by_site", [{**key, "n_jobs": len(jobs), "jobs": jobs}], w)
        enter(archive, [begin], w)

    class Moving(Archive):
        """Sees a new load when it reads pages for the first time."""

        loaded = False

        def rows(self, statement: str, binds: Any) -> Any:
            if "FROM jobs_by_site " in statement and not self.loaded:
                self.loaded = True
                load(W + 1, 8, 7)
            return super().rows(statement, binds)

    load(W, 7)
    reader = Moving(archive, ledger_seconds=3600)
    reader.ledger.known(query_table("jobs_by_site"), None, hour_window(begin))
    answer = questions.jobs_by_site(reader, "MOVING", begin, begin + HOUR)
    assert answer.rows["pandaid"].to_pylist() == [8, 7]
    assert answer.parts.known.hours == {begin: W + 1}


@pytest.mark.parametrize("page", [3, 1000])
def test_a_list_of_few_jobs_reads_a_dozen_hours_a_statement(archive: Session, page: int) -> None:
    site, begin, n_hours = f"SPARSE{page}", DAY + timedelta(days=7), 72
    busy = range(0, n_hours, 5)
    jobs = {number: [listed(10 * number + n, begin + number * HOUR) for n in (1, 0)] for number in busy}
    key = {"computingsite": site, "part": 0, "page": 0, "n_jobs": 2}
    insert(archive, "jobs_by_site", [{**key, "hour": begin + at * HOUR, "jobs": jobs[at]} for at in busy], W)
    enter(archive, (begin + at * HOUR for at in range(n_hours)), W)
    asked: list[int] = []

    class Counting(Archive):
        """Counts statements."""

        def rows(self, statement: str, binds: Any) -> Any:
            if "FROM jobs_by_site " in statement:
                asked.append(len(binds))
            return super().rows(statement, binds)

    reader, end = Counting(archive), begin + n_hours * HOUR
    found, sizes = all_pages(lambda **more: questions.jobs_by_site(reader, site, begin, end, **more), page=page)
    assert found == [job.pandaid for at in reversed(busy) for job in jobs[at]]
    assert set(sizes[:-1]) <= {page}
    if page == 1000:
        # Hours are read ahead by 2, 4, 8, 16, 32 and what is left.
        assert asked == [1, 1, 1, 2, 3, 1]
