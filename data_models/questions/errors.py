"""What goes wrong: errors of a period, of a site and its nodes, a user, a task, a request. Losses overlap by code."""

from __future__ import annotations

from collections.abc import Sequence
from datetime import datetime

from data_models.names import asked_name
from data_models.reading.answer import Answer
from data_models.reading.archive import Archive
from data_models.reading.asked import Asked
from data_models.reading.lifetime import period_in_life
from data_models.reading.summary import period_of, summarize
from data_models.tables import errors_by_hour as by_hour
from data_models.tables import errors_by_node as by_node
from data_models.tables import errors_by_request as by_request
from data_models.tables import errors_by_site as by_site
from data_models.tables import errors_by_task as by_task
from data_models.tables import errors_by_user as by_user
from data_models.tables import outcomes_by_task

CODES = ("component", "code")


def errors_by_hour(
    archive: Archive,
    start: datetime,
    end: datetime,
    *,
    by: Sequence[str] = CODES,
    figures: Sequence[str] | None = None,
) -> Answer:
    """Which errors were there, how many, and how do they develop?

    by: any of hour, day, component, code. Table errors_by_hour; full days from errors_by_day.
    Figures: n_errors (errors), walltime_loss (core-seconds), cpu_loss (CPU seconds), hs06_loss (HS06 seconds),
    co2_loss (0.01 g), samples (PANDAIDs); losses only where rows are by code.
    """
    return summarize(archive, Asked(by_hour.TABLE, {}, by, figures), period_of(start, end))


def errors_by_code(
    archive: Archive,
    component: str,
    code: int,
    start: datetime,
    end: datetime,
    *,
    by: Sequence[str] = ("day",),
    figures: Sequence[str] | None = None,
) -> Answer:
    """How did one error develop?

    by: hour or day. Table errors_by_hour; full days from errors_by_code_daily. Figures and units: errors_by_hour.
    """
    fixed = {"component": component, "code": code}
    return summarize(archive, Asked(by_hour.TABLE, fixed, by, figures), period_of(start, end))


def errors_by_site(
    archive: Archive,
    site: str,
    start: datetime,
    end: datetime,
    *,
    by: Sequence[str] = CODES,
    figures: Sequence[str] | None = None,
) -> Answer:
    """What goes wrong at a site (COMPUTINGSITE)?

    by: any of hour, day, component, code. Table errors_by_site; full days from errors_by_site_day. Figures and
    units: errors_by_hour.
    """
    asked = Asked(by_site.TABLE, {"computingsite": asked_name(site)}, by, figures)
    return summarize(archive, asked, period_of(start, end))


def errors_by_node(
    archive: Archive,
    site: str,
    start: datetime,
    end: datetime,
    *,
    by: Sequence[str] = ("node", *CODES),
    figures: Sequence[str] | None = None,
) -> Answer:
    """On which worker nodes of a site does what go wrong?

    by: any of hour, day, node, component, code. Table errors_by_node, a partition an hour. Figures and units:
    errors_by_hour.
    """
    asked = Asked(by_node.TABLE, {"computingsite": asked_name(site)}, by, figures)
    return summarize(archive, asked, period_of(start, end))


def errors_by_user(
    archive: Archive,
    user: str,
    start: datetime,
    end: datetime,
    *,
    by: Sequence[str] = CODES,
    figures: Sequence[str] | None = None,
) -> Answer:
    """What goes wrong for a user (PRODUSERNAME)?

    by: any of hour, day, component, code. Table errors_by_user; full days from errors_by_user_day. Figures and
    units: errors_by_hour.
    """
    asked = Asked(by_user.TABLE, {"produsername": asked_name(user)}, by, figures)
    return summarize(archive, asked, period_of(start, end))


def errors_by_task(
    archive: Archive,
    task: int,
    start: datetime | None = None,
    end: datetime | None = None,
    *,
    by: Sequence[str] = CODES,
    figures: Sequence[str] | None = None,
) -> Answer:
    """What goes wrong in a task (JEDITASKID)? Without start and end: over its whole life.

    by: any of hour, day, component, code. Table errors_by_task; full days from errors_by_task_day. Figures and
    units: errors_by_hour.
    """
    fixed = {"jeditaskid": task}
    period = period_in_life(archive, outcomes_by_task.TABLE, fixed, start, end)
    return summarize(archive, Asked(by_task.TABLE, fixed, by, figures), period)


def errors_by_request(
    archive: Archive,
    request: int,
    start: datetime,
    end: datetime,
    *,
    by: Sequence[str] = CODES,
    figures: Sequence[str] | None = None,
) -> Answer:
    """What goes wrong in a request (REQID)?

    by: any of hour, day, component, code. Table errors_by_request, a partition a day; full days from
    errors_by_request_day. Figures and units: errors_by_hour.
    """
    return summarize(archive, Asked(by_request.TABLE, {"reqid": request}, by, figures), period_of(start, end))
