"""job_ids_by_hour: which jobs a load of an hour wrote; the list by which table `job` is cleaned up and verified.

It is written before `job`. The load's write time is part of the key, so the list of an attempt that is still open is
never lost to the clean-up of another: only lists of closed loads are deleted. Once clean-up is through, an hour has
the list of its newest load alone.
"""

from data_models.dimensions import HOUR, MODIFICATIONTIME, PANDAID
from data_models.query_table import LOAD_COLUMN, Key, QueryTable, Rows, Value

BUCKETS = 16

TABLE = QueryTable(
    name="job_ids_by_hour",
    question="Which jobs does an hour of the archive hold?",
    rows=Rows.RECORDS,
    partition=(HOUR, Key("bucket", "bigint", f"PANDAID modulo {BUCKETS}", f"pmod(pandaid, {BUCKETS})")),
    clustering=(Key(LOAD_COLUMN, "bigint", "write time of the load (microseconds)", LOAD_COLUMN), PANDAID),
    values=(Value(MODIFICATIONTIME.name, MODIFICATIONTIME.cql, MODIFICATIONTIME.meaning, MODIFICATIONTIME.expression),),
    largest_partition="2 million jobs a day, an hour of thrice the mean: 250,000 / 16 = 15,600 rows of 40 bytes",
)
