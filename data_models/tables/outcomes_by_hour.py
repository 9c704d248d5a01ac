"""outcomes_by_hour: one partition a day."""

from data_models.dimensions import DAY, HOUR, JOBSTATUS
from data_models.figures import OUTCOME_FIGURES
from data_models.query_table import QueryTable, Rows

TABLE = QueryTable(
    name="outcomes_by_hour",
    question="How many jobs ended in which state, at what cost, hour by hour?",
    rows=Rows.JOBS,
    partition=(DAY,),
    clustering=(
        HOUR,
        JOBSTATUS,
    ),
    values=OUTCOME_FIGURES,
    largest_partition="24 hours x 4 states = 96 rows of about 150 bytes: 15 kB",
)
