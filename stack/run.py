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
from collections.abc import Iterator
from contextlib import closing
from datetime import datetime
from pathlib import Path
from typing import Any

from data_models import cql, settings
from data_models.cassandra_session import CassandraUnavailable, cassandra_session
from data_models.window import WindowError, format_time, parse_time
from stack import airflow
from stack.errors import StackError
from stack.home import Home
from stack.session import ended_with_us, interrupted_by_signals


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
    at = Home.of(home)
    variables = airflow.prepare(at.root)
    bring_keyspace_up_to_date()
    log = at.logs / f"{dag}_{end:%Y%m%dT%H%M}.log"
    print(f"{dag}: the window that ends at {format_time(end)}; log: {log}", flush=True)
    outcome: dict[str, Any] = {}
    with closing(_told(["-m", "stack.dag_child", dag, end.isoformat()], variables, log)) as lines:
        for line in lines:
            if "refused" in line:
                raise StackError(line["refused"])
            if "task" in line:
                print(task_line(line), flush=True)
            outcome = line
    if "tasks" not in outcome:
        raise StackError(f"the run of {dag} broke off: see the end of {log}")
    return tell_outcome(dag, outcome["tasks"])


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


def _told(words: list[str], variables: dict[str, str], log: Path) -> Iterator[dict[str, Any]]:
    """What a child process tells on a pipe, line by line; its output goes to a log. Nothing of it outlives us."""
    reading, writing = os.pipe()
    with os.fdopen(reading, encoding="utf-8") as lines, log.open("wb") as out:
        child = subprocess.Popen(
            [sys.executable, *words, str(writing)],
            env=variables,
            cwd=settings.ROOT,
            pass_fds=[writing],
            stdin=subprocess.DEVNULL,
            stdout=out,
            stderr=out,
            start_new_session=True,
        )
        os.close(writing)
        with ended_with_us(child):
            for line in lines:
                yield json.loads(line)
            child.wait()


def _moment(text: str) -> datetime:
    try:
        return parse_time(text)
    except WindowError as error:
        raise argparse.ArgumentTypeError(str(error)) from error
