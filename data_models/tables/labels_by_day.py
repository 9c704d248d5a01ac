"""labels_by_day: one partition a month, of which a day is one row."""

from data_models.daily import daily
from data_models.dimensions import MONTH
from data_models.tables import labels_by_hour

TABLE = daily(
    labels_by_hour.TABLE,
    bucket=MONTH,
    name="labels_by_day",
    largest_partition="31 days = 31 rows of some 1,000 labels of about 100 bytes: 3.1 MB",
    one_row=True,
)
