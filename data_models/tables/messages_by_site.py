"""messages_by_site: one partition a site and hour; rows as in messages_by_error, with the error as part of their key.

So that what a site's jobs say is one read, whatever their codes are.
"""

from data_models.dimensions import CODE, COMPONENT, COMPUTINGSITE, HOUR, MESSAGE_GROUP
from data_models.figures import MESSAGE_FIGURES
from data_models.query_table import QueryTable, Rows

TABLE = QueryTable(
    name="messages_by_site",
    question="Which messages do the failed jobs of a site have?",
    rows=Rows.ERRORS,
    partition=(
        COMPUTINGSITE,
        HOUR,
    ),
    clustering=(
        COMPONENT,
        CODE,
        MESSAGE_GROUP,
    ),
    values=MESSAGE_FIGURES,
    largest_partition="50,000 failures of a site in an hour; at worst 10,000 groups of 900 bytes: 9 MB",
)
