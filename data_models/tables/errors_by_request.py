"""errors_by_request: one partition a request and day; jobs without a request have 0."""

from data_models.dimensions import CODE, COMPONENT, DAY, HOUR, REQID
from data_models.figures import ERROR_FIGURES
from data_models.query_table import QueryTable, Rows

TABLE = QueryTable(
    name="errors_by_request",
    question="What goes wrong in a request, hour by hour?",
    rows=Rows.ERRORS,
    partition=(
        REQID,
        DAY,
    ),
    clustering=(
        HOUR,
        COMPONENT,
        CODE,
    ),
    values=ERROR_FIGURES,
    largest_partition="24 hours x at most 434 current codes = 10,416 rows of about 150 bytes: 1.6 MB",
)
