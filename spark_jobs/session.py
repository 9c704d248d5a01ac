"""The Spark session of a step, by the settings. Under spark-submit what was given there wins."""

from __future__ import annotations

import os
import sys
import time
from collections.abc import Sequence
from pathlib import Path

from pyspark.sql import SparkSession

from data_models import settings

EXTENSIONS = "com.datastax.spark.connector.CassandraSparkExtensions"
# Measured on two cores: 40,000 rows/s of sorted data with these, 15,000 with the connector's defaults.
WRITE_TUNING = {
    "spark.cassandra.output.batch.grouping.key": "partition",
    "spark.cassandra.output.batch.size.rows": "100",
    "spark.cassandra.output.concurrent.writes": "20",
}


def connector_jars() -> list[str]:
    """Paths of the connector's jars that Maven put into HMSF_JARS. Raises FileNotFoundError with the remedy."""
    folder = Path(settings.text("HMSF_JARS")) / "spark-connector"
    jars = sorted(str(jar) for jar in folder.glob("*.jar"))
    if not jars:
        raise FileNotFoundError(f"no jars in {folder}: run `make setup` (Maven brings the Spark Cassandra connector)")
    return jars


def configuration(jars: Sequence[str] = ()) -> dict[str, str]:
    """Spark's settings for every step; secrets are among them, so they are set in the session and never on a command
    line (Spark redacts names that hold `password` in its UI)."""
    given = {
        "spark.master": settings.text("HMSF_SPARK_MASTER"),
        "spark.driver.memory": settings.text("HMSF_SPARK_DRIVER_MEMORY"),
        "spark.jars": ",".join((*connector_jars(), *jars)),
        "spark.sql.shuffle.partitions": settings.text("HMSF_SPARK_PARTITIONS"),
        "spark.sql.session.timeZone": "UTC",
        "spark.driver.extraJavaOptions": "-Duser.timezone=UTC",
        "spark.executor.extraJavaOptions": "-Duser.timezone=UTC",
        "spark.sql.extensions": EXTENSIONS,
        "spark.sql.execution.arrow.maxRecordsPerBatch": "20000",
        "spark.sql.parquet.compression.codec": "zstd",
        "spark.sql.parquet.outputTimestampType": "TIMESTAMP_MICROS",
        # Dates before 1900 are as they are: nothing older than Spark 3 reads staged files.
        "spark.sql.parquet.datetimeRebaseModeInWrite": "CORRECTED",
        "spark.sql.parquet.datetimeRebaseModeInRead": "CORRECTED",
        "spark.ui.enabled": "false",
        "spark.ui.showConsoleProgress": "true",
        "spark.cassandra.connection.host": settings.text("HMSF_CASSANDRA_HOST"),
        "spark.cassandra.connection.port": settings.text("HMSF_CASSANDRA_PORT"),
        "spark.cassandra.connection.localDC": settings.text("HMSF_CASSANDRA_DC"),
        "spark.cassandra.output.consistency.level": "LOCAL_QUORUM",
        "spark.cassandra.input.consistency.level": "LOCAL_QUORUM",
        # A null written would be a tombstone; the delete below W takes the old cell that it should hide.
        "spark.cassandra.output.ignoreNulls": "true",
        **WRITE_TUNING,
    }
    if user := settings.text("HMSF_CASSANDRA_USER"):
        given["spark.cassandra.auth.username"] = user
        given["spark.cassandra.auth.password"] = settings.text("HMSF_CASSANDRA_PASSWORD")
    return given


def spark_session(step: str, jars: Sequence[str] = ()) -> SparkSession:
    """The session of a step, named after it; `jars`: paths of more JVM libraries.

    The time zone of session, JVMs and Python workers is UTC.
    """
    # Without it workers would start the system's Python, which has none of the packages.
    os.environ.setdefault("PYSPARK_PYTHON", sys.executable)
    os.environ["TZ"] = "UTC"
    time.tzset()
    builder = SparkSession.builder.appName(f"hmsf {step}")
    for name, value in configuration(jars).items():
        builder = builder.config(name, value)
    spark = builder.getOrCreate()
    spark.sparkContext.setLogLevel("WARN")
    return spark
