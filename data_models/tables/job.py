"""job: one row a job record, found by PANDAID alone.

The columns that people filter and list by are typed; the rest is one JSON text, which Cassandra takes at three times
the speed of sixty columns. `data_models.packed_columns` reads it back to exact types.
"""

from datetime import UTC, datetime

from data_models.dimensions import MODIFICATIONTIME, PANDAID
from data_models.error_components import CODE_COLUMNS
from data_models.job_record import by_name, columns
from data_models.query_table import QueryTable, Rows, Value

TYPED = (
    "jobstatus",
    "jobsubstatus",
    "computingsite",
    "produsername",
    "jeditaskid",
    "taskid",
    "reqid",
    "prodsourcelabel",
    "processingtype",
    "transformation",
    "modificationhost",
    "attemptnr",
    "currentpriority",
    "actualcorecount",
    "creationtime",
    "starttime",
    "endtime",
    "statechangetime",
    *CODE_COLUMNS,
)
PACKED = tuple(column.name for column in columns() if column.name not in (*TYPED, PANDAID.name, MODIFICATIONTIME.name))
PACKED_COLUMN = "packed"
# Times that every reader of CQL's timestamp takes for what they are. Before, the connector counts in the calendar of
# Julius Caesar; after, and in the first days of the year 1, Python's driver refuses the whole row.
READABLE_FROM, READABLE_UNTIL = datetime(1583, 1, 1, tzinfo=UTC), datetime(9999, 12, 31, 23, 59, 59, 999999, tzinfo=UTC)
READABLE = f"BETWEEN TIMESTAMP'{READABLE_FROM:%Y-%m-%d}' AND TIMESTAMP'{READABLE_UNTIL:%Y-%m-%d %H:%M:%S.%f}'"
TYPED_TIMES = tuple(name for name in TYPED if by_name()[name].kind == "time")


def typed_value(name: str) -> Value:
    """A column of the job record as it is; CQL's timestamp counts milliseconds, PanDA writes whole seconds.

    A time that is not READABLE is packed instead.
    """
    column = by_name()[name]
    expression = (
        f"CASE WHEN {name} {READABLE} THEN date_trunc('millisecond', {name}) END" if name in TYPED_TIMES else name
    )
    return Value(name, column.cql, column.meaning, expression)


TABLE = QueryTable(
    name="job",
    question="What is known of this job?",
    rows=Rows.RECORDS,
    partition=(PANDAID,),
    clustering=(MODIFICATIONTIME,),
    descending=frozenset({MODIFICATIONTIME.name}),
    values=(
        *(typed_value(name) for name in TYPED),
        Value(
            PACKED_COLUMN,
            "text",
            f"the other {len(PACKED)} columns as a JSON object, and stray times that no typed column takes; a column "
            "that is NULL is left out",
            PACKED_COLUMN,
        ),
    ),
    largest_partition="1 row of about 2 kB (2 where the source holds a PANDAID in two windows): 4 kB",
    registry="job_ids_by_hour",
)
