"""tasks_by_user_daily: one partition a user and day, as one row."""

from data_models.daily import daily
from data_models.dimensions import DAY
from data_models.tables import tasks_by_user

TABLE = daily(
    tasks_by_user.TABLE,
    bucket=DAY,
    largest_partition="20,000 tasks x 2 states in one row of 100 bytes a task and state: 4 MB",
    one_row=True,
)
