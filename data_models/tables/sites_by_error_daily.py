"""sites_by_error_daily: one partition an error and quarter."""

from data_models.daily import daily
from data_models.tables import sites_by_error

TABLE = daily(
    sites_by_error.TABLE,
    largest_partition="92 days x 500 sites = 46,000 rows of about 150 bytes: 6.9 MB",
)
