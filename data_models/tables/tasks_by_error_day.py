"""tasks_by_error_day: one partition an error and day, as one row: tasks are many, and few of them last."""

from data_models.daily import daily
from data_models.dimensions import DAY
from data_models.tables import tasks_by_error

TABLE = daily(
    tasks_by_error.TABLE,
    bucket=DAY,
    name="tasks_by_error_day",
    largest_partition="one row of 20,000 tasks of about 120 bytes: 2.4 MB",
    one_row=True,
)
