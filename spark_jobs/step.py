"""What every step's command line shares: arguments, timing, exit codes, one JSON line, errors in the operator's words.

Exit codes: 0 done (or superseded by a later load, which is not an error); 65 a retry cannot help (rejected, wrong
settings, bad schema); 75 a retry can help (a server away, a lost session); 2 wrong arguments.
"""

from __future__ import annotations

import argparse
import json
import re
import sys
import time
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from datetime import UTC, datetime
from typing import Any

from cassandra import DriverException, OperationTimedOut, RequestExecutionException, RequestValidationException
from cassandra.cluster import NoHostAvailable
from py4j.protocol import Py4JJavaError
from pyspark.errors import PySparkException

from data_models.ask_arguments import moment
from data_models.cassandra_session import CassandraRefused, CassandraUnavailable
from data_models.cql import SchemaError
from data_models.ledger import ClockError
from data_models.settings import SettingsError
from data_models.window import Window, WindowError, format_time, parse, require_full_hours
from spark_jobs.hour_load import DeadlineExceeded
from spark_jobs.sources.protocol import SourceError, SourceUnavailable
from spark_jobs.staging import StagingError, load_name

DONE, CANNOT_HELP, TRY_AGAIN, USAGE = 0, 65, 75, 2

RETRYABLE = (
    SourceUnavailable,
    CassandraUnavailable,
    NoHostAvailable,
    OperationTimedOut,
    RequestExecutionException,
    DriverException,
)
# What the driver raises for statements that will never do: a table that is not there, a missing right.
HOPELESS = (RequestValidationException,)
# Errors whose text tells the operator what to do.
CLEAR = (
    SourceError,
    SchemaError,
    StagingError,
    SettingsError,
    ClockError,
    CassandraRefused,
    DeadlineExceeded,
    OSError,
)
# What Spark raises, whatever the reason: it is in the text.
OF_SPARK = (Py4JJavaError, PySparkException)
# How errors of executors and of the connector read when a server is away or an executor or its Python worker is lost;
# they reach the driver as text only.
SIGNS_OF_A_SERVER_AWAY = (
    "SourceUnavailable",
    "SnapshotLost",
    "AllNodesFailedException",
    "Failed to open native connection to Cassandra",
    "NoNodeAvailableException",
    "BusyConnectionException",
    "ClosedConnectionException",
    "OverloadedException",
    "ReadTimeoutException",
    "ReadFailureException",
    "WriteTimeoutException",
    "WriteFailureException",
    "UnavailableException",
    "DriverTimeoutException",
    "ExecutorLostFailure",
    "Python worker exited unexpectedly",
    "java.net.SocketException",
)
PYTHON_ERROR = re.compile(r"(?:\w+\.)*\w+(?:Error|Unavailable|Rejected|Lost|Readable|Exception): ")
# How Spark begins what it says of a plan that cannot be; the plan follows.
SPARK_CONDITION = re.compile(r"\[[A-Z][A-Z0-9_.]+\] ")


class Failed(RuntimeError):
    """A step that did not reach its end; the message names window, table and remedy."""


class NotYet(Failed):
    """A step that has to wait for something that is under way elsewhere; the message says for what."""


class Rejected(Failed):
    """A gate rejected the load; the message names load, gate, reason and remedy."""


def window_argument(text: str) -> Window:
    """A window of full hours that has ended. Raises argparse's error, so the usage line says which argument."""
    try:
        window = require_full_hours(parse(text))
    except WindowError as error:
        raise argparse.ArgumentTypeError(str(error)) from error
    if window.end > (now := datetime.now(UTC)):
        raise argparse.ArgumentTypeError(
            f"window {window} has not ended, it is {format_time(now)}: give an earlier one"
        )
    return window


def load_argument(text: str) -> str:
    """A load's name. Raises argparse's error, so the usage line says which argument."""
    try:
        return load_name(text)
    except StagingError as error:
        raise argparse.ArgumentTypeError(str(error)) from error


def parser(module: str, doc: str, load: str | None = None) -> argparse.ArgumentParser:
    """The arguments that every step takes: the window and the load's name (`load`: its default)."""
    arguments = argparse.ArgumentParser(prog=f"python -m spark_jobs.{module}", description=doc.split("\n", 1)[0])
    arguments.add_argument(
        "--window", required=True, type=window_argument, help="START/END, a day or an hour (UTC), on full hours"
    )
    arguments.add_argument(
        "--load",
        required=load is None,
        default=load,
        type=load_argument,
        help="the load's name; all steps of one load give the same",
    )
    arguments.add_argument("--run-id", default="", help="the DAG run, for the ledger")
    return arguments


def add_period(arguments: argparse.ArgumentParser, default: str = "") -> None:
    """Add --from and --to; required, unless it is said what the default is."""
    begin = f"begin (UTC), on a full hour{f' (default: {default})' if default else ''}"
    arguments.add_argument("--from", required=not default, dest="start", type=moment, help=begin)
    arguments.add_argument("--to", required=not default, dest="end", type=moment, help="end, which is not in it")


def period(arguments: argparse.ArgumentParser, options: argparse.Namespace) -> Window | None:
    """The period of full hours that --from and --to give, None without them; a wrong one ends with a usage line."""
    if (options.start is None) != (options.end is None):
        arguments.error("give both --from and --to, or neither")
    try:
        return None if options.start is None else require_full_hours(Window(options.start, options.end))
    except WindowError as error:
        arguments.error(f"--from, --to: {error}")


def run(name: str, options: argparse.Namespace, body: Callable[[argparse.Namespace], dict[str, Any]]) -> int:
    """Run a step's body and return the exit code; prints the JSON line of what the body returns."""
    started = time.monotonic()
    where = f"{name}: window {options.window}, load {options.load}"
    print(where, flush=True)
    try:
        result = body(options)
    except (Failed, *RETRYABLE, *CLEAR) as error:
        retry = isinstance(error, (NotYet, *RETRYABLE)) and not isinstance(error, HOPELESS)
        return _explain(where, with_notes(error, str(error)), retry)
    except OF_SPARK as error:
        text = str(error)
        retry = any(sign in text for sign in SIGNS_OF_A_SERVER_AWAY)
        return _explain(where, with_notes(error, root_cause(text)), retry)
    line = {"step": name, "window": str(options.window), "load": options.load, **result}
    print(json.dumps(line | {"seconds": round(time.monotonic() - started, 1)}), flush=True)
    return DONE


@contextmanager
def telling(note: str) -> Iterator[None]:
    """An error on the way is told with what was done then."""
    try:
        yield
    except Exception as error:
        error.add_note(note)
        raise


def with_notes(error: Exception, text: str) -> str:
    """What an error says, behind what was noted to it on its way; it ends with what helps."""
    return ": ".join((*getattr(error, "__notes__", ()), text))


def _explain(where: str, message: str, retry: bool) -> int:
    hint = "a retry can help" if retry else "a retry cannot help"
    # One line, whatever the drivers say: schedulers and people look at the last one.
    print(f"{where}: {' '.join(message.split())} ({hint})", file=sys.stderr, flush=True)
    return TRY_AGAIN if retry else CANNOT_HELP


def root_cause(text: str) -> str:
    """The line of a Spark error's text that says what went wrong: of a Python traceback, else the last cause, else
    Spark's own word for it."""
    lines = [line.strip() for line in text.splitlines()]
    causes = [line for line in lines if line.startswith("Caused by: ")]
    python = [line for line in lines if PYTHON_ERROR.match(line)]
    conditions = [line for line in lines if SPARK_CONDITION.match(line)]
    told = [line for line in lines if line and not line.startswith("at ")]
    return (python or causes or conditions or told or ["no message"])[-1]
