"""messages_by_site_daily: one partition a site and day; a row holds two long texts."""

from data_models.daily import daily
from data_models.dimensions import DAY
from data_models.tables import messages_by_site

TABLE = daily(
    messages_by_site.TABLE,
    bucket=DAY,
    largest_partition="the groups of a day, most of them in many hours; at worst 10,000 of 900 bytes: 9 MB",
)
