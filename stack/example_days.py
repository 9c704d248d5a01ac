"""`python -m stack example-days`: archive the few simulated jobs that the docs of the model show."""

from __future__ import annotations

import argparse

from data_models import cql, settings
from data_models.cassandra_session import cassandra_session
from data_models.example_days import PERIOD
from data_models.window import DAY, split
from spark_jobs import archive
from stack.endpoints import owner_uri
from stack.errors import StackError
from stack.simulate import load_day

LOAD = "example-days"
JOBS, SEED = 1500, 1


def add_arguments(parser: argparse.ArgumentParser) -> None:
    """It takes none."""


def run(_: argparse.Namespace) -> int:
    """Make the keyspace, simulate, archive and roll up. Raises StackError."""
    with cassandra_session() as session:
        cql.apply(session, settings.text("HMSF_KEYSPACE"), cql.DEFAULT_REPLICATION, cql.DEFAULT_COMPACTION)
    archive_days()
    return 0


def archive_days() -> None:
    """Simulate the jobs into PanDA's database, instead of what it has of these days, and run all steps on them.

    Raises StackError where a step fails; it says why itself.
    """
    for day in split(PERIOD, DAY):
        load_day(owner_uri(), day.start.date(), JOBS, SEED, replace=True)
    if archive.main(["--window", str(PERIOD), "--load", LOAD]):
        raise StackError(f"the example days {PERIOD} were not archived: see above")
