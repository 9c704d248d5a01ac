"""`python -m stack airflow`: Airflow's scheduler, triggerer and UI on the running stack, until Ctrl-C.

For schedules, backfills and looking at runs; `python -m stack run` needs none of it. With further words it is Airflow's
own command line on this stack: python -m stack airflow backfill create --help
"""

from __future__ import annotations

import argparse
import subprocess
import sys
import time
from contextlib import ExitStack

from data_models import settings
from stack import airflow, ports
from stack.errors import StackError
from stack.home import Home
from stack.run import bring_keyspace_up_to_date
from stack.session import ended_with_us, interrupted_by_signals

# Not `airflow standalone`: its components serve their logs on all addresses of the machine. The UI reads the files.
COMPONENTS = {
    "api-server": [],
    "dag-processor": [],
    "scheduler": ["--skip-serve-logs"],
    "triggerer": ["--skip-serve-logs"],
}


def add_arguments(parser: argparse.ArgumentParser) -> None:
    """The arguments of `python -m stack airflow`."""
    parser.add_argument("--port", type=int, help="port of the UI on 127.0.0.1 (default: a free one)")
    parser.add_argument("words", nargs=argparse.REMAINDER, help="a command of Airflow's, run instead")


def run(args: argparse.Namespace) -> int:
    """Run until interrupted. Raises StackError if the stack is not up, or a component ends by itself."""
    at = Home.of(None)
    variables = airflow.prepare()
    if args.words:
        return subprocess.call([sys.executable, "-m", "airflow", *args.words], env=variables)
    bring_keyspace_up_to_date()
    address, served = airflow.served(args.port or ports.free())
    variables |= served
    with interrupted_by_signals(), ExitStack() as ending:
        children = {}
        for name, options in COMPONENTS.items():
            out = ending.enter_context((at.logs / f"airflow-{name}.log").open("wb"))
            children[name] = subprocess.Popen(
                [sys.executable, "-m", "airflow", name, *options],
                env=variables,
                cwd=settings.ROOT,
                stdin=subprocess.DEVNULL,
                stdout=out,
                stderr=out,
                start_new_session=True,
            )
            ending.enter_context(ended_with_us(children[name]))
        told = f"user {airflow.ADMIN}, password in {airflow.passwords_file(at)}"
        print(f"Airflow: {address} in half a minute, {told}", flush=True)
        print(f"logs: {at.logs}/airflow-*.log; Ctrl-C ends it", flush=True)
        while True:
            for name, child in children.items():
                if child.poll() is not None:
                    raise StackError(f"Airflow's {name} ended: see the end of {at.logs}/airflow-{name}.log")
            time.sleep(1)
