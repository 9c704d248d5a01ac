"""entity_counts_by_hour: one partition a kind of entity and hour, as one row.

It is read whole, for menus and ranks of some hours, and has up to 20,000 names; of a window that does not begin at
midnight two dozen partitions are read. With a row a name (its predecessor, entities_by_hour) such an answer took four
times as long, nearly all of it in Cassandra.
"""

from data_models.dimensions import ENTITY, HOUR, KIND
from data_models.figures import ENTITY_FIGURES
from data_models.query_table import QueryTable, Rows

TABLE = QueryTable(
    name="entity_counts_by_hour",
    question="Which sites, users and tasks have jobs in an hour?",
    rows=Rows.ENTITIES,
    partition=(
        KIND,
        HOUR,
    ),
    clustering=(ENTITY,),
    values=ENTITY_FIGURES,
    largest_partition="20,000 tasks in one row of about 40 bytes a task: 0.8 MB",
    one_row=True,
)
