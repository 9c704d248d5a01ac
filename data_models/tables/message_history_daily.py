"""message_history_daily: one partition a message group and year."""

from data_models.daily import daily
from data_models.dimensions import YEAR
from data_models.tables import message_history

TABLE = daily(
    message_history.TABLE,
    bucket=YEAR,
    largest_partition="366 days = 366 rows of about 900 bytes: 330 kB",
)
