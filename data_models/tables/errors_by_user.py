"""errors_by_user: one partition a user and day."""

from data_models.dimensions import CODE, COMPONENT, DAY, HOUR, PRODUSERNAME
from data_models.figures import ERROR_FIGURES
from data_models.query_table import QueryTable, Rows

TABLE = QueryTable(
    name="errors_by_user",
    question="What goes wrong for a user, hour by hour?",
    rows=Rows.ERRORS,
    partition=(
        PRODUSERNAME,
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
