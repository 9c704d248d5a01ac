"""errors_by_day: one partition a quarter, of which a day is one row: a month of all errors is 30 rows, not 4,300."""

from data_models.daily import daily
from data_models.tables import errors_by_hour

TABLE = daily(
    errors_by_hour.TABLE,
    name="errors_by_day",
    largest_partition="92 days = 92 rows of at most 434 current codes of about 120 bytes: 4.8 MB",
    one_row=True,
)
