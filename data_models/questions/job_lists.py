"""Lists of jobs, newest first and page by page: with an error, of a site, a user, a task, a request."""

from __future__ import annotations

from collections.abc import Mapping
from datetime import datetime

from data_models.listed_job import cql_fields
from data_models.names import asked_name
from data_models.query_table import QueryTable
from data_models.reading.answer import Answer
from data_models.reading.archive import Archive
from data_models.reading.arrow_columns import LISTED_JOB, table_of
from data_models.reading.job_pages import Cursor, JobList, parse_cursor
from data_models.reading.parts import moved_hours, parts_of
from data_models.reading.refusals import NoCursor, QuestionRefused
from data_models.reading.summary import TRIES, period_of
from data_models.tables import jobs_by_error as by_error
from data_models.tables import jobs_by_request as by_request
from data_models.tables import jobs_by_site as by_site
from data_models.tables import jobs_by_task as by_task
from data_models.tables import jobs_by_user as by_user
from data_models.window import HOUR, format_time

PAGE = 100
LONGEST_PAGE = 10_000
# A page that filters may look at so many times its jobs before it is given short.
LOOK_AT = 20_000
FIELDS = tuple(cql_fields())


def jobs_by_error(
    archive: Archive,
    component: str,
    code: int,
    start: datetime,
    end: datetime,
    *,
    site: str | None = None,
    task: int | None = None,
    user: str | None = None,
    request: int | None = None,
    node: str | None = None,
    page: int = PAGE,
    after: str | None = None,
) -> Answer:
    """Which failed jobs had an error (at a site or node, in a task, of a user, of a request), newest
    first?

    page: jobs a page; after: `next` of the answer before. A page of a filtered list may be short, or empty, and go on:
    it ends where `next` is None. Columns: data_models.listed_job. Table jobs_by_error, a partition an hour and 10,000
    jobs.
    """
    fixed = {"component": component, "code": code}
    return _page(archive, by_error.TABLE, fixed, _places(site, task, user, request, node), start, end, page, after)


def jobs_by_site(
    archive: Archive,
    site: str,
    start: datetime,
    end: datetime,
    *,
    jobstatus: str | None = None,
    task: int | None = None,
    user: str | None = None,
    request: int | None = None,
    node: str | None = None,
    page: int = PAGE,
    after: str | None = None,
) -> Answer:
    """Which jobs had a site (COMPUTINGSITE), in a state, newest first?

    Paging and columns: jobs_by_error. Table jobs_by_site.
    """
    wanted = {**_places(None, task, user, request, node), "jobstatus": jobstatus}
    return _page(archive, by_site.TABLE, {"computingsite": asked_name(site)}, wanted, start, end, page, after)


def jobs_by_task(
    archive: Archive,
    task: int,
    start: datetime,
    end: datetime,
    *,
    jobstatus: str | None = None,
    site: str | None = None,
    user: str | None = None,
    request: int | None = None,
    node: str | None = None,
    page: int = PAGE,
    after: str | None = None,
) -> Answer:
    """Which jobs had a task (JEDITASKID), in a state, newest first?

    Paging and columns: jobs_by_error. Table jobs_by_task.
    """
    wanted = {**_places(site, None, user, request, node), "jobstatus": jobstatus}
    return _page(archive, by_task.TABLE, {"jeditaskid": task}, wanted, start, end, page, after)


def jobs_by_user(
    archive: Archive,
    user: str,
    start: datetime,
    end: datetime,
    *,
    jobstatus: str | None = None,
    site: str | None = None,
    task: int | None = None,
    request: int | None = None,
    node: str | None = None,
    page: int = PAGE,
    after: str | None = None,
) -> Answer:
    """Which jobs had a user (PRODUSERNAME), in a state, newest first?

    Paging and columns: jobs_by_error. Table jobs_by_user.
    """
    wanted = {**_places(site, task, None, request, node), "jobstatus": jobstatus}
    return _page(archive, by_user.TABLE, {"produsername": asked_name(user)}, wanted, start, end, page, after)


def jobs_by_request(
    archive: Archive,
    request: int,
    start: datetime,
    end: datetime,
    *,
    jobstatus: str | None = None,
    site: str | None = None,
    task: int | None = None,
    user: str | None = None,
    node: str | None = None,
    page: int = PAGE,
    after: str | None = None,
) -> Answer:
    """Which jobs had a request (REQID), in a state, newest first?

    Paging and columns: jobs_by_error. Table jobs_by_request.
    """
    wanted = {**_places(site, task, user, None, node), "jobstatus": jobstatus}
    return _page(archive, by_request.TABLE, {"reqid": request}, wanted, start, end, page, after)


def _places(
    site: str | None, task: int | None, user: str | None, request: int | None, node: str | None
) -> dict[str, object]:
    return {
        "computingsite": site if site is None else asked_name(site),
        "jeditaskid": task,
        "produsername": user if user is None else asked_name(user),
        "reqid": request,
        "node": node if node is None else asked_name(node),
    }


def _page(
    archive: Archive,
    table: QueryTable,
    fixed: Mapping[str, object],
    wanted: Mapping[str, object],
    start: datetime,
    end: datetime,
    page: int,
    after: str | None,
) -> Answer:
    """One page of a list; `wanted`: values of columns, None for any."""
    if not 1 <= page <= LONGEST_PAGE:
        raise QuestionRefused(f"page of {page} jobs: give 1 to {LONGEST_PAGE:,}, and follow `next`")
    period = period_of(start, end)
    at = parse_cursor(after) if after else Cursor(period.end - HOUR)
    if at.hour not in period:
        raise NoCursor(f"cursor {after} leads to {format_time(at.hour)}, outside the period {period}")
    places = [(FIELDS.index(name), value) for name, value in wanted.items() if value is not None]
    for _ in range(TRIES):
        parts = parts_of(archive, table, None, period)
        listing = JobList(
            archive,
            table,
            fixed,
            lambda job: all(job[place] == value for place, value in places),
            parts.live,
            parts.known.hours,
        )
        hours = [hour for hour in sorted((*parts.known.hours, *parts.live), reverse=True) if hour <= at.hour]
        # A page that has read so many goes on though it is short.
        now, later = hours[: archive.most_partitions], hours[archive.most_partitions :]
        found, go_on = listing.jobs(now, at, page, LOOK_AT)
        if later and not go_on:
            go_on = Cursor(later[0])
        if listing.newer:
            archive.ledger.forget()
        elif not moved_hours(archive, parts):
            break
    return Answer(table_of(found, LISTED_JOB), parts.coverage, {}, str(go_on) if go_on else None, parts)
