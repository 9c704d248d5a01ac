"""`make bench-queries`: how fast questions are answered, with one day of history and with many, beside SQL.

    python -m bench.queries --days 30 --jobs 100000

On servers of its own: simulates and archives the newest day in a keyspace of its own, prints what it costs on disk;
archives all days in another one. Asks every question of both in turn (what a long history adds), and of PanDA's
PostgreSQL with its indexes. Last a year of roll-ups: 365 copies of a real day. All warm, from one client; data are on
disk, and in the page cache where they fit.
"""

from __future__ import annotations

import argparse
import os
import sys
from collections.abc import Iterator
from contextlib import closing, contextmanager
from datetime import UTC, date, datetime, time, timedelta
from pathlib import Path
from typing import Any

import psycopg2
from psycopg2.extensions import connection as Connection

from bench import history, query_report, sql_questions, write_cost, year
from bench.busiest import busiest
from bench.cases import cases, of_a_year
from bench.measuring import Period, measure
from data_models import cql, settings
from data_models.cassandra_session import cassandra_session
from data_models.reading.archive import Archive
from data_models.window import DAY, HOUR
from stack import endpoints, servers

FIRST = date(2026, 7, 1)
ONE_DAY = "newest_day_alone"


def midnight(day: date) -> datetime:
    """When a day begins."""
    return datetime.combine(day, time(), UTC)


def periods(day: date) -> dict[str, Period]:
    """A whole day, and without its first hour: then nothing comes from roll-ups."""
    start = midnight(day)
    return {"day": (start, start + DAY), "23 hours": (start + HOUR, start + DAY)}


@contextmanager
def archive_of(keyspace: str, days: tuple[date, date], jobs: int) -> Iterator[Archive]:
    """A keyspace with days of simulated jobs; all is on disk, and nothing is worked on in the background."""
    first, last = days
    with cassandra_session() as session:
        cql.apply(session, keyspace, cql.DEFAULT_REPLICATION, cql.DEFAULT_COMPACTION)
    seconds = history.add_days(first, last, jobs, keyspace)
    print(f"{(last - first).days} days of {jobs:,} jobs simulated and archived in {seconds:,.0f} s", flush=True)
    with cassandra_session(keyspace) as session:
        write_cost.flush(session, write_cost.folder_of(keyspace))
        yield Archive(session)


def run(connection: Connection, options: argparse.Namespace) -> None:
    """Load and ask, step by step."""
    newest = FIRST + timedelta(days=options.days - 1)
    start, end = midnight(newest), midnight(newest) + DAY
    jobs = options.jobs
    with archive_of(ONE_DAY, (newest, end.date()), jobs) as short:
        write_cost.tell(short.session, write_cost.folder_of(ONE_DAY), newest, jobs)
        with archive_of(settings.text("HMSF_KEYSPACE"), (FIRST, end.date()), jobs) as archive:
            with connection.cursor() as cursor:
                cursor.execute(f"VACUUM (ANALYZE) {sql_questions.JOBS}")
            found: dict[str, Any] = busiest(connection, archive, start, end)
            print("\nasked for: " + ", ".join(f"{name} {value}" for name, value in found.items()), flush=True)
            of_day = periods(newest)
            whole = of_day | {f"{options.days} days": (midnight(FIRST), end)}
            measured = list(measure(archive, connection, cases(found), whole, found, short, of_day))
            year.copy_of_a_year(archive.session, found, newest, FIRST)
            archive.ledger.forget()
            of_year = {query_report.YEAR: (end - year.DAYS * DAY, end)}
            query_report.tell([*measured, *measure(archive, None, of_a_year(found), of_year, found)])


def main() -> int:
    """The command line."""
    parser = argparse.ArgumentParser(prog="python -m bench.queries", description=__doc__.split("\n", 1)[0])
    parser.add_argument("--days", type=int, default=30, help="days of history (default: %(default)s)")
    parser.add_argument("--jobs", type=int, default=100_000, help="a day (default: %(default)s)")
    options = parser.parse_args()
    if options.days < 2:
        parser.error("--days: give 2 or more")
    home = Path(settings.BY_NAME["HMSF_HOME"].default) / "bench-queries"
    os.environ["HMSF_HOME"] = str(home)
    servers.up()
    try:
        with closing(psycopg2.connect(endpoints.owner_uri())) as connection:
            connection.autocommit = True
            run(connection, options)
    finally:
        servers.reset()
    return 0


if __name__ == "__main__":
    sys.exit(main())
