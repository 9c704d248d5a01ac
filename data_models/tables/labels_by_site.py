"""labels_by_site: one partition a site and day."""

from data_models.dimensions import COMPUTINGSITE, DAY, HOUR, LABEL
from data_models.figures import LABEL_FIGURES
from data_models.query_table import QueryTable, Rows

TABLE = QueryTable(
    name="labels_by_site",
    question="Which one label and category do the failed jobs of a site have, hour by hour?",
    rows=Rows.JOBS,
    partition=(
        COMPUTINGSITE,
        DAY,
    ),
    clustering=(
        HOUR,
        LABEL,
    ),
    values=LABEL_FIGURES,
    largest_partition="24 hours x some 500 labels = 12,000 rows of about 150 bytes: 1.8 MB",
    where="label IS NOT NULL",
)
