"""users_by_error: one partition an error and hour."""

from data_models.dimensions import CODE, COMPONENT, HOUR, PRODUSERNAME
from data_models.figures import ERROR_FIGURES
from data_models.query_table import QueryTable, Rows

TABLE = QueryTable(
    name="users_by_error",
    question="Whom does an error hit?",
    rows=Rows.ERRORS,
    partition=(
        COMPONENT,
        CODE,
        HOUR,
    ),
    clustering=(PRODUSERNAME,),
    values=ERROR_FIGURES,
    largest_partition="3,000 users = 3,000 rows of about 150 bytes: 450 kB",
)
