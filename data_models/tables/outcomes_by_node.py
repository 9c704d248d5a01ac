"""outcomes_by_node: one partition a site and hour, to find nodes that fail all they get.

No roll-up: nodes are asked about over hours and days, and in clouds, where a node has one job, a day of them would be
as large as a list of jobs. Not one row either: with so many nodes it would be as large as Cassandra takes.
"""

from data_models.dimensions import COMPUTINGSITE, HOUR, JOBSTATUS, NODE
from data_models.figures import OUTCOME_FIGURES
from data_models.query_table import QueryTable, Rows

TABLE = QueryTable(
    name="outcomes_by_node",
    question="How many jobs of a site's worker nodes ended in which state?",
    rows=Rows.JOBS,
    partition=(
        COMPUTINGSITE,
        HOUR,
    ),
    clustering=(
        NODE,
        JOBSTATUS,
    ),
    values=OUTCOME_FIGURES,
    largest_partition="50,000 failures of a site in an hour and 21,000 other jobs, each on its own node: 71,000 rows "
    "of 100 bytes: 7.1 MB",
)
