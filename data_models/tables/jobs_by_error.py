"""jobs_by_error: one partition an error, hour and 10,000 jobs; rows are pages as in jobs_by_site."""

from data_models.dimensions import CODE, COMPONENT, HOUR, PAGE, PART
from data_models.figures import PAGE_OF_ERRORS
from data_models.query_table import QueryTable, Rows

TABLE = QueryTable(
    name="jobs_by_error",
    question="Which jobs had an error, newest first?",
    rows=Rows.ERRORS,
    partition=(
        COMPONENT,
        CODE,
        HOUR,
        PART,
    ),
    clustering=(PAGE,),
    values=PAGE_OF_ERRORS,
    largest_partition="a part has at most 100 pages of 100 jobs = 100 rows of about 30 kB: 3 MB",
)
