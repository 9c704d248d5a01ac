"""outcomes_by_request: one partition a request and hour, by task.

Jobs without a request have 0, so where nobody makes requests one partition has all tasks: too many for a day.
"""

from data_models.dimensions import HOUR, JEDITASKID, JOBSTATUS, REQID
from data_models.figures import OUTCOME_FIGURES
from data_models.query_table import QueryTable, Rows

TABLE = QueryTable(
    name="outcomes_by_request",
    question="How many jobs of a request ended in which state, task by task?",
    rows=Rows.JOBS,
    partition=(
        REQID,
        HOUR,
    ),
    clustering=(
        JEDITASKID,
        JOBSTATUS,
    ),
    values=OUTCOME_FIGURES,
    largest_partition="request 0: all 20,000 tasks x 2 states = 40,000 rows of 35 bytes on disk (measured): 1.4 MB",
)
