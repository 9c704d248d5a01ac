"""Delete the bulk of what old loads have staged; run reports, summaries and quarantines stay.

    python -m spark_jobs.tidy --days 7

A load is old when nothing in its folder has changed for that long. Its rows can then no longer be published again:
extract the window anew instead.
"""

from __future__ import annotations

import argparse
import json
import sys
from collections.abc import Iterator
from datetime import UTC, datetime, timedelta

from pyspark.sql import SparkSession

from data_models import settings
from spark_jobs.session import spark_session
from spark_jobs.touched_partitions import FOLDER

# By number of bytes nearly all of a load.
BULK = ("rows", "duplicates", "tables", FOLDER)
MEGABYTE = 1024 * 1024


def tidy(spark: SparkSession, root: str, before: datetime) -> tuple[list[str], int]:
    """Delete the bulk of the loads under a root that were last changed before a time; their names and the bytes."""
    path = spark._jvm.org.apache.hadoop.fs.Path(root)
    files = path.getFileSystem(spark._jsc.hadoopConfiguration())
    tidied, freed = [], 0
    for load in children(files, path):
        extractions = [child for child in children(files, load.getPath()) if child.isDirectory()]
        changed = max((child.getModificationTime() for child in [load, *extractions]), default=0)
        if datetime.fromtimestamp(changed / 1000, UTC) >= before:
            continue
        bulk = [
            part.getPath()
            for extraction in extractions
            for part in children(files, extraction.getPath())
            if part.getPath().getName() in BULK
        ]
        freed += sum(files.getContentSummary(part).getLength() for part in bulk)
        for part in bulk:
            files.delete(part, True)
        if bulk:
            tidied.append(load.getPath().getName())
    return tidied, freed


def children(files: object, path: object) -> Iterator[object]:
    """What a folder holds (Hadoop's FileStatus), by name; nothing when it is not there."""
    if files.exists(path):
        yield from sorted(files.listStatus(path), key=lambda status: status.getPath().getName())


def main(arguments: list[str] | None = None) -> int:
    """The command line."""
    parser = argparse.ArgumentParser(prog="python -m spark_jobs.tidy", description=__doc__.split("\n", 1)[0])
    parser.add_argument("--days", type=float, default=7, help="loads untouched for so long (default: %(default)s)")
    options = parser.parse_args(arguments)
    if options.days < 1:
        parser.error(f"--days {options.days:g}: give at least 1, younger loads may be on their way")
    root = settings.text("HMSF_STAGING")
    tidied, freed = tidy(spark_session("tidy"), root, datetime.now(UTC) - timedelta(days=options.days))
    for load in tidied:
        print(f"  {load}: rows deleted")
    print(json.dumps({"step": "tidy", "root": root, "loads": len(tidied), "megabytes": freed // MEGABYTE}))
    return 0


if __name__ == "__main__":
    sys.exit(main())
