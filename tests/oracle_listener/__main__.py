"""`python -m tests.oracle_listener`: the test listener as a process, on the embedded stack that is up.

    HMSF_ORACLE_USER=hmsf HMSF_ORACLE_PASSWORD=... python -m tests.oracle_listener --port 1521

Prints one line when it listens, and runs until SIGTERM or Ctrl-C. It is no Oracle: see README.md.
"""

from __future__ import annotations

import argparse
import os
import secrets
import signal
import sys

from .accounts import Account
from .on_stack import USER, listening


def main() -> int:
    """The command line."""
    parser = argparse.ArgumentParser(prog="python -m tests.oracle_listener", description=__doc__.split("\n", 1)[0])
    parser.add_argument("--port", type=int, default=0, help="where to listen on 127.0.0.1; 0: a free port")
    parser.add_argument("--offset", default="+00:00", help="time zone of the database's machine (default: %(default)s)")
    options = parser.parse_args()
    name, given = os.environ.get("HMSF_ORACLE_USER") or USER, os.environ.get("HMSF_ORACLE_PASSWORD")
    account = Account(name, given or secrets.token_urlsafe(12))
    # Blocked from the start, so that no thread takes them.
    ends = {signal.SIGTERM, signal.SIGINT, signal.SIGHUP}
    signal.pthread_sigmask(signal.SIG_BLOCK, ends)
    with listening(account=account, port=options.port, offset=options.offset) as listener:
        known = "HMSF_ORACLE_PASSWORD" if given else account.password
        print(f"oracle test listener (no Oracle): {listener.dsn} user {account.name} password {known}", flush=True)
        signal.sigwait(ends)
    return 0


if __name__ == "__main__":
    sys.exit(main())
