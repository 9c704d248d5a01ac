"""errors_by_request_day: one partition a request and quarter, of which a day is one row."""

from data_models.daily import daily
from data_models.tables import errors_by_request

TABLE = daily(
    errors_by_request.TABLE,
    name="errors_by_request_day",
    largest_partition="92 days = 92 rows of at most 434 current codes of about 120 bytes: 4.8 MB",
    one_row=True,
)
