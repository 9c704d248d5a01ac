"""sites_by_error: one partition an error and hour."""

from data_models.dimensions import CODE, COMPONENT, COMPUTINGSITE, HOUR
from data_models.figures import ERROR_FIGURES
from data_models.query_table import QueryTable, Rows

TABLE = QueryTable(
    name="sites_by_error",
    question="At which sites does an error occur?",
    rows=Rows.ERRORS,
    partition=(
        COMPONENT,
        CODE,
        HOUR,
    ),
    clustering=(COMPUTINGSITE,),
    values=ERROR_FIGURES,
    largest_partition="500 sites = 500 rows of about 150 bytes: 75 kB",
)
