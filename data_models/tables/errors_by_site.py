"""errors_by_site: one partition a site and day."""

from data_models.dimensions import CODE, COMPONENT, COMPUTINGSITE, DAY, HOUR
from data_models.figures import ERROR_FIGURES
from data_models.query_table import QueryTable, Rows

TABLE = QueryTable(
    name="errors_by_site",
    question="What goes wrong at a site, hour by hour?",
    rows=Rows.ERRORS,
    partition=(COMPUTINGSITE, DAY),
    clustering=(HOUR, COMPONENT, CODE),
    values=ERROR_FIGURES,
    largest_partition="24 hours x at most 434 current codes = 10,416 rows of about 150 bytes: 1.6 MB",
)
