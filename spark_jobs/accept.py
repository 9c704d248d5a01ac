"""Accept a load that a gate has rejected: it goes on when its next step is run. Who and why stay in the ledger.

python -m spark_jobs.accept --window 2026-07-01 --load NAME --gate jobs --by anna --reason "known outage"
"""

from __future__ import annotations

import argparse
import sys
from typing import Any

from data_models import settings
from data_models.cassandra_session import cassandra_session
from data_models.ledger import Ledger
from spark_jobs import step
from spark_jobs.gate_ledger import GATES, accept


def body(options: argparse.Namespace) -> dict[str, Any]:
    """Who accepted what. Raises Rejected when there is nothing to accept."""
    with cassandra_session(settings.text("HMSF_KEYSPACE")) as session:
        accept(Ledger(session), options.window, options.load, options.gate, options.by, options.reason)
    return {"gate": options.gate, "accepted_by": options.by, "reason": options.reason}


def words(text: str) -> str:
    """A text that says something. Raises argparse's error."""
    if not text.strip():
        raise argparse.ArgumentTypeError("it is empty: say who, and why")
    return text.strip()


def main(arguments: list[str] | None = None) -> int:
    """The command line."""
    parser = step.parser("accept", __doc__)
    parser.add_argument("--gate", required=True, choices=GATES)
    parser.add_argument("--by", required=True, type=words, help="who accepts it")
    parser.add_argument("--reason", required=True, type=words, help="why its data may be published all the same")
    return step.run("accept", parser.parse_args(arguments), body)


if __name__ == "__main__":
    sys.exit(main())
