"""`make bench`: how fast a day is archived, beside the naive way, on servers of its own.

    python -m bench.archive_day --jobs 200000

Prints seconds and jobs per second of each stage, the ratios, peak memory, and what the day costs in each table. The day
is read once before the first way, so that none of them finds a cold cache.
"""

from __future__ import annotations

import argparse
import json
import os
import subprocess
import sys
from datetime import date
from pathlib import Path

import psycopg2

from bench import write_cost
from bench.memory import PeakMemory
from data_models import settings
from data_models.cassandra_session import cassandra_session
from data_models.tables import query_tables
from stack import endpoints, servers, simulate

DAY = date(2026, 7, 1)
HOUR = "2026-07-01T12"
NAMES = {"naive": "naive way", "ungated": "ours without gates and verification", "ours": "ours, all included"}
KEYSPACES = {"naive": "bench_naive", "ungated": "bench_ungated", "ours": "bench_ours"}


def run_way(way: str, window: str, load: str, keyspace: str) -> dict:
    """One way in its own process; its stages' seconds and peak memory (MB). Raises CalledProcessError."""
    command = [sys.executable, "-m", "bench.way", way, "--window", window, "--load", load]
    environment = os.environ | {"HMSF_KEYSPACE": keyspace}
    with (
        subprocess.Popen(
            command, env=environment, stdout=subprocess.PIPE, stderr=subprocess.PIPE, text=True
        ) as process,
        PeakMemory(process.pid, {server.name: server.pid for server in servers.status()}) as memory,
    ):
        out, err = process.communicate()
    if process.returncode:
        print(out, err, file=sys.stderr)
        raise subprocess.CalledProcessError(process.returncode, command)
    return json.loads(out.splitlines()[-1]) | {"peaks": dict(memory.peaks)}


def table_counts(keyspace: str) -> dict[str, int]:
    """Rows of each aggregate table in a keyspace that holds one day."""
    counts = {}
    with cassandra_session(keyspace) as session:
        for table in query_tables():
            if table.figures:
                counts[table.name] = session.execute(f"SELECT count(*) AS n FROM {table.name}").one().n
    return counts


def told(name: str, jobs: int, result: dict) -> float:
    """Print one way; returns its seconds without the start of Spark."""
    work = {stage: seconds for stage, seconds in result["seconds"].items() if stage != "start of Spark"}
    total = sum(work.values())
    print(
        f"\n{name}: {total:.1f} s, {jobs / total:,.0f} jobs/s, after {result['seconds']['start of Spark']} s of start"
    )
    for stage, seconds in work.items():
        print(f"  {stage:<10} {seconds:7.1f} s  {jobs / seconds:10,.0f} jobs/s")
    print("  peak memory: " + ", ".join(f"{kind} {peak:,} MB" for kind, peak in result["peaks"].items()))
    return total


def main() -> int:
    """The command line."""
    parser = argparse.ArgumentParser(prog="python -m bench.archive_day", description=__doc__.split("\n", 1)[0])
    parser.add_argument("--jobs", type=int, default=200_000)
    parser.add_argument("--ours-only", action="store_true", help="leave the naive way out")
    options = parser.parse_args()
    os.environ["HMSF_HOME"] = str(Path(settings.BY_NAME["HMSF_HOME"].default) / "bench")
    servers.up()
    try:
        simulate.load_day(endpoints.owner_uri(), DAY, options.jobs, seed=1, replace=True)
        with psycopg2.connect(endpoints.owner_uri()) as connection, connection.cursor() as cursor:
            cursor.execute("SELECT count(*), sum(length(jobstatus)) FROM doma_panda.jobsarchived4")
        seconds, ways = {}, [way for way in KEYSPACES if way != "naive" or not options.ours_only]
        for way in ways:
            seconds[way] = told(NAMES[way], options.jobs, run_way(way, str(DAY), f"bench-{way}", KEYSPACES[way]))
        with cassandra_session(KEYSPACES["ours"]) as session:
            folder = write_cost.folder_of(KEYSPACES["ours"])
            write_cost.flush(session, folder)
            write_cost.tell(session, folder, DAY, options.jobs)
        hour = run_way("ours", HOUR, "bench-hour", "bench_hour")
        told(f"one hour of that day ({HOUR})", options.jobs // 24, hour)
        if not options.ours_only:
            counts = {way: table_counts(KEYSPACES[way]) for way in ("naive", "ours")}
            print(f"\nrows of the tables equal: {counts['naive'] == counts['ours']} {counts['ours']}")
            print(f"naive way / ours without gates: {seconds['naive'] / seconds['ungated']:.1f}")
            print(f"naive way / ours:               {seconds['naive'] / seconds['ours']:.1f}")
        print(f"gates and verification take:    {1 - seconds['ungated'] / seconds['ours']:.0%} of ours")
    finally:
        servers.reset()
    return 0


if __name__ == "__main__":
    sys.exit(main())
