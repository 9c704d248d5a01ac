"""messages_by_task_daily: one partition a task and day; a row holds two long texts.

Of a task that runs for a month 30 days are read, not the rows of 720 hours.
"""

from data_models.daily import daily
from data_models.dimensions import DAY
from data_models.tables import messages_by_task

TABLE = daily(
    messages_by_task.TABLE,
    bucket=DAY,
    largest_partition="the groups of a day, most of them in many hours; at worst 10,000 of 900 bytes: 9 MB",
)
