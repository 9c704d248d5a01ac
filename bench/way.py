"""One way to archive a window, in a process of its own: prints a JSON line with the seconds of each stage.

python -m bench.way ours|ungated|naive --window 2026-07-01 --load NAME
"""

from __future__ import annotations

import argparse
import json
import sys
import time
from collections.abc import Callable

from bench import naive
from data_models import cql, settings
from data_models.cassandra_session import cassandra_session
from data_models.ledger import Ledger
from spark_jobs import archive, extract, step
from spark_jobs.aggregate import aggregate
from spark_jobs.hour_load import LoadIdentity
from spark_jobs.publish import publish
from spark_jobs.session import spark_session
from spark_jobs.small_loads import suit_load
from spark_jobs.sources import open_source
from spark_jobs.staging import Staging

Stages = dict[str, Callable[[], object]]


def ours(options: argparse.Namespace) -> Stages:
    """All steps with their gates, ledger and verification."""
    return {name: (lambda body=body: body(options)) for name, body in archive.STEPS.items()}


def ungated(options: argparse.Namespace) -> Stages:
    """The same without gates and verification."""
    spark = spark_session("bench")
    staging = Staging.new(spark, options.load)
    summary: dict = {}

    def extract_only() -> None:
        summary.update(extract.extract(spark, open_source(), staging, options.window, 2))

    def aggregate_only() -> None:
        suit_load(spark, staging, "aggregate")
        aggregate(spark, staging)

    def publish_only() -> None:
        suit_load(spark, staging, "publish")
        with cassandra_session(settings.text("HMSF_KEYSPACE")) as session:
            publish(spark, Ledger(session), staging, LoadIdentity(staging.load, summary["t"], "bench"))

    return {"extract": extract_only, "aggregate": aggregate_only, "publish": publish_only}


def naively(options: argparse.Namespace) -> Stages:
    """See `bench.naive`."""
    return {"all": lambda: naive.fill(spark_session("bench"), options.window, settings.text("HMSF_KEYSPACE"))}


WAYS = {"ours": ours, "ungated": ungated, "naive": naively}


def main() -> int:
    """The command line."""
    parser = step.parser("way", __doc__)
    parser.add_argument("way", choices=WAYS)
    options = parser.parse_args()
    with cassandra_session() as session:
        cql.apply(session, settings.text("HMSF_KEYSPACE"), cql.DEFAULT_REPLICATION, cql.DEFAULT_COMPACTION)
    begun = time.monotonic()
    spark_session("bench", naive.jdbc_jars(), naive.SESSION if options.way == "naive" else {})
    seconds = {"start of Spark": time.monotonic() - begun}
    for name, stage in WAYS[options.way](options).items():
        stage_begun = time.monotonic()
        stage()
        seconds[name] = time.monotonic() - stage_begun
    print(json.dumps({"way": options.way, "seconds": {name: round(value, 1) for name, value in seconds.items()}}))
    return 0


if __name__ == "__main__":
    sys.exit(main())
