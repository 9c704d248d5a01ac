"""outcomes_by_request_daily: one partition a request and day, as a request runs for months."""

from data_models.daily import daily
from data_models.dimensions import DAY
from data_models.tables import outcomes_by_request

TABLE = daily(
    outcomes_by_request.TABLE,
    bucket=DAY,
    largest_partition="request 0: all 20,000 tasks x 2 states = 40,000 rows of 50 bytes: 2 MB",
)
