"""entity_counts_by_day: one partition a kind of entity and day, as one row like the hours' (its predecessor,
entities_by_day, had a row a name)."""

from data_models.daily import daily
from data_models.dimensions import DAY
from data_models.tables import entity_counts_by_hour

TABLE = daily(
    entity_counts_by_hour.TABLE,
    bucket=DAY,
    name="entity_counts_by_day",
    largest_partition="20,000 tasks in one row of about 40 bytes a task: 0.8 MB",
    one_row=True,
)
