"""jobs_by_request: one partition a request, hour and 10,000 jobs; rows are pages as in jobs_by_site."""

from data_models.dimensions import HOUR, PAGE, PART, REQID
from data_models.figures import PAGE_OF_JOBS
from data_models.query_table import QueryTable, Rows

TABLE = QueryTable(
    name="jobs_by_request",
    question="Which jobs had a request, newest first?",
    rows=Rows.JOBS,
    partition=(
        REQID,
        HOUR,
        PART,
    ),
    clustering=(PAGE,),
    values=PAGE_OF_JOBS,
    largest_partition="a part has at most 100 pages of 100 jobs = 100 rows of about 30 kB: 3 MB",
)
