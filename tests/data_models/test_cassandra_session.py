"""Sessions of the Cassandra driver: quorum by default, one clear error when no server answers."""

from __future__ import annotations

import socket
import threading
import time
from collections.abc import Iterator
from contextlib import closing, contextmanager

import pytest
from cassandra import AuthenticationFailed, ConsistencyLevel
from cassandra.cluster import EXEC_PROFILE_DEFAULT, Cluster, NoHostAvailable

from data_models import settings
from data_models.cassandra_session import CassandraRefused, CassandraUnavailable, cassandra_session

# Longer than the driver waits for the schema by default.
LATE = 3.0


@contextmanager
def late_about_its_schema() -> Iterator[tuple[int, threading.Event]]:
    """A port that leads to the server, by which the first question about its schema is passed on LATE; and whether
    one was."""
    server = (settings.text("HMSF_CASSANDRA_HOST"), settings.number("HMSF_CASSANDRA_PORT"))
    asked = threading.Event()

    def pass_on(sender: socket.socket, receiver: socket.socket) -> None:
        with closing(receiver):
            while data := sender.recv(65536):
                if b"system_schema" in data and not asked.is_set():
                    asked.set()
                    time.sleep(LATE)
                receiver.sendall(data)

    def serve(listener: socket.socket) -> None:
        while True:
            try:
                client, _ = listener.accept()
            except OSError:
                return
            upstream = socket.create_connection(server)
            for pair in ((client, upstream), (upstream, client)):
                threading.Thread(target=quietly, args=pair, daemon=True).start()

    def quietly(sender: socket.socket, receiver: socket.socket) -> None:
        try:
            pass_on(sender, receiver)
        except OSError:
            return  # the other direction has ended

    with socket.create_server(("127.0.0.1", 0)) as listener:
        threading.Thread(target=serve, args=(listener,), daemon=True).start()
        yield listener.getsockname()[1], asked
        listener.shutdown(socket.SHUT_RDWR)


def test_a_session_asks_a_local_quorum_and_is_closed_at_the_end(stack: object) -> None:
    with cassandra_session("system") as session:
        asked = session.execute_async("SELECT release_version FROM local")
        assert asked.result().one().release_version.startswith("5.0")
        assert asked.message.consistency_level == ConsistencyLevel.LOCAL_QUORUM
        profile = session.cluster.profile_manager.profiles[EXEC_PROFILE_DEFAULT]
        assert profile.serial_consistency_level == ConsistencyLevel.LOCAL_SERIAL
    assert session.is_shutdown


def test_a_busy_server_that_tells_its_schema_late_is_waited_for(stack: object, monkeypatch: pytest.MonkeyPatch) -> None:
    with late_about_its_schema() as (port, asked):
        monkeypatch.setenv("HMSF_CASSANDRA_HOST", "127.0.0.1")
        monkeypatch.setenv("HMSF_CASSANDRA_PORT", str(port))
        with cassandra_session("system") as session:
            assert session.execute("SELECT release_version FROM local").one()
        assert asked.is_set()


def test_an_address_without_a_server_is_named_with_its_settings(monkeypatch: pytest.MonkeyPatch) -> None:
    with socket.socket() as taken:
        taken.bind(("127.0.0.1", 0))  # bound, but nobody listens
        port = taken.getsockname()[1]
        monkeypatch.setenv("HMSF_CASSANDRA_HOST", "127.0.0.1")
        monkeypatch.setenv("HMSF_CASSANDRA_PORT", str(port))
        with (
            pytest.raises(CassandraUnavailable, match=f"127.0.0.1 port {port} .*HMSF_CASSANDRA_HOST"),
            cassandra_session(),
        ):
            pass


def test_a_keyspace_that_is_not_there_is_named_with_how_it_is_made(stack: object) -> None:
    with pytest.raises(CassandraRefused, match=r"keyspace nowhere .*cql --apply"), cassandra_session("nowhere"):
        pass


def test_a_refused_log_in_is_told_from_a_server_that_is_away(monkeypatch: pytest.MonkeyPatch) -> None:
    def refuse(*_: object) -> None:
        raise NoHostAvailable("none", {"127.0.0.1": AuthenticationFailed("bad credentials")})

    monkeypatch.setattr(Cluster, "connect", refuse)
    with pytest.raises(CassandraRefused, match="set HMSF_CASSANDRA_USER"), cassandra_session():
        pass
