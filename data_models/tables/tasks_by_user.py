"""tasks_by_user: one partition a user and hour, as one row: a service account has most of an hour's tasks."""

from data_models.dimensions import HOUR, JEDITASKID, JOBSTATUS, PRODUSERNAME
from data_models.figures import OUTCOME_FIGURES
from data_models.query_table import QueryTable, Rows

TABLE = QueryTable(
    name="tasks_by_user",
    question="How many jobs of a user ended in which state, task by task?",
    rows=Rows.JOBS,
    partition=(
        PRODUSERNAME,
        HOUR,
    ),
    clustering=(
        JEDITASKID,
        JOBSTATUS,
    ),
    values=OUTCOME_FIGURES,
    largest_partition="20,000 tasks x 2 states in one row of 100 bytes a task and state: 4 MB",
    one_row=True,
)
