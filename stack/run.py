"""`python -m stack run`: one window of a DAG on the running embedded stack, without a scheduler.

Every task runs as Airflow would run it, Spark applications included, and the exit code tells how it went: 0 only when
every task succeeded.
"""

from __future__ import annotations

import argparse
import json
import os
import subprocess
import sys
from contextlib import suppress
from datetime import UTC, datetime
from pathlib import Path
from types import TracebackType
from typing import Any

from data_models import cql, settings
from data_models.cassandra_session import CassandraUnavailable, cassandra_session
from data_models.window import WindowError, format_time, parse_time
from stack import airflow
from stack.errors import StackError
from stack.home import Home
from stack.session import end_child, interrupted_by_signals


def add_arguments(parser: argparse.ArgumentParser) -> None:
    """The arguments of `python -m stack run`."""
    parser.add_argument("--dag", required=True, help="archive_daily, archive_hourly or housekeeping_daily")
    parser.add_argument(
        "--end", required=True, type=_moment, help="where the window ends (UTC), such as 2026-07-02T00:00:00+00:00"
    )


def run(args: argparse.Namespace) -> int:
    """Run the window and return the exit code. Raises StackError."""
    with interrupted_by_signals():
        return run_window(args.dag, args.end)


def run_window(dag: str, end: datetime, home: Path | None = None) -> int:
    """Run the window of a DAG that ends at `end`, telling how each task goes; 0 when every task succeeded.

    Raises StackError if the stack is not up, there is no such DAG or none of its windows ends there.
    """
    with DagProcess(dag, home) as process:
        bring_keyspace_up_to_date()
        return process.run_window(end)


class DagProcess:
    """A process that runs windows of a DAG (`stack.dag_child`). It makes itself ready while others go on.

    Whoever made one has to enter it, or to end it: nothing of it is left then.
    """

    def __init__(self, dag: str, home: Path | None = None) -> None:
        """Start it. Raises StackError if the stack is not up."""
        at = Home.of(home)
        variables = airflow.prepare(at.root)
        self.dag = dag
        self.log = at.logs / f"{dag}_{datetime.now(UTC):%Y%m%dT%H%M%S}.log"
        asked, asking = os.pipe()
        told, telling = os.pipe()
        self._asking, self._told = os.fdopen(asking, "w", encoding="utf-8"), os.fdopen(told, encoding="utf-8")
        with self.log.open("wb") as out:
            self._child = subprocess.Popen(
                [sys.executable, "-m", "stack.dag_child", dag, str(asked), str(telling)],
                env=variables,
                cwd=settings.ROOT,
                pass_fds=[asked, telling],
                stdin=subprocess.DEVNULL,
                stdout=out,
                stderr=out,
                start_new_session=True,
            )
        os.close(asked)
        os.close(telling)

    def __enter__(self) -> DagProcess:
        """The process itself."""
        return self

    def __exit__(self, kind: type[BaseException] | None, error: BaseException | None, at: TracebackType | None) -> None:
        """End it."""
        self.end()

    def end(self) -> None:
        """End what it runs, and itself."""
        # It ends when nothing more is asked; a line that it did not take is lost with it.
        with suppress(BrokenPipeError):
            self._asking.close()
        end_child(self._child)
        self._told.close()

    def run_window(self, end: datetime) -> int:
        """Run the window that ends at `end`, telling how each task goes; 0 when every task succeeded. Raises
        StackError if there is no such DAG or none of its windows ends there."""
        print(f"{self.dag}: the window that ends at {format_time(end)}; log: {self.log}", flush=True)
        # Where the process has ended, what it told before says why.
        with suppress(BrokenPipeError):
            print(end.isoformat(), file=self._asking, flush=True)
        for text in self._told:
            line = json.loads(text)
            if "refused" in line:
                raise StackError(line["refused"])
            if "tasks" in line:
                return tell_outcome(self.dag, line["tasks"])
            print(task_line(line), flush=True)
        raise StackError(f"the run of {self.dag} broke off: see the end of {self.log}")


def bring_keyspace_up_to_date() -> None:
    """Create what the keyspace lacks, with the default options. Raises StackError."""
    keyspace = settings.text("HMSF_KEYSPACE")
    try:
        with cassandra_session() as session:
            done = cql.apply(session, keyspace, cql.DEFAULT_REPLICATION, cql.DEFAULT_COMPACTION)
    except (cql.SchemaError, CassandraUnavailable) as error:
        raise StackError(str(error)) from error
    if done:
        print(f"keyspace {keyspace}: {len(done)} tables and columns made", flush=True)


def task_line(line: dict[str, Any]) -> str:
    """What is shown of a task that has begun or ended."""
    name = f"  {line['task']:<20}"
    match line["state"]:
        case "running":
            return f"{name} running"
        case "success":
            return f"{name} success {line['seconds']:6.1f} s"
        case "up_for_retry":
            return f"{name} failed  {line['seconds']:6.1f} s, will be tried again: {line['reason']}"
    return f"{name} {line['state']}  {line['seconds']:6.1f} s: {line['reason']}"


def tell_outcome(dag: str, tasks: dict[str, str]) -> int:
    """Name the tasks that did not succeed; 0 when there are none. What was skipped had nothing to do."""
    skipped = [task for task, state in tasks.items() if state == "skipped"]
    failed = [task for task, state in tasks.items() if state == "failed"]
    rest = [task for task, state in tasks.items() if state not in ("success", "skipped", "failed")]
    if not failed and not rest:
        nothing_to_do = f"; nothing to do for {', '.join(skipped)}" if skipped else ""
        print(f"{dag}: every task succeeded{nothing_to_do}", flush=True)
        return 0
    print(f"{dag}: FAILED in {', '.join(failed)}; not run: {', '.join(rest) or 'none'}", file=sys.stderr, flush=True)
    return 1


def _moment(text: str) -> datetime:
    try:
        return parse_time(text)
    except WindowError as error:
        raise argparse.ArgumentTypeError(str(error)) from error
