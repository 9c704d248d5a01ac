"""Ask the ledger whether a gate let a load pass; exits with 65 and the reason when it did not.

python -m spark_jobs.gate --window 2026-07-01 --load NAME --gate jobs
"""

from __future__ import annotations

import argparse
import sys
from typing import Any

from data_models import settings
from data_models.cassandra_session import cassandra_session
from data_models.ledger import Ledger
from spark_jobs import step
from spark_jobs.gate_ledger import GATES, require_passed


def body(options: argparse.Namespace) -> dict[str, Any]:
    """The verdict's note. Raises Rejected."""
    with cassandra_session(settings.text("HMSF_KEYSPACE")) as session:
        note = require_passed(Ledger(session), options.window, options.load, options.gate)
    return {"gate": options.gate, "note": note}


def main(arguments: list[str] | None = None) -> int:
    """The command line."""
    parser = step.parser("gate", __doc__)
    parser.add_argument("--gate", required=True, choices=GATES)
    return step.run("gate", parser.parse_args(arguments), body)


if __name__ == "__main__":
    sys.exit(main())
