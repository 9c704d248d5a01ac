"""errors_by_node: one partition a site and hour: a large site has thousands of nodes.

No roll-up: nodes are asked about over hours and days.
"""

from data_models.dimensions import CODE, COMPONENT, COMPUTINGSITE, HOUR, NODE
from data_models.figures import ERROR_FIGURES
from data_models.query_table import QueryTable, Rows

TABLE = QueryTable(
    name="errors_by_node",
    question="On which worker nodes of a site does what go wrong?",
    rows=Rows.ERRORS,
    partition=(
        COMPUTINGSITE,
        HOUR,
    ),
    clustering=(
        NODE,
        COMPONENT,
        CODE,
    ),
    values=ERROR_FIGURES,
    largest_partition="50,000 failures of a site in an hour, each on its own node = 50,000 rows of 170 bytes: 8.5 MB",
)
