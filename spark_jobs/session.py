"""The Spark session of a step, by the settings. Under spark-submit what was given there wins."""

from __future__ import annotations

import os
import sys
import time
from collections.abc import Mapping, Sequence
from pathlib import Path
from types import MappingProxyType

from pyspark import SparkConf
from pyspark.sql import SparkSession

from data_models import settings
from spark_jobs.code_archive import send_code
from spark_jobs.one_part import ONE_PART

# A garbage collector made for short pauses gains nothing in steps.
JVM = "-Duser.timezone=UTC -XX:+UseParallelGC"
# Steps that are short: Java's second compiler costs more than it gains. The first one alone gets a code cache of 48 MB
# by default, which 24 tables fill: after that nothing more is compiled, and the JVM may break.
SHORT_STEPS = frozenset({"extract", "roll_up", "tidy"})
FIRST_COMPILER = f"{JVM} -XX:TieredStopAtLevel=1 -XX:ReservedCodeCacheSize=256m"
# The second compiler starts ten times as late as by default.
BOTH_COMPILERS = (
    f"{JVM} -XX:Tier4InvocationThreshold=50000 -XX:Tier4MinInvocationThreshold=6000 "
    "-XX:Tier4CompileThreshold=150000 -XX:Tier4BackEdgeThreshold=400000"
)
# The most jobs of a load for which a step is short as well. Measured, seconds with the first compiler alone and with
# both: `aggregate` of 100,000 jobs 28 to 31 and 37, of a million 179 and 123 (in two hours, the later one 8 % faster);
# `publish_and_verify` of 5,000 jobs 35 to 45 and 45 to 48, of 100,000 105 and 100. The bounds lie in between.
SHORT_WITH = MappingProxyType({"aggregate": 200_000, "publish": 50_000, "verify": 50_000, "publish_and_verify": 50_000})
# Spark's defaults, and several parts, so that no step takes over what another one in its process chose (`small_loads`).
PLANNED = {
    "spark.sql.codegen.wholeStage": "true",
    "spark.sql.codegen.factoryMode": "FALLBACK",
    "spark.sql.adaptive.enabled": "true",
    ONE_PART: "false",
}
# What pyspark asks its JVM for all the time, as with each column of an expression. Py4J asks anew each time, and Java
# looks through all jars for classes of that name that there are not: 1.4 ms a column instead of 0.13. Making the tables
# of a small load asked 2,300 times, for 3.5 of its 12 s.
ASKED_FOR = ("functions", "PythonUtils", "SparkSession", "SparkSession$")
# Java says of class archives on stdout what steps say on stderr.
CDS_LOG = "-Xlog:cds*=off -Xlog:cds*=warning:stderr"


def connector_jars() -> list[str]:
    """Paths of the connector's jars that Maven put into HMSF_JARS. Raises FileNotFoundError with the remedy."""
    folder = Path(settings.text("HMSF_JARS")) / "spark-connector"
    jars = sorted(str(jar) for jar in folder.glob("*.jar"))
    if not jars:
        raise FileNotFoundError(f"no jars in {folder}: run `make setup` (Maven brings the Spark Cassandra connector)")
    return jars


def class_archive() -> Path:
    """Where `spark_jobs.class_archive` puts Spark's classes for JVMs of this machine."""
    return Path(settings.text("HMSF_JARS")).resolve() / "spark-classes.jsa"


def java_options(step: str, jobs: int | None = None) -> str:
    """How the JVMs of a step are started; `jobs`: those of its load, if that is known."""
    short = step in SHORT_STEPS or (jobs is not None and jobs <= SHORT_WITH.get(step, -1))
    return FIRST_COMPILER if short else BOTH_COMPILERS


def configuration(step: str, jars: Sequence[str] = (), jobs: int | None = None) -> dict[str, str]:
    """Spark's settings for a step, without secrets: pyspark starts its JVM with all of them on a command line, and
    every user of the machine can read that. `jobs`: those of its load, if that is known."""
    options = java_options(step, jobs)
    given = PLANNED | {
        "spark.master": settings.text("HMSF_SPARK_MASTER"),
        "spark.driver.memory": settings.text("HMSF_SPARK_DRIVER_MEMORY"),
        "spark.jars": ",".join((*connector_jars(), *jars)),
        "spark.sql.shuffle.partitions": settings.text("HMSF_SPARK_PARTITIONS"),
        "spark.sql.session.timeZone": "UTC",
        "spark.driver.extraJavaOptions": f'{options} "-XX:SharedArchiveFile={class_archive()}" {CDS_LOG}',
        "spark.executor.extraJavaOptions": options,
        # Spark keeps the code of 100 stages by default. A load has several hundred, so the next one in the same JVM
        # would make, compile and warm all of it again (the third small load took 30 s of CPU with 4,000, 40 with 100,
        # before small loads were interpreted: small_loads).
        "spark.sql.codegen.cache.maxEntries": "4000",
        "spark.sql.execution.arrow.maxRecordsPerBatch": "20000",
        # For frames of rows that Python holds: `local_rows`.
        "spark.sql.execution.arrow.pyspark.enabled": "true",
        "spark.sql.execution.arrow.pyspark.fallback.enabled": "false",
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
    }
    if given["spark.master"].startswith("local"):
        # Else the driver's port is open on every address of the machine.
        given |= {"spark.driver.host": "127.0.0.1", "spark.driver.bindAddress": "127.0.0.1"}
    return given


def secrets() -> dict[str, str]:
    """The connector's log-in, to be set in the running session; Spark redacts names that hold `password` in its UI."""
    if user := settings.text("HMSF_CASSANDRA_USER"):
        password = settings.text("HMSF_CASSANDRA_PASSWORD")
        return {"spark.cassandra.auth.username": user, "spark.cassandra.auth.password": password}
    return {}


def submitted_configuration() -> dict[str, str]:
    """What spark-submit was given, by its command line and its defaults file; empty without it."""
    if "PYSPARK_GATEWAY_PORT" not in os.environ:
        return {}
    return dict(SparkConf().getAll())


def spark_session(
    step: str,
    jars: Sequence[str] = (),
    changes: Mapping[str, str] = MappingProxyType({}),
    jobs: int | None = None,
) -> SparkSession:
    """The session of a step, named after it; `jars`: paths of more JVM libraries, `changes`: other settings of Spark,
    `jobs`: those of the step's load, if that is known.

    The time zone of session, JVMs and Python workers is UTC. On a cluster the executors get this process's code.
    """
    # Without it workers would start the system's Python, which has none of the packages.
    os.environ.setdefault("PYSPARK_PYTHON", sys.executable)
    os.environ["TZ"] = "UTC"
    time.tzset()
    builder = SparkSession.builder.appName(f"hmsf {step}")
    submitted = submitted_configuration()
    for name, value in (configuration(step, jars, jobs) | dict(changes)).items():
        builder = builder.config(name, submitted.get(name, value))
    spark = builder.getOrCreate()
    for name in ASKED_FOR:
        setattr(spark.sparkContext._jvm, name, getattr(spark.sparkContext._jvm, name))
    for name, value in secrets().items():
        if name not in submitted:
            spark.conf.set(name, value)
    if not spark.sparkContext.master.startswith("local"):
        send_code(spark.sparkContext)
    spark.sparkContext.setLogLevel("WARN")
    return spark
