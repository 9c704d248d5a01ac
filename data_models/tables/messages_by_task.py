"""messages_by_task: one partition a task and day; rows as in messages_by_site.

A day, not an hour, as a task is asked about over its whole life.
"""

from data_models.dimensions import CODE, COMPONENT, DAY, HOUR, JEDITASKID, MESSAGE_GROUP
from data_models.figures import MESSAGE_FIGURES
from data_models.query_table import QueryTable, Rows

TABLE = QueryTable(
    name="messages_by_task",
    question="Which messages do the failed jobs of a task have, hour by hour?",
    rows=Rows.ERRORS,
    partition=(
        JEDITASKID,
        DAY,
    ),
    clustering=(
        HOUR,
        COMPONENT,
        CODE,
        MESSAGE_GROUP,
    ),
    values=MESSAGE_FIGURES,
    largest_partition="50,000 failures of a task in an hour; at worst 10,000 groups of 900 bytes: 9 MB",
)
