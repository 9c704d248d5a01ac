"""tasks_by_error_daily: one partition an error and day, as tasks are many and few of them last."""

from data_models.daily import daily
from data_models.dimensions import DAY
from data_models.tables import tasks_by_error

TABLE = daily(
    tasks_by_error.TABLE,
    bucket=DAY,
    largest_partition="20,000 tasks = 20,000 rows of about 150 bytes: 3 MB",
)
