"""errors_by_site_daily: one partition a site and quarter."""

from data_models.daily import daily
from data_models.tables import errors_by_site

TABLE = daily(
    errors_by_site.TABLE,
    largest_partition="92 days x at most 434 current codes = 39,928 rows of about 150 bytes: 6 MB",
)
