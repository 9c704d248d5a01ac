"""docker/cassandra_roles.py on a real server with docker/cassandra.yaml: who may log in, and do what."""

from __future__ import annotations

import os
import subprocess
import sys
import time
from collections.abc import Iterator

import cassandra_roles
import pytest
from cassandra import Unauthorized
from cassandra_node import cassandra_node
from py4j.protocol import Py4JJavaError
from pyspark.sql import DataFrame, SparkSession

from data_models import cql
from data_models.cassandra_session import CassandraRefused, cassandra_session
from data_models.settings import ROOT
from spark_jobs import session as steps
from spark_jobs.connector import rows_package

ADDRESS = ("spark.cassandra.connection.host", "spark.cassandra.connection.port")
KEEP_ALIVE = "spark.cassandra.connection.keepAliveMS"
ADMIN_PASSWORD, PASSWORD = "A1 'of the admin'", "of-hmsf"


@pytest.fixture(scope="module")
def port(tmp_path_factory: pytest.TempPathFactory) -> Iterator[int]:
    """The server's port; the settings of this process lead there, and it has its roles."""
    with cassandra_node(tmp_path_factory.mktemp("cassandra")) as number, pytest.MonkeyPatch.context() as patch:
        patch.setenv("HMSF_CASSANDRA_HOST", "127.0.0.1")
        patch.setenv("HMSF_CASSANDRA_PORT", str(number))
        patch.setenv("HMSF_CASSANDRA_USER", "hmsf")
        patch.setenv("HMSF_CASSANDRA_PASSWORD", PASSWORD)
        assert make_roles().returncode == 0
        yield number


def make_roles(**changes: str) -> subprocess.CompletedProcess:
    """Run the script as the stack's start does."""
    given = os.environ | {"CASSANDRA_ADMIN_PASSWORD": ADMIN_PASSWORD} | changes
    script = ROOT / "docker" / "cassandra_roles.py"
    return subprocess.run([sys.executable, script], env=given, capture_output=True, text=True, check=False)


def test_the_built_in_superuser_is_locked_within_seconds(port: int) -> None:
    deadline = time.monotonic() + cassandra_roles.CACHED_SECONDS
    while cassandra_roles.accepted("cassandra", "cassandra"):
        assert time.monotonic() < deadline
        time.sleep(0.2)
    with cassandra_roles.log_in(cassandra_roles.ADMIN, ADMIN_PASSWORD) as session:
        roles = {row.role: (row.super, row.login) for row in session.execute("LIST ROLES")}
    assert roles == {"cassandra": (False, False), "hmsf_admin": (True, True), "hmsf": (False, True)}


def test_the_role_makes_its_keyspace_and_may_do_no_more(port: int) -> None:
    with cassandra_session() as session:
        session.execute(cql.create_keyspace("few"))
        session.execute("CREATE TABLE few.rows (id int PRIMARY KEY)")
        session.execute("INSERT INTO few.rows (id) VALUES (1)")
        with pytest.raises(Unauthorized):
            session.execute("CREATE ROLE another WITH SUPERUSER = true AND LOGIN = true AND PASSWORD = 'x'")
        with pytest.raises(Unauthorized):
            session.execute("SELECT * FROM system_auth.roles")


def test_a_wrong_password_is_refused(port: int, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("HMSF_CASSANDRA_PASSWORD", "guessed")
    with pytest.raises(CassandraRefused, match="HMSF_CASSANDRA_PASSWORD"), cassandra_session():
        pass


def test_the_connector_logs_in_by_the_settings_of_the_session(port: int, spark: SparkSession) -> None:
    with cassandra_session() as session:
        session.execute(cql.create_keyspace("some"))
        session.execute("CREATE TABLE some.rows (id int PRIMARY KEY)")
        session.execute("INSERT INTO some.rows (id) VALUES (1)")
    keys = spark.createDataFrame([(1,)], "id int")

    def read() -> list[int]:
        rows = rows_package(spark).RowReader.read(keys._jdf, "SELECT id FROM some.rows WHERE id = ?", 1)
        return [row.id for row in DataFrame(rows, spark).collect()]

    before = {name: spark.conf.get(name) for name in ADDRESS}
    # Else the connector would look for the server long after it has gone.
    spark.conf.set(KEEP_ALIVE, "100")
    steps.spark_session("reading")
    try:
        assert read() == [1]
        for name in steps.secrets():
            spark.conf.unset(name)
        with pytest.raises(Py4JJavaError, match="AuthenticationException"):
            read()
    finally:
        spark.conf.unset(KEEP_ALIVE)
        for name, value in before.items():
            spark.conf.set(name, value)


def test_run_again_it_changes_the_password_of_the_role_alone(port: int) -> None:
    for password in (PASSWORD, "a 'new' one", "a 'new' one"):
        done = make_roles(HMSF_CASSANDRA_PASSWORD=password)
        assert (done.returncode, done.stderr) == (0, "")
        assert cassandra_roles.accepted("hmsf", password)


def test_another_administrator_password_than_that_of_the_data_is_named(
    port: int, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(cassandra_roles, "BUILT_IN_SECONDS", 2)
    monkeypatch.setenv("CASSANDRA_ADMIN_PASSWORD", "of another stack")
    with pytest.raises(SystemExit, match="CASSANDRA_ADMIN_PASSWORD"):
        cassandra_roles.main()
