"""Commands of Airflow's command line, one after the other in one process: importing Airflow takes seconds.

python -m stack.airflow_commands '[["db", "migrate"], ["pools", "list"]]'
"""

from __future__ import annotations

import json
import sys

from airflow.__main__ import main as airflow


def main(commands: str) -> None:
    """Run the commands (JSON: a list of words each). Raises what one of them raises, and then no other is run."""
    for words in json.loads(commands):
        sys.argv = ["airflow", *words]
        airflow()


if __name__ == "__main__":
    main(*sys.argv[1:])
