"""The first task of a run: refuse a run whose interval is no window of the archive."""

from __future__ import annotations

from datetime import datetime

from airflow.sdk import task
from airflow.sdk.exceptions import AirflowFailException

from data_models.window import Window, WindowError, require_full_hours


@task
def refuse_bad_interval(data_interval_start: datetime | None = None, data_interval_end: datetime | None = None) -> str:
    """The run's window. Raises AirflowFailException: no retry makes an interval another one."""
    return str(window_of(data_interval_start, data_interval_end))


def window_of(start: datetime | None, end: datetime | None) -> Window:
    """The window of a run's interval. Raises AirflowFailException when it has none or it is not of full hours."""
    if start is None or end is None:
        raise AirflowFailException(
            "this run has no data interval: it was triggered without a logical date. Trigger it with one; it then "
            "covers the interval of the schedule that ends at or before that date"
        )
    try:
        return require_full_hours(Window(start, end))
    except WindowError as error:
        raise AirflowFailException(
            f"{error}. Use CronDataIntervalTimetable for the schedule (a bare cron gives intervals of zero width), "
            "and trigger with a logical date only"
        ) from error
