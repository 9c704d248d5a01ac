"""outcomes_by_node: one partition a site and hour, as one row: it is read whole, to find nodes that fail all they get.

In clouds a node has one job, so an hour has as many nodes as jobs.
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
    largest_partition="50,000 jobs of a site in an hour, each on its own node, in one row of 130 bytes a node: 6.5 MB",
    one_row=True,
)
