"""users_by_error_daily: one partition an error and month; a day's failures of a code are of few of all 3,000 users."""

from data_models.daily import daily
from data_models.dimensions import MONTH
from data_models.tables import users_by_error

TABLE = daily(
    users_by_error.TABLE,
    bucket=MONTH,
    largest_partition="31 days x at most 2,000 users = 62,000 rows of about 150 bytes: 9.3 MB",
)
