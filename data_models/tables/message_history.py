"""message_history: one partition a message group and year, of all components and codes.

Component and code are columns: a group's id alone tells what it is, since when, and how often.
"""

from data_models.dimensions import HOUR, MESSAGE_GROUP, YEAR
from data_models.figures import HISTORY_FIGURES
from data_models.query_table import QueryTable, Rows

TABLE = QueryTable(
    name="message_history",
    question="Has this message been seen before, and since when?",
    rows=Rows.ERRORS,
    partition=(
        MESSAGE_GROUP,
        YEAR,
    ),
    clustering=(HOUR,),
    values=HISTORY_FIGURES,
    largest_partition="8,784 hours = 8,784 rows of about 350 bytes: 3 MB",
)
