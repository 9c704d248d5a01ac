"""How jobs ended and what they cost: of a period, a site, its nodes, a user, a task, a request. All add up."""

from __future__ import annotations

from collections.abc import Sequence
from datetime import datetime

from data_models.names import asked_name
from data_models.reading.answer import Answer
from data_models.reading.archive import Archive
from data_models.reading.asked import Asked
from data_models.reading.lifetime import period_in_life
from data_models.reading.summary import period_of, summarize
from data_models.tables import outcomes_by_hour as by_hour
from data_models.tables import outcomes_by_node as by_node
from data_models.tables import outcomes_by_request as by_request
from data_models.tables import outcomes_by_site as by_site
from data_models.tables import outcomes_by_task as by_task
from data_models.tables import outcomes_by_user as by_user
from data_models.tables import tasks_by_user as tasks

STATES = ("jobstatus",)


def outcomes_by_hour(
    archive: Archive,
    start: datetime,
    end: datetime,
    *,
    by: Sequence[str] = STATES,
    figures: Sequence[str] | None = None,
) -> Answer:
    """How many jobs ended in which state, at what cost?

    by: any of hour, day, jobstatus. Table outcomes_by_hour; full days from outcomes_daily. Figures: jobs,
    failed_with_code and failed_without_code (jobs), walltime (core-seconds), cputime (CPU seconds), cores,
    hs06sec (HS06 seconds), co2 (0.01 g), walltime_flagged (jobs).
    """
    return summarize(archive, Asked(by_hour.TABLE, {}, by, figures), period_of(start, end))


def outcomes_by_site(
    archive: Archive,
    site: str,
    start: datetime,
    end: datetime,
    *,
    by: Sequence[str] = STATES,
    figures: Sequence[str] | None = None,
) -> Answer:
    """How many jobs of a site (COMPUTINGSITE) ended in which state, at what cost?

    by: any of hour, day, jobstatus. Table outcomes_by_site; full days from outcomes_by_site_daily. Figures and units:
    outcomes_by_hour.
    """
    asked = Asked(by_site.TABLE, {"computingsite": asked_name(site)}, by, figures)
    return summarize(archive, asked, period_of(start, end))


def outcomes_by_node(
    archive: Archive,
    site: str,
    start: datetime,
    end: datetime,
    *,
    by: Sequence[str] = ("node", *STATES),
    figures: Sequence[str] | None = None,
) -> Answer:
    """How many jobs of a site's worker nodes ended in which state, at what cost?

    by: any of hour, day, node, jobstatus. Table outcomes_by_node, a partition an hour. Figures and units:
    outcomes_by_hour.
    """
    asked = Asked(by_node.TABLE, {"computingsite": asked_name(site)}, by, figures)
    return summarize(archive, asked, period_of(start, end))


def outcomes_by_user(
    archive: Archive,
    user: str,
    start: datetime,
    end: datetime,
    *,
    by: Sequence[str] = STATES,
    figures: Sequence[str] | None = None,
) -> Answer:
    """How many jobs of a user (PRODUSERNAME) ended in which state, at what cost?

    by: any of hour, day, jobstatus. Table outcomes_by_user; full days from outcomes_by_user_daily. Figures and units:
    outcomes_by_hour.
    """
    asked = Asked(by_user.TABLE, {"produsername": asked_name(user)}, by, figures)
    return summarize(archive, asked, period_of(start, end))


def tasks_by_user(
    archive: Archive,
    user: str,
    start: datetime,
    end: datetime,
    *,
    by: Sequence[str] = ("jeditaskid", *STATES),
    figures: Sequence[str] | None = None,
) -> Answer:
    """Which tasks does a user (PRODUSERNAME) have, and how many of their jobs ended in which state, at what cost?

    by: any of hour, day, jeditaskid, jobstatus. Table tasks_by_user; full days from tasks_by_user_daily. Figures and
    units: outcomes_by_hour.
    """
    asked = Asked(tasks.TABLE, {"produsername": asked_name(user)}, by, figures)
    return summarize(archive, asked, period_of(start, end))


def outcomes_by_task(
    archive: Archive,
    task: int,
    start: datetime | None = None,
    end: datetime | None = None,
    *,
    by: Sequence[str] = STATES,
    figures: Sequence[str] | None = None,
) -> Answer:
    """How many jobs of a task (JEDITASKID) ended in which state, at what cost? Without start and end: ever.

    by: any of hour, day, jobstatus. Table outcomes_by_task, a partition a year. Figures and units: outcomes_by_hour.
    """
    fixed = {"jeditaskid": task}
    period = period_in_life(archive, by_task.TABLE, fixed, start, end)
    return summarize(archive, Asked(by_task.TABLE, fixed, by, figures), period)


def outcomes_by_request(
    archive: Archive,
    request: int,
    start: datetime,
    end: datetime,
    *,
    by: Sequence[str] = STATES,
    figures: Sequence[str] | None = None,
) -> Answer:
    """How many jobs of a request (REQID) ended in which state, at what cost?

    by: any of hour, day, jeditaskid, jobstatus. Table outcomes_by_request; full days from outcomes_by_request_daily.
    Figures and units: outcomes_by_hour.
    """
    return summarize(archive, Asked(by_request.TABLE, {"reqid": request}, by, figures), period_of(start, end))
