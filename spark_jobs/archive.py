"""All steps of one load in one Spark application: extract, gate, aggregate, gate, publish, verify, roll up.

    python -m spark_jobs.archive --window 2026-07-01T10 --load NAME

Days that are complete by it are rolled up. The DAGs have an application for each part between gates; this is for a
shell, for tests and for the benchmark.
"""

from __future__ import annotations

import argparse
import sys
from typing import Any

from spark_jobs import aggregate, extract, publish, roll_up, step, verify
from spark_jobs.session import spark_session

STEPS = {
    "extract": extract.body,
    "aggregate": aggregate.body,
    "publish": publish.body,
    "verify": verify.body,
    "roll_up": roll_up.body_after_load,
}


def body(options: argparse.Namespace) -> dict[str, Any]:
    """What each step returns, by its name. Raises what they raise; a rejected gate stops it."""
    # The application's session, which its steps then share.
    spark_session("archive")
    return {name: step_body(options) for name, step_body in STEPS.items()}


def main(arguments: list[str] | None = None) -> int:
    """The command line."""
    return step.run("archive", step.parser("archive", __doc__).parse_args(arguments), body)


if __name__ == "__main__":
    sys.exit(main())
