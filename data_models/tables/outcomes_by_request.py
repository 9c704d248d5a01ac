"""outcomes_by_request: one partition a request and day, by task."""

from data_models.dimensions import DAY, HOUR, JEDITASKID, JOBSTATUS, REQID
from data_models.figures import OUTCOME_FIGURES
from data_models.query_table import QueryTable, Rows

TABLE = QueryTable(
    name="outcomes_by_request",
    question="How many jobs of a request ended in which state, task by task?",
    rows=Rows.JOBS,
    partition=(
        REQID,
        DAY,
    ),
    clustering=(
        HOUR,
        JEDITASKID,
        JOBSTATUS,
    ),
    values=OUTCOME_FIGURES,
    largest_partition="request 0: at most 1,000 tasks an hour: 24 x 1,000 x 2 states = 48,000 rows of 150 B: 7 MB",
)
