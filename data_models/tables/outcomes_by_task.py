"""outcomes_by_task: one partition a task and year: tasks live for days to months."""

from data_models.dimensions import HOUR, JEDITASKID, JOBSTATUS, YEAR
from data_models.figures import OUTCOME_FIGURES
from data_models.query_table import QueryTable, Rows

TABLE = QueryTable(
    name="outcomes_by_task",
    question="How many jobs of a task ended in which state, at what cost, over its whole life?",
    rows=Rows.JOBS,
    partition=(
        JEDITASKID,
        YEAR,
    ),
    clustering=(
        HOUR,
        JOBSTATUS,
    ),
    values=OUTCOME_FIGURES,
    largest_partition="8,784 hours x 4 states = 35,136 rows of about 150 bytes: 5 MB",
)
