"""What holds for every DAG, and what Airflow makes of them."""

from __future__ import annotations

import subprocess
import sys
from datetime import UTC, datetime, timedelta
from itertools import pairwise

import pytest
from airflow.dag_processing.dagbag import DagBag
from airflow.sdk import DAG, BaseOperator, CronDataIntervalTimetable
from airflow.serialization.encoders import coerce_to_core_timetable
from airflow.serialization.serialized_objects import DagSerialization
from airflow.timetables.base import TimeRestriction

from dags.pools import POOLS, SOURCE, WRITERS
from data_models.settings import ROOT

HEAVY = ("pyspark", "great_expectations", "cassandra", "pyarrow")
ARCHIVES = ("archive_daily", "archive_hourly")
ORDER = (
    "refuse_bad_interval",
    "wait_until_settled",
    "extract",
    "gate_jobs",
    "aggregate",
    "gate_tables",
    "publish_and_verify",
    "roll_up_due",
    "roll_up",
)
pytestmark = pytest.mark.filterwarnings("ignore:GitWildMatchPattern")  # Airflow's own
bag = DagBag()
in_order = sorted(bag.dags.values(), key=lambda dag: dag.dag_id)
dags = pytest.mark.parametrize("dag", in_order, ids=lambda dag: dag.dag_id)
archives = pytest.mark.parametrize("dag", [bag.dags[name] for name in ARCHIVES], ids=ARCHIVES)
tasks = pytest.mark.parametrize(
    "task", [task for dag in in_order for task in dag.tasks], ids=lambda task: f"{task.dag_id}.{task.task_id}"
)


def test_airflow_finds_the_dags_and_can_import_them() -> None:
    assert bag.import_errors == {}
    files = {dag_id: dag.fileloc for dag_id, dag in bag.dags.items()}
    archive, housekeeping = (str(ROOT / "dags" / f"{name}.py") for name in ("archive", "housekeeping"))
    assert files == dict.fromkeys(ARCHIVES, archive) | {"housekeeping_daily": housekeeping}


@dags
def test_a_dag_says_who_has_it_and_what_to_do(dag: DAG) -> None:
    assert dag.owner == "panda-archive"
    assert {"panda", "archive"} <= set(dag.tags)
    assert dag.description
    for task in dag.tasks:
        assert f"**{task.task_id}**" in dag.doc_md
    for command in ("airflow backfill create", "spark_jobs.accept", "spark_jobs.roll_up", "spark_jobs.reap"):
        assert command in dag.doc_md


@dags
def test_intervals_are_whole_and_nothing_runs_by_surprise(dag: DAG) -> None:
    assert isinstance(dag.timetable, CronDataIntervalTimetable)
    assert dag.catchup is False
    assert dag.is_paused_upon_creation
    assert dag.max_active_runs <= 3
    assert dag.start_date == datetime(2005, 1, 1, tzinfo=UTC)
    assert not any(task.depends_on_past or task.wait_for_downstream for task in dag.tasks)


@pytest.mark.parametrize(
    ("dag_id", "width", "begin"),
    [
        ("archive_hourly", timedelta(hours=1), 0),
        ("archive_daily", timedelta(days=1), 0),
        ("housekeeping_daily", timedelta(days=1), 7),
    ],
)
def test_an_interval_is_as_wide_as_the_name_says(dag_id: str, width: timedelta, begin: int) -> None:
    timetable = coerce_to_core_timetable(bag.dags[dag_id].timetable)
    since = TimeRestriction(earliest=bag.dags[dag_id].start_date, latest=None, catchup=True)
    first = timetable.next_dagrun_info(last_automated_data_interval=None, restriction=since).data_interval
    assert (first.start, first.end - first.start) == (datetime(2005, 1, 1, begin, tzinfo=UTC), width)


@archives
def test_the_order_of_the_tasks(dag: DAG) -> None:
    assert tuple(task.task_id for task in dag.topological_sort()) == ORDER
    for before, after in pairwise(ORDER):
        assert dag.get_task(before).downstream_task_ids == {after}


@archives
def test_pools_bound_source_sessions_and_writers(dag: DAG) -> None:
    pools = {task.task_id: task.pool for task in dag.tasks}
    assert {pools["extract"]} == {SOURCE}
    assert {pools["publish_and_verify"], pools["roll_up"]} == {WRITERS}
    assert set(pools.values()) <= {*POOLS, "default_pool"}


@tasks
def test_retries_where_they_can_help(task: BaseOperator) -> None:
    assert task.retries == (0 if task.task_id == "refuse_bad_interval" else 2)
    assert task.retry_exponential_backoff > 1
    assert task.max_retry_delay <= timedelta(minutes=15)
    assert [callback.__name__ for callback in task.on_failure_callback] == ["tell_failure"]


def test_housekeeping_closes_what_died_and_tidies_independently() -> None:
    reap, tidy = (bag.dags["housekeeping_daily"].get_task(name) for name in ("reap", "tidy"))
    assert (reap.pool, reap.downstream_task_ids, tidy.downstream_task_ids) == (WRITERS, set(), set())


@tasks
def test_no_secret_in_what_is_submitted(task: BaseOperator) -> None:
    shown = [str(getattr(task, field, "")) for field in task.template_fields]
    assert not any("assword" in text or "secret" in text for text in shown)


def test_parsing_imports_nothing_heavy() -> None:
    found = f"[name for name in {HEAVY} if name in sys.modules]"
    script = f"import sys; import dags.archive, dags.housekeeping; print({found})"
    done = subprocess.run([sys.executable, "-c", script], cwd=ROOT, capture_output=True, text=True, check=True)
    assert done.stdout.splitlines()[-1] == "[]"


def test_a_dag_is_the_same_at_each_parse() -> None:
    again = DagBag()
    for dag_id, dag in bag.dags.items():
        assert DagSerialization.serialize_dag(again.dags[dag_id]) == DagSerialization.serialize_dag(dag)
