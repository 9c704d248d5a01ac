"""What all tests share: settings that lead away from the user's servers, one embedded stack and one small Spark."""

from __future__ import annotations

import shutil
import signal
from collections.abc import Iterator
from pathlib import Path

import pytest
from cassandra.cluster import Session
from pyspark.sql import SparkSession
from two_processes import TwoWarmSparks
from xdist.remote import Producer

from data_models import cql, settings
from data_models.cassandra_session import cassandra_session
from spark_jobs.session import spark_session
from stack import servers


def pytest_xdist_make_scheduler(config: pytest.Config, log: Producer) -> TwoWarmSparks | None:
    """What `--dist loadfile` means here."""
    return TwoWarmSparks(config, log) if config.getvalue("dist") == "loadfile" else None


@pytest.fixture(scope="session", autouse=True)
def home(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Path]:
    """HMSF_HOME is a temporary folder and every other setting its default, whatever the user has set or runs."""
    # pytest takes its fixtures, and with them all servers, down on Ctrl-C but not when it is terminated.
    signal.signal(signal.SIGTERM, lambda *_: pytest.exit("terminated", returncode=143))
    folder = tmp_path_factory.mktemp("hmsf")
    with pytest.MonkeyPatch.context() as patch:
        for setting in settings.SETTINGS:
            patch.delenv(setting.name, raising=False)
        patch.setenv("HMSF_HOME", str(folder))
        yield folder


# The tests' Cassandra gets many tables and few rows: Java's second compiler costs it more than it gains (a keyspace and
# three small loads: 25 s of CPU without it, 56 with it), and no table has to outlive a kill (16 s).
CASSANDRA_OF_TESTS = (
    "-XX:TieredStopAtLevel=1 -XX:ReservedCodeCacheSize=256m -Dcassandra.test.flush_local_schema_changes=false"
)


@pytest.fixture(scope="session")
def stack(home: Path) -> Iterator[Path]:
    """Real servers on free ports in `home`, for the whole run; the settings lead to them. Gives the home folder."""
    try:
        with pytest.MonkeyPatch.context() as patch:
            patch.setenv("JAVA_TOOL_OPTIONS", CASSANDRA_OF_TESTS)
            servers.up(say=lambda _: None)
        yield home
    finally:
        servers.down(say=lambda _: None)
        shutil.rmtree(home / "data", ignore_errors=True)


@pytest.fixture(scope="session")
def archive(stack: Path) -> Iterator[Session]:
    """A session on the archive's keyspace, with all tables, on the servers of the test run."""
    with cassandra_session() as session:
        cql.apply(session, settings.text("HMSF_KEYSPACE"), cql.DEFAULT_REPLICATION, cql.DEFAULT_COMPACTION)
    with cassandra_session(settings.text("HMSF_KEYSPACE")) as session:
        yield session


@pytest.fixture(scope="session")
def spark(stack: Path) -> Iterator[SparkSession]:
    """Spark on two threads, whose settings lead to the servers, whatever test comes first; steps that run in this
    process take the same session."""
    with pytest.MonkeyPatch.context() as patch:
        patch.setenv("HMSF_SPARK_MASTER", "local[2]")
        patch.setenv("HMSF_SPARK_DRIVER_MEMORY", "1g")
        patch.setenv("HMSF_SPARK_PARTITIONS", "2")
        session = spark_session("tests")
        # The settings stay: steps plan anew by them.
        yield session
        session.stop()
