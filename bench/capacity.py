"""What years of the archive take on disk, from a day that is archived on the embedded stack.

    python -m bench.capacity --day 2026-07-01

Prints Markdown: bytes a job of each table (all files, indexes included), a day and years of one and two million jobs a
day, with the replication. The keyspace has to hold that day alone. Tables of figures grow by their keys, not by jobs,
so a day of few jobs overstates them.
"""

from __future__ import annotations

import argparse
import sys
from datetime import date

from bench.write_cost import bytes_by_table, flush, folder_of, rows_by_table
from data_models import settings
from data_models.cassandra_session import cassandra_session
from data_models.tables import all_tables

YEARS = (1, 2, 3, 5, 10)
JOBS_A_DAY = (1_000_000, 2_000_000)
DAYS_A_YEAR = 365.25
LEDGER = "ledger"


def bytes_per_job(sizes: dict[str, int], jobs: int) -> dict[str, float]:
    """Bytes a job of each query table, and of all tables of the ledger together."""
    names = [table.name for table in all_tables()]
    ledger = sum(size for name, size in sizes.items() if name.startswith(LEDGER))
    return {name: sizes.get(name, 0) / jobs for name in names} | {LEDGER: ledger / jobs}


def by_table(per_job: dict[str, float], replication: int) -> list[str]:
    """A Markdown table: each query table, what it takes of a job, of a day and of ten years."""
    copies = f"{replication} copies"
    heads = ("table", "bytes a job", "MB a day of 1 million jobs", f"the same, {copies}", f"ten years, {copies}")
    lines = [f"| {' | '.join(heads)} |", "|---|---:|---:|---:|---:|"]
    for name, size in (*per_job.items(), ("all", sum(per_job.values()))):
        years = size * 1e6 * DAYS_A_YEAR * 10 * replication / 1e9
        lines.append(f"| {name} | {size:,.1f} | {size:,.1f} | {size * replication:,.1f} | {years:,.0f} GB |")
    return lines


def by_years(total: float, replication: int) -> list[str]:
    """A Markdown table: TB of all tables after some years."""
    heads = [f"{jobs // 1_000_000} million a day" for jobs in JOBS_A_DAY]
    lines = [
        f"| years | {' | '.join(f'{head}, one copy | {head}, {replication} copies' for head in heads)} |",
        "|---|" + "---:|" * 2 * len(heads),
    ]
    for years in YEARS:
        sizes = [total * jobs * DAYS_A_YEAR * years / 1e12 for jobs in JOBS_A_DAY]
        cells = (f"{size:,.2f} TB | {size * replication:,.2f} TB" for size in sizes)
        lines.append(f"| {years} | {' | '.join(cells)} |")
    return lines


def main(arguments: list[str] | None = None) -> int:
    """The command line."""
    parser = argparse.ArgumentParser(prog="python -m bench.capacity", description=__doc__.split("\n", 1)[0])
    parser.add_argument("--day", required=True, type=date.fromisoformat, help="the one day that is archived")
    parser.add_argument("--replication", type=int, default=3, help="copies of each row (default: %(default)s)")
    options = parser.parse_args(arguments)
    keyspace = settings.text("HMSF_KEYSPACE")
    folder = folder_of(keyspace)
    with cassandra_session(keyspace) as session:
        flush(session, folder)
        jobs = rows_by_table(session, options.day)["job"]
    if not jobs:
        parser.error(f"--day {options.day}: no hour of it is archived in keyspace {keyspace}")
    per_job = bytes_per_job(bytes_by_table(folder), jobs)
    print(f"{jobs:,} jobs of {options.day}\n")
    print(
        "\n".join([*by_table(per_job, options.replication), "", *by_years(sum(per_job.values()), options.replication)])
    )
    return 0


if __name__ == "__main__":
    sys.exit(main())
