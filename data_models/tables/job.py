"""job: one row a job record, found by PANDAID alone.

The columns that people filter and list by are typed; the rest is one JSON text, which Cassandra takes at three times
the speed of sixty columns. `data_models.packed_columns` reads it back to exact types.
"""

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
# Spark SQL; to_json leaves NULL fields out.
PACK = "to_json(named_struct({}))".format(", ".join(f"'{name}', cast({name} AS string)" for name in PACKED))


def typed_value(name: str) -> Value:
    """A column of the job record as it is; CQL's timestamp counts milliseconds, PanDA writes whole seconds."""
    column = by_name()[name]
    expression = f"date_trunc('millisecond', {name})" if column.kind == "time" else name
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
            f"the other {len(PACKED)} columns as a JSON object; a column that is NULL is left out",
            PACK,
        ),
    ),
    largest_partition="1 row of about 2 kB (2 where the source holds a PANDAID in two windows): 4 kB",
    registry="job_ids_by_hour",
)
