"""labels_by_site_day: one partition a site and quarter, of which a day is one row."""

from data_models.daily import daily
from data_models.tables import labels_by_site

TABLE = daily(
    labels_by_site.TABLE,
    name="labels_by_site_day",
    largest_partition="92 days = 92 rows of some 500 labels of about 100 bytes: 4.6 MB",
    one_row=True,
)
