"""`make bench-queries`: how fast questions are answered, with one day of history and with many, beside SQL.

    python -m bench.queries --days 30 --jobs 100000

On servers of its own: simulates and archives the newest day, prints what it costs on disk, asks every question;
archives the days before it, asks them again, and the same of PanDA's PostgreSQL with its indexes. Last a year of
roll-ups: 365 copies of a real day. All warm, from one client; data are on disk, and in the page cache where they fit.
"""

from __future__ import annotations

import argparse
import os
import sys
from contextlib import closing
from datetime import UTC, date, datetime, time, timedelta
from pathlib import Path
from typing import Any

import psycopg2
from psycopg2.extensions import connection as Connection

from bench import history, query_report, sql_questions, write_cost, year
from bench.busiest import busiest
from bench.cases import cases, of_a_year
from bench.measuring import Period, measure
from data_models import cql, questions, settings
from data_models.cassandra_session import cassandra_session
from data_models.reading.archive import Archive
from data_models.window import DAY, HOUR
from stack import endpoints, servers

FIRST = date(2026, 7, 1)


def midnight(day: date) -> datetime:
    """When a day begins."""
    return datetime.combine(day, time(), UTC)


def periods(day: date) -> dict[str, Period]:
    """A whole day, and without its first hour: then nothing comes from roll-ups."""
    start = midnight(day)
    return {"day": (start, start + DAY), "23 hours": (start + HOUR, start + DAY)}


def add_days(archive: Archive, connection: Connection, folder: Path, days: tuple[date, date], jobs: int) -> None:
    """Simulate and archive days; in the end all is on disk and neither server works on it in the background."""
    first, last = days
    seconds = history.add_days(first, last, jobs)
    print(f"{(last - first).days} days of {jobs:,} jobs simulated and archived in {seconds:,.0f} s", flush=True)
    write_cost.flush(archive.session, folder)
    with connection.cursor() as cursor:
        cursor.execute(f"VACUUM (ANALYZE) {sql_questions.JOBS}")


def run(archive: Archive, connection: Connection, folder: Path, options: argparse.Namespace) -> None:
    """Load and ask, step by step."""
    newest = FIRST + timedelta(days=options.days - 1)
    start, end = midnight(newest), midnight(newest) + DAY
    add_days(archive, connection, folder, (newest, end.date()), options.jobs)
    write_cost.tell(archive.session, folder, newest, options.jobs)
    found: dict[str, Any] = busiest(connection, archive, start, end)
    print("\nasked for: " + ", ".join(f"{name} {value}" for name, value in found.items()), flush=True)
    short = list(measure(archive, None, cases(found), periods(newest), found))
    add_days(archive, connection, folder, (FIRST, newest), options.jobs)
    whole = periods(newest) | {f"{options.days} days": (midnight(FIRST), end)}
    long = list(measure(archive, connection, cases(found), whole, found))
    year.copy_of_a_year(archive.session, found, newest, FIRST)
    archive.ledger.forget()
    of_year = {query_report.YEAR: (end - year.DAYS * DAY, end)}
    query_report.tell([*long, *measure(archive, None, of_a_year(found), of_year, found)], short)


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
    keyspace = settings.text("HMSF_KEYSPACE")
    servers.up()
    try:
        with cassandra_session() as session:
            cql.apply(session, keyspace, cql.DEFAULT_REPLICATION, cql.DEFAULT_COMPACTION)
        folder = home / "data" / "cassandra" / "data" / keyspace
        with questions.open_archive() as archive, closing(psycopg2.connect(endpoints.owner_uri())) as connection:
            connection.autocommit = True
            run(archive, connection, folder, options)
    finally:
        servers.reset()
    return 0


if __name__ == "__main__":
    sys.exit(main())
