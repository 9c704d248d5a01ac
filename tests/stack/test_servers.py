"""The life of the two servers: up, again, killed, interrupted, down, gone."""

from __future__ import annotations

import os
import shutil
import signal
import subprocess
import sys
import time
from collections.abc import Iterator
from pathlib import Path
from types import ModuleType

import psutil
import psycopg2
import pytest
from cassandra.cluster import Cluster

from data_models import cql, settings
from data_models.settings import ROOT
from stack import cassandra, endpoints, postgres, process, servers
from stack.errors import StackError
from stack.home import Home

UP = [sys.executable, "-m", "stack", "up"]


@pytest.fixture(scope="module")
def own(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Path]:
    """A home for this file's own servers, beside the stack all tests share. Its path is longer than a socket's may be,
    and closed to other users like root's."""
    home = tmp_path_factory.mktemp("a_long_name_" * 10)
    yield home
    servers.down(home)
    shutil.rmtree(home)


@pytest.fixture
def running(own: Path) -> Path:
    servers.up(own)
    return own


def command(home: Path, *words: str) -> subprocess.CompletedProcess[str]:
    return subprocess.run(
        [sys.executable, "-m", "stack", *words],
        env={"PATH": os.environ["PATH"], "HMSF_HOME": str(home)},
        cwd=ROOT,
        capture_output=True,
        text=True,
        check=False,
    )


def test_cassandra_takes_its_classes_from_the_archive(running: Path) -> None:
    pid = process.read(cassandra.pid_file(Home.of(running))).pid
    assert str(cassandra.CLASSES) in Path(f"/proc/{pid}/maps").read_text()


def test_a_new_server_begins_with_the_tables_that_set_up_made(running: Path) -> None:
    record = process.read(cassandra.pid_file(Home.of(running)))
    with cassandra.session(record.port) as session:
        keyspace = session.cluster.metadata.keyspaces[settings.text("HMSF_KEYSPACE")]
    assert set(keyspace.tables) == {table.name for table in cql.stored_tables()}


@pytest.mark.parametrize("wanted", [True, False])
def test_only_tables_that_are_wanted_now_are_taken(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch, wanted: bool
) -> None:
    kept, folder = tmp_path / "kept", tmp_path / "cassandra"
    (kept / cassandra.DATA / "data").mkdir(parents=True)
    (kept / cassandra.MADE_BY).write_text(cassandra.table_statements() if wanted else "CREATE TABLE others")
    # As a command that was cut off leaves it.
    folder.with_suffix(".new").mkdir()
    monkeypatch.setattr(cassandra, "EMPTY_TABLES", kept)
    cassandra.take_empty_tables(folder)
    assert (folder / "data").exists() == wanted


def state(home: Path) -> dict[str, str]:
    return {server.name: server.state for server in servers.status(home)}


def processes(home: Path) -> list[psutil.Process]:
    at = Home.of(home)
    return [one for server in servers.SERVERS for one in process.marked(at.mark, server.PROGRAM)]


def test_both_answer_on_loopback_only(running: Path) -> None:
    database, jvm = servers.status(running)
    connection = psycopg2.connect(endpoints.owner_uri(running))
    with connection, connection.cursor() as cursor:
        cursor.execute("SELECT count(*) FROM doma_panda.jobsarchived4")
        assert cursor.fetchone() == (0,)
    connection.close()
    with Cluster(["127.0.0.1"], port=jvm.port) as cluster:
        assert cluster.connect().execute("SELECT release_version FROM system.local").one()[0].startswith("5.0")
    # Whose a connection is shows only to its user, and PostgreSQL's may be nobody.
    sockets = [one for one in psutil.net_connections("inet") if one.laddr.port == database.port]
    sockets += psutil.Process(jvm.pid).net_connections("inet")
    listening = {one.laddr for one in sockets if one.status == psutil.CONN_LISTEN}
    assert {database.port, jvm.port} <= {address.port for address in listening}
    assert {address.ip.removeprefix("::ffff:") for address in listening} == {"127.0.0.1"}


def test_up_again_does_nothing(running: Path) -> None:
    before = (running / "run" / "endpoints.json").read_text()
    pids = [server.pid for server in servers.status(running)]
    assert command(running, "up").returncode == 0
    assert [server.pid for server in servers.status(running)] == pids
    assert (running / "run" / "endpoints.json").read_text() == before


@pytest.mark.parametrize("victim", [postgres, cassandra], ids=lambda server: server.NAME)
def test_a_killed_server_is_told_and_comes_back_on_its_port(running: Path, victim: ModuleType) -> None:
    before = {server.name: server for server in servers.status(running)}
    os.kill(before[victim.NAME].pid, signal.SIGKILL)
    time.sleep(0.2)
    told = command(running, "status")
    assert told.returncode == 3
    assert f"{victim.NAME:<10} died" in told.stdout
    servers.up(running)
    after = {server.name: server for server in servers.status(running)}
    assert {server.state for server in after.values()} == {"up"}
    assert after[victim.NAME].port == before[victim.NAME].port
    assert sum(after[name].pid != before[name].pid for name in after) == 1


def test_down_leaves_nothing_running_and_no_endpoints(running: Path) -> None:
    assert len(processes(running)) > 2
    servers.down(running)
    assert processes(running) == []
    assert set(state(running).values()) == {"down"}
    with pytest.raises(StackError, match="not up"):
        endpoints.owner_uri(running)


def test_two_commands_at_once_start_each_server_once(own: Path) -> None:
    servers.down(own)
    environment = os.environ | {"HMSF_HOME": str(own)}
    both = [subprocess.Popen(UP, env=environment, cwd=ROOT, stdout=subprocess.DEVNULL) for _ in range(2)]
    assert [one.wait() for one in both] == [0, 0]
    masters = [one for one in processes(own) if one.parent() is None or one.parent().name() != "postgres"]
    assert len(masters) == 2


def test_interrupted_up_leaves_nothing_running(own: Path) -> None:
    servers.down(own)
    pid_file = cassandra.pid_file(Home.of(own))
    with subprocess.Popen(
        UP, env=os.environ | {"HMSF_HOME": str(own)}, cwd=ROOT, stdout=subprocess.DEVNULL, stderr=subprocess.PIPE
    ) as up:
        while not pid_file.exists():
            time.sleep(0.05)
        up.send_signal(signal.SIGINT)
        assert up.communicate()[1] == b"stack: interrupted\n"
    assert up.returncode == 1
    assert processes(own) == []


def test_reset_deletes_the_data(own: Path) -> None:
    result = command(own, "reset")
    assert (result.returncode, result.stderr) == (0, "")
    assert [path.name for path in own.iterdir()] == ["lock"]
