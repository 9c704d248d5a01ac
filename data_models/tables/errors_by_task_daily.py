"""errors_by_task_daily: one partition a task and quarter; in a year, jobs without a task could have 158,844 rows."""

from data_models.daily import daily
from data_models.tables import errors_by_task

TABLE = daily(
    errors_by_task.TABLE,
    largest_partition="92 days x at most 434 current codes = 39,928 rows of about 150 bytes: 6 MB",
)
