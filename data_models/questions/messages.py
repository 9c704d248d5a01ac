"""What errors say: the groups of messages behind a code, at a site or in a task, and since when a group was seen."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from datetime import datetime

from data_models.dimensions import MESSAGE_GROUP
from data_models.names import asked_name
from data_models.query_table import QueryTable
from data_models.reading.answer import Answer
from data_models.reading.archive import Archive
from data_models.reading.asked import Asked
from data_models.reading.lifetime import period_in_life
from data_models.reading.refusals import QuestionRefused
from data_models.reading.summary import period_of, summarize
from data_models.tables import message_history as history
from data_models.tables import messages_by_error as by_error
from data_models.tables import messages_by_site as by_site
from data_models.tables import messages_by_task as by_task
from data_models.tables import outcomes_by_task


def messages_by_error(
    archive: Archive,
    component: str,
    code: int,
    start: datetime,
    end: datetime,
    *,
    by: Sequence[str] = ("message_group",),
    figures: Sequence[str] | None = None,
) -> Answer:
    """Which messages hide behind an error?

    by: any of hour, day, message_group. Table messages_by_error, a partition an hour; full days from
    messages_by_error_daily, a partition a day. Figures: n_errors (errors), losses as in errors_by_hour, samples
    (PANDAIDs), template (what all messages of the group say), sample (the newest message as it stands).
    """
    asked = Asked(by_error.TABLE, {"component": component, "code": code}, by, figures)
    return summarize(archive, asked, period_of(start, end))


def messages_by_site(
    archive: Archive,
    site: str,
    start: datetime,
    end: datetime,
    *,
    component: str | None = None,
    code: int | None = None,
    by: Sequence[str] | None = None,
    figures: Sequence[str] | None = None,
) -> Answer:
    """Which messages do the failed jobs of a site (COMPUTINGSITE) have?

    component and code: those of one error. by: any of hour, day, message_group, and component and code where they are
    not given; default: all but times. Table messages_by_site, a partition an hour; full days from
    messages_by_site_daily. Figures: those of messages_by_error; losses only where rows are of one error.
    """
    place = {"computingsite": asked_name(site)}
    return summarize(archive, _asked(by_site.TABLE, place, component, code, by, figures), period_of(start, end))


def messages_by_task(
    archive: Archive,
    task: int,
    start: datetime | None = None,
    end: datetime | None = None,
    *,
    component: str | None = None,
    code: int | None = None,
    by: Sequence[str] | None = None,
    figures: Sequence[str] | None = None,
) -> Answer:
    """Which messages do the failed jobs of a task (JEDITASKID) have? Without start and end: over its whole life.

    component, code, by and figures: messages_by_site. Table messages_by_task, a partition a day; full days from
    messages_by_task_daily.
    """
    fixed = {"jeditaskid": task}
    period = period_in_life(archive, outcomes_by_task.TABLE, fixed, start, end)
    return summarize(archive, _asked(by_task.TABLE, fixed, component, code, by, figures), period)


def _asked(
    table: QueryTable,
    place: Mapping[str, object],
    component: str | None,
    code: int | None,
    by: Sequence[str] | None,
    figures: Sequence[str] | None,
) -> Asked:
    """The messages of a place, of all its errors or one."""
    if code is not None and component is None:
        raise QuestionRefused(f"code {code} is of a component: give both")
    given = {"component": component, "code": code}
    fixed = {**place, **{name: value for name, value in given.items() if value is not None}}
    names = tuple(name for name in (*given, MESSAGE_GROUP.name) if name not in fixed) if by is None else by
    return Asked(table, fixed, names, figures)


def message_history(
    archive: Archive,
    group: str,
    start: datetime | None = None,
    end: datetime | None = None,
    *,
    by: Sequence[str] = ("day",),
    figures: Sequence[str] | None = None,
) -> Answer:
    """Has this message been seen before, and since when? Without start and end: ever.

    group: id of a message group, as messages_by_error gives it. by: hour or day, or nothing for one row. Table
    message_history; full days from message_history_daily. Figures: those of messages_by_error, component and code.
    """
    fixed = {"message_group": group.strip()}
    period = period_in_life(archive, history.TABLE, fixed, start, end)
    return summarize(archive, Asked(history.TABLE, fixed, by, figures), period)
