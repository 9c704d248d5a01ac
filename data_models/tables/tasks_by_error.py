"""tasks_by_error: one partition an error and hour."""

from data_models.dimensions import CODE, COMPONENT, HOUR, JEDITASKID
from data_models.figures import ERROR_FIGURES
from data_models.query_table import QueryTable, Rows

TABLE = QueryTable(
    name="tasks_by_error",
    question="In which tasks does an error occur?",
    rows=Rows.ERRORS,
    partition=(
        COMPONENT,
        CODE,
        HOUR,
    ),
    clustering=(JEDITASKID,),
    values=ERROR_FIGURES,
    largest_partition="20,000 tasks = 20,000 rows of about 150 bytes: 3 MB",
)
