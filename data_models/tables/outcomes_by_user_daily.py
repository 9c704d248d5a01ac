"""outcomes_by_user_daily: one partition a user and quarter."""

from data_models.daily import daily
from data_models.tables import outcomes_by_user

TABLE = daily(
    outcomes_by_user.TABLE,
    largest_partition="92 days x 4 states = 368 rows of about 150 bytes: 55 kB",
)
