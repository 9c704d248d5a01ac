"""entities_by_day: one partition a kind of entity and day, for menus and for looking up names by their beginning."""

from data_models.daily import daily
from data_models.dimensions import DAY
from data_models.tables import entity_counts_by_hour

TABLE = daily(
    entity_counts_by_hour.TABLE,
    bucket=DAY,
    name="entities_by_day",
    largest_partition="20,000 tasks = 20,000 rows of about 60 bytes: 1.2 MB",
)
