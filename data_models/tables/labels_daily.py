"""labels_daily: one partition a month: a quarter could have 92,000 rows of 14 MB."""

from data_models.daily import daily
from data_models.dimensions import MONTH
from data_models.tables import labels_by_hour

TABLE = daily(
    labels_by_hour.TABLE,
    bucket=MONTH,
    largest_partition="31 days x some 1,000 labels = 31,000 rows of about 150 bytes: 4.7 MB",
)
