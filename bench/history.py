"""Days of simulated jobs: put into PanDA's database and archived, in a process of its own, so that Spark's JVM is gone
when questions are asked.

    python -m bench.history --from 2026-07-01 --to 2026-07-11 --jobs 100000
"""

from __future__ import annotations

import argparse
import os
import subprocess
import sys
import time
from datetime import date, timedelta

from data_models import settings
from spark_jobs import archive
from stack import endpoints, simulate

SEED = 1
# Days of one load: each load takes a minute beside its jobs.
DAYS_A_LOAD = 10
ONE_DAY = timedelta(days=1)


def add_days(first: date, last: date, jobs: int, keyspace: str | None = None) -> float:
    """Simulate and archive the days from `first` to before `last`, in a keyspace, None: that of the settings; seconds
    of all. Raises CalledProcessError."""
    begun = time.monotonic()
    command = [sys.executable, "-m", "bench.history", "--from", str(first), "--to", str(last), "--jobs", str(jobs)]
    variables = os.environ | {"HMSF_KEYSPACE": keyspace or settings.text("HMSF_KEYSPACE")}
    done = subprocess.run(
        command, env=variables, stdout=subprocess.PIPE, stderr=subprocess.STDOUT, text=True, check=False
    )
    if done.returncode:
        print(done.stdout, file=sys.stderr)
        done.check_returncode()
    return time.monotonic() - begun


def main() -> int:
    """The command line."""
    parser = argparse.ArgumentParser(prog="python -m bench.history", description=__doc__.split("\n", 1)[0])
    parser.add_argument("--from", dest="first", type=date.fromisoformat, required=True)
    parser.add_argument("--to", dest="last", type=date.fromisoformat, required=True)
    parser.add_argument("--jobs", type=int, required=True, help="a day")
    options = parser.parse_args()
    day = options.first
    while day < options.last:
        end = min(day + DAYS_A_LOAD * ONE_DAY, options.last)
        for number in range((end - day).days):
            simulate.load_day(endpoints.owner_uri(), day + number * ONE_DAY, options.jobs, SEED, replace=True)
        if code := archive.main(["--window", f"{day}/{end}", "--load", f"{settings.text('HMSF_KEYSPACE')}-{day}"]):
            return code
        day = end
    return 0


if __name__ == "__main__":
    sys.exit(main())
