"""Sessions of the Cassandra driver: quorum by default, one clear error when no server answers."""

from __future__ import annotations

import socket

import pytest
from cassandra import AuthenticationFailed, ConsistencyLevel
from cassandra.cluster import EXEC_PROFILE_DEFAULT, Cluster, NoHostAvailable

from data_models.cassandra_session import CassandraRefused, CassandraUnavailable, cassandra_session


def test_a_session_asks_a_local_quorum_and_is_closed_at_the_end(stack: object) -> None:
    with cassandra_session("system") as session:
        asked = session.execute_async("SELECT release_version FROM local")
        assert asked.result().one().release_version.startswith("5.0")
        assert asked.message.consistency_level == ConsistencyLevel.LOCAL_QUORUM
        profile = session.cluster.profile_manager.profiles[EXEC_PROFILE_DEFAULT]
        assert profile.serial_consistency_level == ConsistencyLevel.LOCAL_SERIAL
    assert session.is_shutdown


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
