"""users_by_error_day: one partition an error and month, of which a day is one row: a quarter could take 14 MB."""

from data_models.daily import daily
from data_models.dimensions import MONTH
from data_models.tables import users_by_error

TABLE = daily(
    users_by_error.TABLE,
    bucket=MONTH,
    name="users_by_error_day",
    largest_partition="31 days = 31 rows of all 3,000 users of 50 bytes on disk each (measured): 4.7 MB",
    one_row=True,
)
