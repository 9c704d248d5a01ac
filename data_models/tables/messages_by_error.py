"""messages_by_error: one partition an error and hour; a row is a group of messages with one raw sample.

The template stands in every row: no second table has to be read, or kept true, to know what a group says.
"""

from data_models.dimensions import CODE, COMPONENT, HOUR, MESSAGE_GROUP
from data_models.figures import MESSAGE_FIGURES
from data_models.query_table import QueryTable, Rows

TABLE = QueryTable(
    name="messages_by_error",
    question="Which messages hide behind an error?",
    rows=Rows.ERRORS,
    partition=(
        COMPONENT,
        CODE,
        HOUR,
    ),
    clustering=(MESSAGE_GROUP,),
    values=MESSAGE_FIGURES,
    largest_partition="50,000 failures with a code in an hour; at worst 10,000 groups of 900 bytes: 9 MB",
)
