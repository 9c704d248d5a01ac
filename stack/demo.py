"""`python -m stack demo`: the whole path on this machine, from jobs in PanDA's database to answers from Cassandra."""

from __future__ import annotations

import argparse
import time
from collections.abc import Iterator
from concurrent.futures import Future, ThreadPoolExecutor
from contextlib import ExitStack, closing, contextmanager
from datetime import UTC, date, datetime, timedelta
from pathlib import Path

import psycopg2

from data_models import settings
from data_models.cassandra_session import cassandra_session
from stack import panda_import, servers, simulate
from stack.endpoints import owner_uri
from stack.errors import StackError
from stack.oracle_listener import oracle_listening
from stack.panda_schema import PARENT, PARTITIONED
from stack.run import DagProcess, bring_keyspace_up_to_date
from stack.session import interrupted_by_signals
from stack.showcase import day_window, show

DAG = "archive_daily"
SEED = 1
SOURCES = ("postgres", "oracle")
ORACLE_IN_WORDS = """
Source: Oracle, by way of a test listener on {dsn}. There is no Oracle server here: the listener speaks
Oracle's client protocol to the real driver and answers from the embedded PostgreSQL. It shows the Oracle path of this
project at work, not Oracle's own behaviour or speed (tests/oracle_listener/README.md).
"""


def add_arguments(parser: argparse.ArgumentParser) -> None:
    """The arguments of `python -m stack demo`."""
    parser.add_argument("--jobs", type=int, default=100_000, help="how many jobs to simulate (default: %(default)s)")
    parser.add_argument("--day", type=_day, default=date(2026, 7, 1), help="the day to simulate (default: %(default)s)")
    parser.add_argument("--file", type=Path, help="import this file of jobs instead: CSV, JSON lines or Parquet")
    parser.add_argument(
        "--source", choices=SOURCES, default=SOURCES[0], help="how the jobs are read (default: %(default)s)"
    )


def run(args: argparse.Namespace) -> int:
    """Run the demo and return its exit code. Raises StackError.

    The servers stay up, unless it is interrupted and started them itself.
    """
    begun = time.monotonic()
    started = any(server.state != "up" for server in servers.status())
    try:
        with interrupted_by_signals():
            servers.up()
            with source(args.source), ExitStack() as ending:
                with made_ready(ending) as runs:
                    days = import_days(args.file) if args.file else [simulated_day(args.day, args.jobs)]
                for day in days:
                    if runs.result().run_window(day_window(day).end):
                        return 1
            with cassandra_session(settings.text("HMSF_KEYSPACE")) as session:
                show(session, days)
    except KeyboardInterrupt:
        if started:
            servers.down()
        raise
    print(f"\n{time.monotonic() - begun:.0f} s in all. The servers are still up: `make down` stops them, data stays.")
    return 0


@contextmanager
def made_ready(ending: ExitStack) -> Iterator[Future[DagProcess]]:
    """Airflow and the keyspace are made ready meanwhile: simulating and importing leave a processor idle."""
    with ThreadPoolExecutor() as pool:
        runs = pool.submit(DagProcess, DAG)
        keyspace = pool.submit(bring_keyspace_up_to_date)
        ending.callback(lambda: runs.exception() or runs.result().end())
        yield runs
    keyspace.result()


@contextmanager
def source(kind: str) -> Iterator[None]:
    """The settings lead to the embedded PostgreSQL, or to the test listener for Oracle in front of it."""
    if kind == "postgres":
        yield
        return
    with oracle_listening() as dsn:
        print(ORACLE_IN_WORDS.format(dsn=dsn), flush=True)
        yield


def simulated_day(day: date, jobs: int) -> date:
    """A day that has jobs in PanDA's database: simulated ones, unless there are some already. Raises StackError."""
    if day_window(day).end > datetime.now(UTC):
        raise StackError(f"{day} is not over yet: give an earlier day")
    present = sum(jobs_by_day(day, day).values())
    if present:
        print(f"{PARENT} has {present:,} jobs of {day}: none are simulated (`make reset` deletes all data)", flush=True)
    else:
        simulate.run(argparse.Namespace(day=day, jobs=jobs, seed=SEED, dirt=False, replace=False))
    return day


def import_days(file: Path) -> list[date]:
    """Import a file; the days of its jobs that can be archived, in order. Raises StackError."""
    done = panda_import.load_file(owner_uri(), file, PARTITIONED)
    if not done.rows:
        raise StackError(f"{file} has no jobs")
    found = jobs_by_day(done.first.date(), done.last.date())
    today = datetime.now(UTC).date()
    days = [day for day in found if day < today]
    print(f"imported {done.rows:,} jobs; {len(days)} days to archive: {', '.join(map(str, days))}", flush=True)
    if left := [day for day in found if day >= today]:
        print(f"not over yet, and left out: {', '.join(map(str, left))}", flush=True)
    if not days:
        raise StackError(f"no job of {file} belongs to a day that is over")
    return days


def jobs_by_day(first: date, last: date) -> dict[date, int]:
    """The days from `first` to `last` that have jobs in the archive of PanDA's database, and how many, in order."""
    with closing(psycopg2.connect(owner_uri())) as connection, connection.cursor() as cursor:
        cursor.execute(
            f"SELECT CAST(modificationtime AS date) AS day, count(*) FROM {PARENT} "
            "WHERE modificationtime >= %s AND modificationtime < %s GROUP BY 1 ORDER BY 1",
            (first, last + timedelta(days=1)),
        )
        return dict(cursor.fetchall())


def _day(text: str) -> date:
    try:
        return date.fromisoformat(text)
    except ValueError:
        raise argparse.ArgumentTypeError(f"{text!r} is no day such as 2026-07-01") from None
