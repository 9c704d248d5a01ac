"""errors_by_hour: one partition a day holds every error of every hour."""

from data_models.dimensions import CODE, COMPONENT, DAY, HOUR
from data_models.figures import ERROR_FIGURES
from data_models.query_table import QueryTable, Rows

TABLE = QueryTable(
    name="errors_by_hour",
    question="Which errors were there in a window, how many, and how do they develop?",
    rows=Rows.ERRORS,
    partition=(DAY,),
    clustering=(HOUR, COMPONENT, CODE),
    values=ERROR_FIGURES,
    largest_partition="24 hours x at most 434 current codes = 10,416 rows of about 150 bytes: 1.6 MB",
)
