"""errors_by_code_daily: one partition an error and year, so that years of one error are a few small reads."""

from data_models.daily import daily
from data_models.dimensions import CODE, COMPONENT, YEAR
from data_models.tables import errors_by_hour

TABLE = daily(
    errors_by_hour.TABLE,
    bucket=YEAR,
    by=(COMPONENT, CODE),
    name="errors_by_code_daily",
    question="How often did an error occur, at what cost, day by day?",
    largest_partition="366 days = 366 rows of about 150 bytes: 55 kB",
)
