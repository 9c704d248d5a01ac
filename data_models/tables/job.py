"""job: one row a job record, found by PANDAID alone.

The columns that people filter and list by are typed; the rest is one JSON text, which Cassandra takes at three times
the speed of sixty columns. `data_models.packed_columns` reads it back to exact types.
"""

from data_models.dimensions import MODIFICATIONTIME, PANDAID
from data_models.error_components import CODE_COLUMNS
from data_models.job_record import by_name, columns
from data_models.query_table import QueryTable, Rows, Value
from data_models.readable_times import readable_time

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
TYPED_TIMES = tuple(name for name in TYPED if by_name()[name].kind == "time")


def typed_value(name: str) -> Value:
    """A column of the job record as it is; a time that is not readable is packed instead."""
    column = by_name()[name]
    return Value(name, column.cql, column.meaning, readable_time(name) if name in TYPED_TIMES else name)


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
