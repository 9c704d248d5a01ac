"""Where an error occurs: its sites, users and tasks. They add up over sites, users or tasks to those of the error."""

from __future__ import annotations

from collections.abc import Sequence
from datetime import datetime

from data_models.query_table import QueryTable
from data_models.reading.answer import Answer
from data_models.reading.archive import Archive
from data_models.reading.asked import Asked
from data_models.reading.summary import period_of, summarize
from data_models.tables import sites_by_error as sites
from data_models.tables import tasks_by_error as tasks
from data_models.tables import users_by_error as users


def sites_by_error(
    archive: Archive,
    component: str,
    code: int,
    start: datetime,
    end: datetime,
    *,
    by: Sequence[str] = ("computingsite",),
    figures: Sequence[str] | None = None,
) -> Answer:
    """At which sites does an error occur?

    by: any of hour, day, computingsite. Table sites_by_error, a partition an hour; full days from
    sites_by_error_day. Figures: n_errors (errors, as many as failed jobs with the code), walltime_loss
    (core-seconds), cpu_loss (CPU seconds), hs06_loss (HS06 seconds), co2_loss (0.01 g), samples (PANDAIDs).
    """
    return _places(archive, sites.TABLE, component, code, start, end, by, figures)


def users_by_error(
    archive: Archive,
    component: str,
    code: int,
    start: datetime,
    end: datetime,
    *,
    by: Sequence[str] = ("produsername",),
    figures: Sequence[str] | None = None,
) -> Answer:
    """Whom does an error hit?

    by: any of hour, day, produsername. Table users_by_error, a partition an hour; full days from
    users_by_error_day. Figures and units: sites_by_error.
    """
    return _places(archive, users.TABLE, component, code, start, end, by, figures)


def tasks_by_error(
    archive: Archive,
    component: str,
    code: int,
    start: datetime,
    end: datetime,
    *,
    by: Sequence[str] = ("jeditaskid",),
    figures: Sequence[str] | None = None,
) -> Answer:
    """In which tasks does an error occur?

    by: any of hour, day, jeditaskid. Table tasks_by_error, a partition an hour; full days from
    tasks_by_error_day, a partition a day. Figures and units: sites_by_error.
    """
    return _places(archive, tasks.TABLE, component, code, start, end, by, figures)


def _places(
    archive: Archive,
    table: QueryTable,
    component: str,
    code: int,
    start: datetime,
    end: datetime,
    by: Sequence[str],
    figures: Sequence[str] | None,
) -> Answer:
    asked = Asked(table, {"component": component, "code": code}, by, figures)
    return summarize(archive, asked, period_of(start, end))
