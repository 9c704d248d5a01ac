"""The whole way on a standalone cluster, from the wheel: neither driver nor executors can import the checkout."""

from __future__ import annotations

import json
import subprocess
import sys
from collections.abc import Iterator
from dataclasses import dataclass
from datetime import UTC, date, datetime
from pathlib import Path
from zipfile import ZipFile

import pytest
from cassandra.cluster import Session
from panda_rows import ask
from standalone_cluster import SPARK, Cluster, Run, python_without_project, run_on, site_packages, standalone_cluster
from step_runs import jobs_of, states

from data_models import settings
from data_models.ledger_state import VERIFIED
from data_models.window import HOUR
from stack.endpoints import owner_uri
from stack.simulate import load_day

DAY = date(2025, 11, 4)
NINE = datetime(2025, 11, 4, 9, tzinfo=UTC)
# What the monitor's pages are built from; the wheel has what is built.
FRONTEND = settings.ROOT / "monitor" / "frontend"
PASSWORD = "of-the-connector"
# An application of somebody's: where do its executors have the project from?
PROBE = """
import json, os
from spark_jobs.session import spark_session

def where(_):
    from data_models import job_record
    import spark_jobs.extract
    yield os.getcwd(), job_record.__file__, spark_jobs.__file__, len(job_record.columns())

context = spark_session("probe").sparkContext
print(json.dumps(context.parallelize(range(8), 8).mapPartitions(where).distinct().collect()))
"""


@dataclass(frozen=True)
class Site:
    """A cluster, a Python for drivers, in which the wheel is installed, one for executors, and a folder to run in."""

    cluster: Cluster
    driver: Path
    executor: Path
    folder: Path

    def run(self, *command: str | Path) -> Run:
        """Run an application as an operator would: by settings, from a folder of no meaning."""
        return run_on(
            self.cluster,
            command,
            self.folder,
            HMSF_SPARK_MASTER=self.cluster.master,
            HMSF_JARS=str(self.folder / "dist" / "jars"),
            HMSF_STAGING=str(self.folder / "staging"),
            HMSF_SPARK_DRIVER_MEMORY="640m",
            HMSF_SPARK_PARTITIONS="2",
            HMSF_CASSANDRA_USER="anybody",
            HMSF_CASSANDRA_PASSWORD=PASSWORD,
            PYSPARK_DRIVER_PYTHON=str(self.driver),
            PYSPARK_PYTHON=str(self.executor),
        )


@pytest.fixture(scope="module")
def site(stack: Path, tmp_path_factory: pytest.TempPathFactory) -> Iterator[Site]:
    """A running cluster beside the servers, with what `make package` makes."""
    folder = tmp_path_factory.mktemp("site")
    dist, cluster_folder = folder / "dist", folder / "cluster"
    cluster_folder.mkdir()
    subprocess.run([settings.ROOT / "scripts" / "package.sh", dist], check=True, capture_output=True)
    driver, executor = (python_without_project(folder / name) for name in ("driver", "executor"))
    pip = [sys.executable, "-m", "pip", "install", "--quiet", "--disable-pip-version-check", "--no-deps", "--no-index"]
    subprocess.run([*pip, "--target", site_packages(folder / "driver"), *dist.glob("*.whl")], check=True)
    with standalone_cluster(cluster_folder) as cluster:
        yield Site(cluster, driver, executor, folder)


def test_the_wheel_holds_every_file_of_the_packages(site: Site) -> None:
    (wheel,) = (site.folder / "dist").glob("*.whl")
    # These two are about a checkout.
    left_out = {"tests", "audit"}
    packages = [found.parent for found in settings.ROOT.glob("*/__init__.py") if found.parent.name not in left_out]
    files = {
        str(file.relative_to(settings.ROOT))
        for package in packages
        for file in package.rglob("*")
        if file.is_file() and file.suffix != ".pyc" and not file.is_relative_to(FRONTEND)
    }
    packed = {name for name in ZipFile(wheel).namelist() if ".dist-info/" not in name}
    assert packed == files
    assert {"data_models", "spark_jobs", "dags", "stack"} <= {package.name for package in packages}


def test_neither_python_sees_the_checkout(site: Site) -> None:
    ask_where = ["-c", "import spark_jobs; print(spark_jobs.__file__)"]
    found = site.run(site.driver, *ask_where)
    assert found.out.startswith(str(site.folder / "driver"))
    missing = site.run(site.executor, *ask_where)
    assert "No module named 'spark_jobs'" in missing.out


def test_airflow_finds_the_dags_of_the_wheel(site: Site) -> None:
    found = site.run(
        "env",
        f"AIRFLOW_HOME={site.folder / 'airflow'}",
        f"AIRFLOW__CORE__DAGS_FOLDER={site_packages(site.folder / 'driver') / 'dags'}",
        site.driver,
        "-c",
        "from airflow.dag_processing.dagbag import DagBag; bag = DagBag(); print(sorted(bag.dags), bag.import_errors)",
    )
    assert found.out.splitlines()[-1] == "['archive_daily', 'archive_hourly', 'housekeeping_daily'] {}", found.out


def test_an_hour_is_archived_by_executors_that_get_the_code_from_the_driver(site: Site, archive: Session) -> None:
    load_day(owner_uri(), DAY, 2000, seed=1)
    done = site.run(site.driver, "-m", "spark_jobs.archive", "--window", "2025-11-04T09", "--load", "standalone")
    assert done.code == 0, done.out
    assert states(archive, NINE)[-1] == VERIFIED
    completed = ask(
        "SELECT pandaid FROM doma_panda.jobsarchived4 WHERE modificationtime >= %s AND modificationtime < %s",
        NINE.replace(tzinfo=None),
        (NINE + HOUR).replace(tzinfo=None),
    )
    assert jobs_of(archive, NINE).keys() == {pandaid for (pandaid,) in completed} != set()
    for worker in site.cluster.worker_folders:
        sent = {file.name.split("_")[0] for file in worker.glob("work/app-*/*/*")}
        assert {"hmsf-code.zip", "spark-cassandra-connector"} <= sent, f"{worker.name} has {sent}"
    assert any("spark.cassandra.connection.host" in command for command in done.commands)
    assert not any(PASSWORD in command for command in done.commands)


def test_an_application_given_to_spark_submit_has_the_code_on_every_executor(site: Site) -> None:
    probe = site.folder / "probe.py"
    probe.write_text(PROBE)
    done = site.run(SPARK / "spark-submit", "--master", site.cluster.master, probe)
    assert done.code == 0, done.out
    found = json.loads(next(line for line in done.out.splitlines() if line.startswith("[[")))
    assert len(found) == len(site.cluster.worker_folders)
    for _, *files, columns in found:
        assert all("hmsf-code.zip/" in file for file in files), files
        assert columns == 125
