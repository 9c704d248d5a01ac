"""An archive of Spark's classes, read and checked once for all: with it a step's JVM starts in two thirds of the time.

    python -m spark_jobs.class_archive

It is of one JVM and one set of Spark's jars (Java's class data sharing). Any other JVM leaves it alone and says so on
stderr; where there is none, nothing is said.
"""

from __future__ import annotations

import os
import subprocess
import sys
import tempfile
from collections.abc import Iterator

import pyarrow as pa
from pyspark.sql import functions as F

from spark_jobs.session import class_archive, java_options, spark_session

TRAIN = "--train"


def make() -> int:
    """Make the archive anew from what a small application loads; the exit code."""
    final = class_archive()
    new = final.with_suffix(f".{os.getpid()}")
    # Spark's JVM writes it when it ends, after this process's child: its end of the pipe is what is waited for.
    done = subprocess.run(
        [sys.executable, "-m", "spark_jobs.class_archive", TRAIN, str(new)],
        stdout=subprocess.PIPE,
        stderr=subprocess.STDOUT,
        text=True,
        check=False,
    )
    if done.returncode or not new.exists():
        print(f"no archive of Spark's classes: {done.stdout[-2000:]}", file=sys.stderr)
        return 1
    new.replace(final)
    return 0


def train(into: str) -> None:
    """Use of Spark what steps use: Parquet and JSON, Python workers, shuffles, joins."""

    def same(batches: Iterator[pa.RecordBatch]) -> Iterator[pa.RecordBatch]:
        yield from batches

    changes = {"spark.driver.extraJavaOptions": f"{java_options('extract')} -XX:ArchiveClassesAtExit={into}"}
    spark = spark_session("class_archive", (), changes)
    with tempfile.TemporaryDirectory() as folder:
        rows = spark.range(1000).selectExpr("id", "id % 10 AS key", "cast(id AS string) AS text", "array(id) AS list")
        rows.repartition(2, "key").sortWithinPartitions("text").write.parquet(f"{folder}/rows")
        staged = spark.read.parquet(f"{folder}/rows")
        summed = staged.mapInArrow(same, staged.schema).groupBy("key").agg(F.sum("id"), F.collect_list("text"))
        summed.unionByName(summed).join(F.broadcast(staged.select("key").distinct()), "key").write.json(
            f"{folder}/sums"
        )
        spark.read.json(f"{folder}/sums").orderBy("key").collect()
    spark.stop()


if __name__ == "__main__":
    if sys.argv[1:2] == [TRAIN]:
        train(sys.argv[2])
        sys.exit(0)
    sys.exit(make())
