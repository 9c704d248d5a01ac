"""`python -m stack simulate`: a simulated PanDA day into doma_panda.jobsarchived4.

The same day, number of jobs and seed give the same rows.
"""

from __future__ import annotations

import argparse
import time
from collections.abc import Iterator
from datetime import date, timedelta

import numpy as np
import pyarrow as pa

from stack.endpoints import owner_uri
from stack.errors import StackError
from stack.panda_load import ahead, loading
from stack.panda_schema import SCHEMAS
from stack.simulated.columns import batch as batch_of
from stack.simulated.dirt import positions, soiled
from stack.simulated.draw import FIRST_DAY, MAX_JOBS, draw, first_pandaid
from stack.simulated.world import queues, tasks

ROWS = 50_000
# Some jobs of a dirty day are in both archives, as after PanDA's own copying.
COPIES = 30


def add_arguments(parser: argparse.ArgumentParser) -> None:
    """The arguments of `python -m stack simulate`."""
    parser.add_argument("--day", type=_day, required=True, help="the day (UTC) on which the jobs were archived")
    parser.add_argument("--jobs", type=int, default=100_000, help="how many (default: %(default)s)")
    parser.add_argument("--seed", type=int, default=1, help="another seed gives other jobs (default: %(default)s)")
    parser.add_argument("--dirt", action="store_true", help="with a few dozen dirty rows, and copies in jobsarchived")
    parser.add_argument("--replace", action="store_true", help="delete the jobs of that day first")


def run(args: argparse.Namespace) -> int:
    """Simulate a day into the embedded stack's PostgreSQL and print one line. Raises StackError."""
    begin = time.monotonic()
    load_day(owner_uri(), args.day, args.jobs, args.seed, dirt=args.dirt, replace=args.replace)
    seconds = time.monotonic() - begin
    print(f"simulated {args.jobs:,} jobs of {args.day} in {seconds:.1f} s ({args.jobs / seconds:,.0f} jobs/s)")
    return 0


def simulate(day: date, jobs: int, seed: int, dirt: bool = False) -> Iterator[pa.RecordBatch]:
    """The jobs archived on a day, in the order of MODIFICATIONTIME, as batches of the contract's schema.

    Raises StackError for a day or number of jobs that has no PANDAIDs of its own.
    """
    if not 1 <= jobs <= MAX_JOBS:
        raise StackError(f"cannot simulate {jobs} jobs: give 1 to {MAX_JOBS:,}")
    if day < FIRST_DAY:
        raise StackError(f"cannot simulate {day}: give a day from {FIRST_DAY} on")
    if seed < 0:
        raise StackError(f"cannot use seed {seed}: give 0 or more")
    return _batches(day, jobs, seed, dirt)


def load_day(uri: str, day: date, jobs: int, seed: int, *, dirt: bool = False, replace: bool = False) -> None:
    """Load a simulated day in one transaction; with `replace` instead of what the archives hold of that day.

    Raises StackError if jobs of this day and seed are there already.
    """
    batches = simulate(day, jobs, seed, dirt)
    within = f"modificationtime >= '{day}' AND modificationtime < '{day + timedelta(days=1)}'"
    recent, archive = (f"{SCHEMAS[table]}.{table}" for table in ("jobsarchived4", "jobsarchived"))
    first = first_pandaid(day, seed)
    with loading(uri) as load:
        if replace:
            load.execute(f"DELETE FROM {recent} WHERE {within}")
            load.execute(f"DELETE FROM {archive} WHERE {within}")
        elif load.execute(
            f"SELECT 1 FROM {recent} WHERE {within} AND pandaid >= {first} AND pandaid < {first + MAX_JOBS} LIMIT 1"
        ):
            raise StackError(f"{recent} has jobs of {day} and seed {seed}: give --replace, or another day or seed")
        for number, batch in enumerate(ahead(batches)):
            rows = pa.Table.from_batches([batch])
            load.add("jobsarchived4", rows)
            if dirt and number == 0:
                load.add("jobsarchived", rows.take(pa.array(range(0, len(rows), len(rows) // COPIES + 1))))


def _batches(day: date, jobs: int, seed: int, dirty: bool) -> Iterator[pa.RecordBatch]:
    grid, work = queues(), tasks(day, seed)
    drawn = draw(day, jobs, seed, grid, work)
    patches = positions(jobs) if dirty else {}
    for first in range(0, jobs, ROWS):
        rng = np.random.default_rng([seed, day.toordinal(), 3, first])
        rows = slice(first, min(first + ROWS, jobs))
        yield soiled(batch_of(drawn, rows, grid, work, rng), first, patches)


def _day(text: str) -> date:
    try:
        return date.fromisoformat(text)
    except ValueError:
        raise argparse.ArgumentTypeError(f"{text!r} is no day such as 2026-07-01") from None
