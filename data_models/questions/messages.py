"""What errors say: the groups of messages behind a code, and since when a group has been seen."""

from __future__ import annotations

from collections.abc import Sequence
from datetime import datetime

from data_models.reading.answer import Answer
from data_models.reading.archive import Archive
from data_models.reading.asked import Asked
from data_models.reading.lifetime import period_in_life
from data_models.reading.summary import period_of, summarize
from data_models.tables import message_history as history
from data_models.tables import messages_by_error as messages


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
    asked = Asked(messages.TABLE, {"component": component, "code": code}, by, figures)
    return summarize(archive, asked, period_of(start, end))


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
