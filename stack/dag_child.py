"""The process in which runs of a DAG happen: `dag.test()` of Airflow, and what becomes of each task as JSON lines.

    python -m stack.dag_child DAG ASKED TOLD

It makes Airflow ready, which takes as long as a small step, and then runs the windows whose ends are the lines of the
file descriptor ASKED. A process of its own because Airflow reads its settings when it is imported, and because Ctrl-C
inside `dag.test()` is taken for one more failed task. What it tells goes to the file descriptor TOLD; standard output
has Airflow's log.
"""

from __future__ import annotations

import gc
import json
import os
import sys
import time
from datetime import UTC, datetime, timedelta
from typing import TextIO

from airflow.dag_processing.dagbag import DagBag
from airflow.listeners import hookimpl
from airflow.sdk import DAG, timezone
from airflow.sdk.execution_time.supervisor import in_process_api_server
from airflow.sdk.execution_time.task_runner import RuntimeTaskInstance
from airflow.sdk.listener import get_listener_manager
from airflow.serialization.encoders import coerce_to_core_timetable

from data_models.window import format_time, parse_time


class Refused(ValueError):
    """A DAG run that cannot be; the message says what to give instead."""


class Teller:
    """A listener of Airflow that writes a line for each task that begins or ends."""

    def __init__(self, out: TextIO) -> None:
        """`out`: where the lines go."""
        self.out = out
        self.begun: dict[str, float] = {}

    def tell(self, **line: object) -> None:
        """Write one line."""
        print(json.dumps(line, default=str), file=self.out, flush=True)

    @hookimpl
    def on_task_instance_running(self, task_instance: RuntimeTaskInstance) -> None:
        """A task begins."""
        self.begun[task_instance.task_id] = time.monotonic()
        self.tell(task=task_instance.task_id, state="running")

    @hookimpl
    def on_task_instance_success(self, task_instance: RuntimeTaskInstance) -> None:
        """A task is done."""
        self._ended(task_instance, "")

    @hookimpl
    def on_task_instance_failed(self, task_instance: RuntimeTaskInstance, error: BaseException | None) -> None:
        """A task has failed, for good or until its next try."""
        self._ended(task_instance, str(error))

    def _ended(self, task_instance: RuntimeTaskInstance, reason: str) -> None:
        seconds = time.monotonic() - self.begun[task_instance.task_id]
        self.tell(task=task_instance.task_id, state=task_instance.state, seconds=round(seconds, 1), reason=reason)


def find(dag_id: str) -> DAG:
    """The DAG of that name. Raises Refused."""
    bag = DagBag()
    if bag.import_errors:
        raise Refused(f"the DAGs cannot be imported: {next(iter(bag.import_errors.values())).splitlines()[-1]}")
    if dag_id not in bag.dags:
        raise Refused(f"there is no DAG {dag_id!r}; there are: {', '.join(sorted(bag.dags))}")
    return bag.dags[dag_id]


def logical_date_of(dag: DAG, end: datetime) -> datetime:
    """The logical date of a manual run for the interval that ends at `end`. Raises Refused if none ends there.

    A second after the end: at the very end it would be that of the scheduled run of the next interval, which
    `dag.test()` then deletes.
    """
    logical_date = timezone.coerce_datetime(end + timedelta(seconds=1))
    interval = coerce_to_core_timetable(dag.timetable).infer_manual_data_interval(run_after=logical_date)
    if interval.end != end:
        raise Refused(
            f"no interval of {dag.dag_id} ends at {format_time(end)}; the one before ends at "
            f"{format_time(interval.end)}"
        )
    if end > datetime.now(UTC):
        raise Refused(f"the interval that ends at {format_time(end)} is not over yet")
    return logical_date


def main(dag_id: str, asked: str, told: str) -> None:
    """Run the DAG for each interval that is asked for, until one is refused or none is left."""
    # Garbage is collected less often: Airflow makes its API, in all its versions, anew in each such process, of objects
    # that all stay. That takes 3.9 and 4.1 s so, 6.9 and 7.1 by default.
    gc.set_threshold(200_000)
    with os.fdopen(int(asked), encoding="utf-8") as ends, os.fdopen(int(told), "w", encoding="utf-8") as out:
        teller = Teller(out)
        try:
            dag = find(dag_id)
            get_listener_manager().add_listener(teller)
            # Made once a process: here, before there is a window to run.
            _ = in_process_api_server().transport
            for line in ends:
                run_window(dag, parse_time(line.strip()), teller)
        except Refused as error:
            teller.tell(refused=str(error))


def run_window(dag: DAG, end: datetime, teller: Teller) -> None:
    """Run the DAG for the interval that ends at `end`, and tell what became of all tasks. Raises Refused."""
    run = dag.test(logical_date=logical_date_of(dag, end))
    states = {task.task_id: task.state for task in run.get_task_instances()}
    teller.tell(run=run.run_id, state=run.state, tasks=states)


if __name__ == "__main__":
    main(*sys.argv[1:])
