"""Close attempts that stopped half-way: delete what they left, once a later load is in.

    python -m spark_jobs.reap --window 2026-07-01

An attempt has stopped when its last entry is that all rows are in or an error, or when it began more than six hours
ago. One that is itself the newest of an hour cannot be undone: the hour is named, the next load of it supersedes it.
"""

from __future__ import annotations

import argparse
import sys
from datetime import UTC, datetime
from typing import Any

from data_models import settings
from data_models.cassandra_session import cassandra_session
from data_models.ledger import Ledger
from data_models.window import format_time, hours
from spark_jobs import step
from spark_jobs.hour_load import close_stopped_loads


def body(options: argparse.Namespace) -> dict[str, Any]:
    """How many attempts were closed, and the hours that wait for a new load."""
    closed, waiting = 0, []
    with cassandra_session(settings.text("HMSF_KEYSPACE")) as session:
        ledger = Ledger(session)
        for hour in hours(options.window):
            closed += close_stopped_loads(ledger, hour, datetime.now(UTC), options.load)
            if ledger.state(hour).open:
                waiting.append(format_time(hour))
    if waiting:
        print(f"  these hours have an attempt that is open; load them again if none is running: {', '.join(waiting)}")
    return {"closed": closed, "open_hours": waiting}


def main(arguments: list[str] | None = None) -> int:
    """The command line."""
    parser = step.parser("reap", __doc__, load="reaper")
    return step.run("reap", parser.parse_args(arguments), body)


if __name__ == "__main__":
    sys.exit(main())
