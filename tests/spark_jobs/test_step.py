"""What every step's command line shares: one clear line for what is wrong, and an exit code that says if to retry."""

from __future__ import annotations

import argparse
import json
from datetime import UTC, datetime, timedelta
from typing import Any

import pytest
from cassandra import InvalidRequest, OperationTimedOut, Unavailable
from cassandra.cluster import NoHostAvailable
from pyspark.errors import AnalysisException

from data_models.cassandra_session import CassandraRefused, CassandraUnavailable
from data_models.cql import SchemaError
from data_models.ledger import ClockError
from data_models.settings import SettingsError
from data_models.window import format_time, hour_of
from spark_jobs import step
from spark_jobs.hour_load import DeadlineExceeded
from spark_jobs.sources.protocol import SchemaRejected, SourceConfigurationError, SourceUnavailable
from spark_jobs.staging import StagingError

ARGUMENTS = ["--window", "2025-07-01T10", "--load", "load"]


def options(*more: str) -> argparse.Namespace:
    """Parsed arguments."""
    return step.parser("extract", "What it does.\n\nMore.").parse_args([*ARGUMENTS, *more])


def run(error: BaseException | None = None, **result: Any) -> int:
    """Run a body that raises or returns."""

    def body(_: argparse.Namespace) -> dict[str, Any]:
        if error:
            raise error
        return result

    return step.run("extract", options(), body)


def test_a_step_that_is_done_prints_one_json_line(capsys: pytest.CaptureFixture[str]) -> None:
    assert run(rows=3) == 0
    lines = capsys.readouterr().out.splitlines()
    assert lines[0] == "extract: window 2025-07-01T10:00Z/2025-07-01T11:00Z, load load"
    line = json.loads(lines[-1])
    assert line.pop("seconds") >= 0
    assert line == {
        "step": "extract",
        "window": "2025-07-01T10:00Z/2025-07-01T11:00Z",
        "load": "load",
        "rows": 3,
    }


@pytest.mark.parametrize(
    ("error", "code"),
    [
        (SourceUnavailable("the server\n\tis away\n"), 75),
        (CassandraUnavailable("the server is away"), 75),
        (NoHostAvailable("no host", {}), 75),
        (OperationTimedOut(), 75),
        (Unavailable("no quorum"), 75),
        (InvalidRequest("unconfigured table ledger_transition"), 65),
        (CassandraRefused("no keyspace"), 65),
        (SourceConfigurationError("no right"), 65),
        (SchemaRejected("column x"), 65),
        (SchemaError("key"), 65),
        (StagingError("nothing staged"), 65),
        (SettingsError("HMSF_X"), 65),
        (ClockError("clock"), 65),
        (DeadlineExceeded("six hours"), 65),
        (FileNotFoundError("no jars"), 65),
        (step.Rejected("gate"), 65),
        (step.Failed("unequal"), 65),
        (AnalysisException("no such column"), 65),
        (AnalysisException("Job aborted: ExecutorLostFailure (executor 1 exited, killed by the system)"), 75),
        (AnalysisException("Python worker exited unexpectedly (crashed)\nCaused by: java.io.EOFException"), 75),
        (AnalysisException("Caused by: com.datastax.oss.driver.api.core.AllNodesFailedException: all failed"), 75),
    ],
)
def test_an_error_is_one_line_that_names_the_load_and_says_whether_a_retry_can_help(
    error: BaseException, code: int, capsys: pytest.CaptureFixture[str]
) -> None:
    assert run(error) == code
    printed = capsys.readouterr()
    assert len(printed.err.splitlines()) == 1
    assert printed.err.startswith("extract: window 2025-07-01T10:00Z/2025-07-01T11:00Z, load load: ")
    assert printed.err.endswith("(a retry can help)\n" if code == 75 else "(a retry cannot help)\n")
    assert '"step"' not in printed.out


@pytest.mark.parametrize("error", [SourceUnavailable("it is away"), AnalysisException("no such column")])
def test_an_error_is_told_with_what_was_done_then(error: Exception, capsys: pytest.CaptureFixture[str]) -> None:
    with pytest.raises(type(error)), step.telling("while table job was written"):
        raise error
    run(error)
    assert f"while table job was written: {error} (a retry" in capsys.readouterr().err


def test_a_bug_is_not_swallowed() -> None:
    with pytest.raises(ZeroDivisionError):
        run(ZeroDivisionError())


@pytest.mark.parametrize(
    ("window", "says"),
    [
        ("yesterday", "is no time"),
        ("2025-07-01T10:15", "is no window"),
        ("2025-07-01T10/2025-07-01T10", "is empty"),
        ("2025-07-02/2025-07-01", "is reversed"),
        ("2025-07-01T10:30/2025-07-01T11:30", "full hours"),
        ("9999-01-01", "has not ended"),
        ("9999-12-31", "outside the years"),
    ],
)
def test_a_window_that_cannot_be_loaded_is_a_usage_error(
    window: str, says: str, capsys: pytest.CaptureFixture[str]
) -> None:
    with pytest.raises(SystemExit) as stopped:
        step.parser("extract", "Doc.").parse_args(["--window", window, "--load", "load"])
    assert stopped.value.code == 2
    last = capsys.readouterr().err.splitlines()[-1]
    assert last.startswith("python -m spark_jobs.extract: error: argument --window: ")
    assert says in last


def test_the_current_hour_has_not_ended_and_the_one_before_has() -> None:
    now = hour_of(datetime.now(UTC))
    assert step.window_argument(f"{format_time(now - timedelta(hours=1))}/{format_time(now)}").end == now
    # Two hours on, so that the test also holds when the hour ends while it runs.
    with pytest.raises(argparse.ArgumentTypeError, match="has not ended"):
        step.window_argument(f"{format_time(now)}/{format_time(now + timedelta(hours=2))}")


def test_window_and_load_have_to_be_given(capsys: pytest.CaptureFixture[str]) -> None:
    for arguments in (ARGUMENTS[:2], ARGUMENTS[2:]):
        with pytest.raises(SystemExit) as stopped:
            step.parser("extract", "Doc.").parse_args(arguments)
        assert stopped.value.code == 2
    assert "--load" in capsys.readouterr().err
    assert step.parser("reap", "Doc.", load="reaper").parse_args(ARGUMENTS[:2]).load == "reaper"


EXECUTOR = """org.apache.spark.SparkException: Job aborted due to stage failure
\tat org.apache.spark.scheduler.DAGScheduler
Caused by: org.apache.spark.api.python.PythonException: Traceback (most recent call last):
  File "worker.py", line 1, in main
spark_jobs.sources.protocol.SourceUnavailable: PostgreSQL panda@host: connection lost
\tat org.apache.spark.api.python.BasePythonRunner
"""


def test_the_cause_of_a_spark_error_is_the_line_that_says_it() -> None:
    assert step.root_cause(EXECUTOR).endswith("SourceUnavailable: PostgreSQL panda@host: connection lost")
    java = (
        "an error\nCaused by: java.lang.A: one\n\tat x\nCaused by: java.io.IOException: No space left on device\n\tat y"
    )
    assert step.root_cause(java) == "Caused by: java.io.IOException: No space left on device"
    unresolved = (
        "[UNRESOLVED_COLUMN.WITH_SUGGESTION] A column with name `n` cannot be resolved.;\n'Project\n+- Relation"
    )
    assert step.root_cause(unresolved) == unresolved.split("\n", maxsplit=1)[0]
    assert step.root_cause("only this") == "only this"
    assert step.root_cause("java.io.IOException: gone\n\tat java.base/java.lang.Thread.run(Thread.java:840)\n") == (
        "java.io.IOException: gone"
    )
    assert step.root_cause("") == "no message"
