"""labels_by_site_daily: one partition a site and quarter."""

from data_models.daily import daily
from data_models.tables import labels_by_site

TABLE = daily(
    labels_by_site.TABLE,
    largest_partition="92 days x some 500 labels = 46,000 rows of about 150 bytes: 6.9 MB",
)
