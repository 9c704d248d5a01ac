"""jobs_by_site: one partition a site, hour and 10,000 jobs.

A row is a page of jobs: lists of a row a job took more than half of the time of a load, and half of the space.
"""

from data_models.dimensions import COMPUTINGSITE, HOUR, PAGE, PART
from data_models.figures import PAGE_OF_JOBS
from data_models.query_table import QueryTable, Rows

TABLE = QueryTable(
    name="jobs_by_site",
    question="Which jobs had a site, newest first?",
    rows=Rows.JOBS,
    partition=(
        COMPUTINGSITE,
        HOUR,
        PART,
    ),
    clustering=(PAGE,),
    values=PAGE_OF_JOBS,
    largest_partition="a part has at most 100 pages of 100 jobs = 100 rows of about 30 kB: 3 MB",
)
