"""Close attempts that stopped half-way: delete what they left, once a later load is in.

    python -m spark_jobs.reap --window 2026-07-01

An attempt has stopped when its last entry is that all rows are in or an error, or when it began more than six hours
ago; a roll-up of a day, which is closed in the same way, more than an hour. One that is itself the newest of an hour or
day cannot be undone: it is named, and the next load or roll-up supersedes it.
"""

from __future__ import annotations

import argparse
import sys
from datetime import UTC, datetime
from typing import Any

from data_models import settings
from data_models.cassandra_session import cassandra_session
from data_models.grain import Grain
from data_models.ledger import Ledger
from data_models.roll_up import days_of
from data_models.window import format_time, hours
from spark_jobs import step
from spark_jobs.hour_load import close_stopped_loads


def body(options: argparse.Namespace) -> dict[str, Any]:
    """How many attempts were closed, and the hours and days that wait for a new one."""
    with cassandra_session(settings.text("HMSF_KEYSPACE")) as session:
        closed, waiting = reap(Ledger(session), hours(options.window), options.load)
        closed_days, waiting_days = reap(Ledger(session, Grain.DAY), days_of(options.window), options.load)
    if waiting:
        print(f"  these hours have an attempt that is open; load them again if none is running: {', '.join(waiting)}")
    if waiting_days:
        print(f"  these days have an open roll-up; roll them up again if none is running: {', '.join(waiting_days)}")
    return {"closed": closed + closed_days, "open_hours": waiting, "open_days": waiting_days}


def reap(ledger: Ledger, starts: list[datetime], closer: str) -> tuple[int, list[str]]:
    """Close what has stopped in the windows that begin then; how many, and the windows that still have an open one."""
    closed = sum(close_stopped_loads(ledger, start, datetime.now(UTC), closer) for start in starts)
    return closed, [format_time(start) for start in starts if ledger.state(start).open]


def main(arguments: list[str] | None = None) -> int:
    """The command line."""
    parser = step.parser("reap", __doc__, load="reaper")
    return step.run("reap", parser.parse_args(arguments), body)


if __name__ == "__main__":
    sys.exit(main())
