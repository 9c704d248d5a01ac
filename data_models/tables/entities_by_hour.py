"""entities_by_hour: one partition a kind of entity and hour."""

from data_models.dimensions import ENTITY, HOUR, KIND
from data_models.figures import ENTITY_FIGURES
from data_models.query_table import QueryTable, Rows

TABLE = QueryTable(
    name="entities_by_hour",
    question="Which sites, users and tasks have jobs in an hour?",
    rows=Rows.ENTITIES,
    partition=(
        KIND,
        HOUR,
    ),
    clustering=(ENTITY,),
    values=ENTITY_FIGURES,
    largest_partition="20,000 tasks = 20,000 rows of about 60 bytes: 1.2 MB",
)
