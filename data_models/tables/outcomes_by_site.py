"""outcomes_by_site: one partition a site and day."""

from data_models.dimensions import COMPUTINGSITE, DAY, HOUR, JOBSTATUS
from data_models.figures import OUTCOME_FIGURES
from data_models.query_table import QueryTable, Rows

TABLE = QueryTable(
    name="outcomes_by_site",
    question="How many jobs of a site ended in which state, at what cost, hour by hour?",
    rows=Rows.JOBS,
    partition=(COMPUTINGSITE, DAY),
    clustering=(HOUR, JOBSTATUS),
    values=OUTCOME_FIGURES,
    largest_partition="24 hours x 4 states = 96 rows of about 150 bytes: 15 kB",
)
