"""sites_by_error_day: one partition an error and quarter, of which a day is one row."""

from data_models.daily import daily
from data_models.tables import sites_by_error

TABLE = daily(
    sites_by_error.TABLE,
    name="sites_by_error_day",
    largest_partition="92 days = 92 rows of 500 sites of about 120 bytes: 5.5 MB",
    one_row=True,
)
