"""Publish a load, verify it and roll up the days that it completes, in one Spark application: what the DAGs submit.

    python -m spark_jobs.publish_and_verify --window START/END --load NAME

In an application each, these steps spend as long on starting a JVM, and on compiling it warm, as on the rows of a small
load: a day of 100,000 jobs took 136 s in three applications, 96 and 109 s in one, with 24 tables.
"""

from __future__ import annotations

import argparse
import sys
from typing import Any

from data_models import settings
from data_models.cassandra_session import cassandra_session
from data_models.ledger import Ledger
from spark_jobs import publish, roll_up, step, verify
from spark_jobs.gate_ledger import kept_jobs
from spark_jobs.session import spark_session


def body(options: argparse.Namespace) -> dict[str, Any]:
    """What each step returns, by its name. Raises what publish and verify raise."""
    with cassandra_session(settings.text("HMSF_KEYSPACE")) as session:
        jobs = kept_jobs(Ledger(session), options.window, options.load)
    spark_session("publish_and_verify", jobs=jobs)
    published_and_verified = {"publish": publish.body(options), "verify": verify.body(options)}
    return published_and_verified | {"roll_up": rolled_up(options)}


def rolled_up(options: argparse.Namespace) -> dict[str, Any]:
    """What roll_up returns, or {"failed": reason}, which is also printed.

    The load is verified by then, and is not to be published again for a day's sake: readers take that day from its
    hours, and the DAG's next task finds that its roll-up is missing.
    """
    try:
        return roll_up.body_after_load(options)
    except (step.Failed, *step.RETRYABLE, *step.CLEAR, *step.OF_SPARK) as error:
        reason = step.root_cause(str(error))
        print(f"the load is verified, but its day is not rolled up: {reason}", file=sys.stderr, flush=True)
        return {"failed": reason}


def main(arguments: list[str] | None = None) -> int:
    """The command line."""
    return step.run("publish_and_verify", step.parser("publish_and_verify", __doc__).parse_args(arguments), body)


if __name__ == "__main__":
    sys.exit(main())
