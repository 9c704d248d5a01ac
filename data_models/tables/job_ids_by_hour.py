"""job_ids_by_hour: which jobs a load of an hour wrote; the list by which table `job` is cleaned up and verified.

It is written before `job`. The load's write time is part of the key, so the list of an attempt that is still open is
never lost to the clean-up of another: only lists of closed loads are deleted. Once clean-up is through, an hour has
the list of its newest load alone. A row is a bucket's whole list: a row a job was a third of the time of publishing.
"""

from data_models.dimensions import HOUR
from data_models.figures import JOB_IDS
from data_models.query_table import LOAD_COLUMN, Key, QueryTable, Rows

BUCKETS = 64

TABLE = QueryTable(
    name="job_ids_by_hour",
    question="Which jobs does an hour of the archive hold?",
    rows=Rows.JOBS,
    partition=(HOUR, Key("bucket", "bigint", f"PANDAID modulo {BUCKETS}", f"pmod(pandaid, {BUCKETS})")),
    clustering=(Key(LOAD_COLUMN, "bigint", "write time of the load (microseconds)", LOAD_COLUMN),),
    values=JOB_IDS,
    largest_partition="2 million jobs a day, an hour of thrice the mean: 250,000 / 64 = 4,000 ids of 8 bytes: 32 kB",
)
