"""labels_by_hour: one partition a day."""

from data_models.dimensions import DAY, HOUR, LABEL
from data_models.figures import LABEL_FIGURES
from data_models.query_table import QueryTable, Rows

TABLE = QueryTable(
    name="labels_by_hour",
    question="Which one label and category do failed jobs have, hour by hour?",
    rows=Rows.JOBS,
    partition=(DAY,),
    clustering=(
        HOUR,
        LABEL,
    ),
    values=LABEL_FIGURES,
    largest_partition="24 hours x some 1,000 labels = 24,000 rows of about 150 bytes: 3.6 MB",
    where="label IS NOT NULL",
)
