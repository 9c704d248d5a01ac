"""`make bench-monitor`: how fast the monitor answers a crowd, and beside it PanDA's database asked the same.

    python -m bench.monitor_load --days 3 --jobs 20000 --clients 20

On servers of its own: simulates and archives days, serves the monitor by gunicorn as in production, and asks questions
of random windows, sites, users, tasks and errors: from all clients with a pause after each answer, then without pauses,
then from one client, and the same in SQL. Exits with 1 where an answer is an error, or the 95th percentile of the crowd
with pauses is above --most.
"""

from __future__ import annotations

import argparse
import os
import subprocess
import sys
import time
from collections.abc import Iterator, Mapping
from contextlib import closing, contextmanager
from datetime import UTC, date, datetime, timedelta
from datetime import time as clock
from itertools import islice
from pathlib import Path
from typing import Any
from urllib.request import urlopen

import psycopg2
from psycopg2.extensions import connection as Connection

from bench import history, sql_questions
from bench.busiest import busiest
from bench.latency import Latency
from bench.monitor_clients import alone, by_title, crowd
from bench.monitor_questions import Question, drawn, naive
from data_models import cql, questions, settings
from data_models.cassandra_session import cassandra_session
from data_models.window import Window
from stack import endpoints, monitor, ports, servers
from stack.home import Home

FIRST = date(2026, 7, 1)
WARM_SECONDS = 5
NAMES = 50
PORTION = 200


@contextmanager
def served() -> Iterator[str]:
    """The address of the monitor as it is in production, for readers who have not signed in."""
    at, port = Home.of(None), ports.free()
    variables = monitor.prepare(at) | {"HMSF_MONITOR_ANONYMOUS": "1", "HMSF_MONITOR_RATE": "1000000/minute"}
    command = [sys.executable, "-m", "gunicorn", "--config", "python:monitor.gunicorn", "monitor.wsgi"]
    with (at.logs / "monitor.log").open("wb") as log:
        process = subprocess.Popen(
            command,
            env=variables | {"GUNICORN_CMD_ARGS": f"--bind {ports.LOOPBACK}:{port}"},
            cwd=settings.ROOT,
            stdout=log,
            stderr=log,
        )
        try:
            base = f"http://{ports.LOOPBACK}:{port}"
            wait_for(base)
            yield base
        finally:
            process.terminate()
            process.wait(30)


def wait_for(base: str) -> None:
    """Until the monitor answers. Raises OSError after 30 seconds."""
    end = time.monotonic() + 30
    while True:
        try:
            urlopen(f"{base}/health/", timeout=5).close()
            return
        except OSError:
            if time.monotonic() > end:
                raise
            time.sleep(0.2)


def names(connection: Connection, window: Window) -> dict[str, list[Any]]:
    """The busiest sites, users, tasks, requests and errors, and some jobs, that questions are asked about."""
    within = {"start": naive(window.start), "end": naive(window.end)}

    def top(statement: str) -> list[tuple]:
        with connection.cursor() as cursor:
            cursor.execute(f"{statement} LIMIT {NAMES}", within)
            return cursor.fetchall()

    columns = {"site": "computingsite", "user": "produsername", "task": "jeditaskid", "request": "reqid"}
    known = {kind: [row[0] for row in top(most(column)) if row[0] is not None] for kind, column in columns.items()}
    errors = top(f"{sql_questions.errors('component, code')} ORDER BY count(*) DESC, component, code")
    jobs = top(f"SELECT pandaid FROM {sql_questions.JOBS} WHERE jobstatus = 'failed'")
    return known | {"error": [row[-2:] for row in errors], "pandaid": [row[0] for row in jobs]}


def most(column: str) -> str:
    """SQL for the values of a column by failed jobs."""
    return f"SELECT {column} FROM {sql_questions.JOBS} WHERE jobstatus = 'failed' GROUP BY 1 ORDER BY count(*) DESC, 1"


def sql_alone(connection: Connection, asked: Iterator[Question], number: int) -> Mapping[str, Latency]:
    """One client that asks PanDA's database."""
    times = []
    with connection.cursor() as cursor:
        for question in islice(asked, number):
            begun = time.perf_counter()
            cursor.execute(question.sql, question.values)
            cursor.fetchall()
            times.append((question.title, (time.perf_counter() - begun) * 1000))
    return by_title(times)


def together(latencies: Mapping[str, Latency]) -> Latency:
    """Of all titles."""
    return Latency(tuple(ms for one in latencies.values() for ms in one.milliseconds))


def told(title: str, latencies: Mapping[str, Latency], seconds: float) -> Latency:
    """Print what a crowd saw; the latency of all of it."""
    every = together(latencies)
    number = len(every.milliseconds)
    print(f"\n{title}: {number} answers, {number / seconds:.0f} a second, no error")
    print(f"  {'ms':<22}{'median':>8}{'p95':>8}{'longest':>9}{'answers':>9}")
    for name, one in {**latencies, "all": every}.items():
        print(f"  {name:<22}{one.median:8.1f}{one.p95:8.1f}{max(one.milliseconds):9.1f}{len(one.milliseconds):9}")
    return every


def beside(ours: Mapping[str, Latency], sql: Mapping[str, Latency]) -> None:
    """Print the monitor beside SQL, from one client."""
    print(f"\nfrom one client{'monitor':>19} {'SQL':>8}  SQL / monitor, medians in ms")
    for name in [*(name for name in ours if name in sql), "all"]:
        one, other = (together(kind) if name == "all" else kind[name] for kind in (ours, sql))
        print(f"  {name:<22}{one.median:10.1f} {other.median:8.1f} {other.median / one.median:8.1f}")


def load(options: argparse.Namespace) -> Window:
    """Simulate and archive the days; their window."""
    end = FIRST + timedelta(days=options.days)
    seconds = history.add_days(FIRST, end, options.jobs)
    print(f"{options.days} days of {options.jobs:,} jobs simulated and archived in {seconds:,.0f} s", flush=True)
    start, stop = (datetime.combine(day, clock(), UTC) for day in (FIRST, end))
    return Window(start, stop)


def run(options: argparse.Namespace) -> int:
    """Load, then ask; the exit code."""
    window = load(options)
    with closing(psycopg2.connect(endpoints.owner_uri())) as connection, questions.open_archive() as archive:
        connection.autocommit = True
        with connection.cursor() as cursor:
            cursor.execute(f"ANALYZE {sql_questions.JOBS}")
        known, base = names(connection, window), busiest(connection, archive, window.start, window.end)
        with served() as address:

            def clients(seed: int) -> list[Iterator[Question]]:
                return [drawn(seed + number, window, known, base) for number in range(options.clients)]

            crowd(address, clients(1_000_000), WARM_SECONDS, 0)
            paused = crowd(address, clients(0), options.seconds, options.pause)
            every = told(f"{options.clients} clients, a pause of {options.pause} s", paused, options.seconds)
            told(f"{options.clients} clients without pauses", crowd(address, clients(1000), 10, 0), 10)
            ours = alone(address, drawn(7, window, known, base), PORTION)
            beside(ours, sql_alone(connection, drawn(7, window, known, base), PORTION))
    print(f"\n95 of 100 answers within {every.p95:.1f} ms; allowed: {options.most} ms")
    return 1 if every.p95 > options.most else 0


def main() -> int:
    """The command line."""
    parser = argparse.ArgumentParser(prog="python -m bench.monitor_load", description=__doc__.split("\n", 1)[0])
    parser.add_argument("--days", type=int, default=30, help="days of history (default: %(default)s)")
    parser.add_argument("--jobs", type=int, default=20_000, help="a day (default: %(default)s)")
    parser.add_argument("--clients", type=int, default=20, help="at once (default: %(default)s)")
    parser.add_argument("--seconds", type=float, default=30, help="for so long (default: %(default)s)")
    parser.add_argument("--pause", type=float, default=1, help="seconds between questions (default: %(default)s)")
    parser.add_argument("--most", type=float, default=50, help="95th percentile in ms (default: %(default)s)")
    options = parser.parse_args()
    os.environ["HMSF_HOME"] = str(Path(settings.BY_NAME["HMSF_HOME"].default) / "bench-monitor")
    servers.up()
    try:
        with cassandra_session() as session:
            cql.apply(session, settings.text("HMSF_KEYSPACE"), cql.DEFAULT_REPLICATION, cql.DEFAULT_COMPACTION)
        return run(options)
    finally:
        servers.reset()


if __name__ == "__main__":
    sys.exit(main())
