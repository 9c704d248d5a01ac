"""The naive way to fill the same tables: Spark's JDBC source with its defaults, one read of the source a table, the
connector's defaults, the JVM's defaults, no gate, no verification, no protocol. The counting rules are the project's
own, so that both ways write the same figures.
"""

from __future__ import annotations

from collections.abc import Iterator
from pathlib import Path

import pyarrow as pa
from pyspark.sql import DataFrame, SparkSession
from pyspark.sql import functions as F
from pyspark.sql.pandas.types import from_arrow_schema

from data_models import settings
from data_models.job_record import arrow_schema, columns
from data_models.query_table import LOAD_COLUMN
from data_models.staged_record import SCHEMA, staged_records
from data_models.tables import query_tables
from data_models.window import Window
from spark_jobs.connector import side_by_side
from spark_jobs.table_rows import rows_of, table_rows

# The JVM as it comes; its time zone is that of the times which JDBC reads.
SESSION = {
    "spark.driver.extraJavaOptions": "-Duser.timezone=UTC",
    "spark.executor.extraJavaOptions": "-Duser.timezone=UTC",
}
FORMAT = "org.apache.spark.sql.cassandra"
# What the connector takes where nothing is set.
DEFAULTS = {
    "spark.cassandra.output.batch.grouping.key": "partition",
    "spark.cassandra.output.batch.size.rows": "auto",
    "spark.cassandra.output.concurrent.writes": "5",
    "spark.cassandra.output.ignoreNulls": "false",
}


def jdbc_jars() -> list[str]:
    """Paths of the JDBC driver and what it needs."""
    return [str(jar) for jar in (Path(settings.text("HMSF_JARS")) / "bench").glob("*.jar")]


def jobs_by_jdbc(spark: SparkSession, window: Window) -> DataFrame:
    """The completed jobs of a window, read by one session, as one partition."""
    names = ", ".join(column.name for column in columns())
    start, end = (edge.strftime("%Y-%m-%d %H:%M:%S") for edge in (window.start, window.end))
    query = (
        f"SELECT {names} FROM doma_panda.jobsarchived4 "
        f"WHERE modificationtime >= '{start}' AND modificationtime < '{end}' "
        "AND jobstatus IN ('finished', 'failed', 'cancelled', 'closed')"
    )
    read = spark.read.format("jdbc").options(
        driver="org.postgresql.Driver",
        url="jdbc:postgresql://{HMSF_PG_HOST}:{HMSF_PG_PORT}/{HMSF_PG_DATABASE}".format(**settings.in_force()),
        user=settings.text("HMSF_PG_USER"),
        password=settings.text("HMSF_PG_PASSWORD"),
        query=query,
    )
    return read.load().select(
        *(F.rtrim(c.name).alias(c.name) if c.padded else F.col(c.name).cast(c.spark) for c in columns())
    )


def records(batches: Iterator[pa.RecordBatch]) -> Iterator[pa.RecordBatch]:
    """On an executor: the counting rules."""
    return (staged_records(batch.cast(arrow_schema())) for batch in batches)


def fill(spark: SparkSession, window: Window, keyspace: str) -> None:
    """Fill every query table, each from a read of its own."""
    for table in query_tables():
        jobs = jobs_by_jdbc(spark, window).mapInArrow(records, from_arrow_schema(SCHEMA))
        rows = table_rows(table, rows_of(jobs))
        if table.keyed_by_load:
            rows = rows.withColumn(LOAD_COLUMN, F.lit(1).cast("bigint"))
        if table.one_row:
            rows = side_by_side(rows, table)
        rows.write.format(FORMAT).options(table=table.name, keyspace=keyspace, **DEFAULTS).mode("append").save()
