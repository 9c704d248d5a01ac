"""Ports: configured, kept or free."""

from __future__ import annotations

import socket
from collections.abc import Iterator

import pytest

from stack import ports
from stack.errors import StackError

SETTING = "HMSF_STACK_PG_PORT"


@pytest.fixture
def taken() -> Iterator[int]:
    with socket.create_server((ports.LOOPBACK, 0)) as listener:
        yield listener.getsockname()[1]


def test_a_free_port_is_none_that_outgoing_connections_are_given(monkeypatch: pytest.MonkeyPatch, taken: int) -> None:
    assert all(ports.free() in range(20_000, 32_768) for _ in range(20))
    monkeypatch.setattr(ports, "OF_SERVERS", [taken])
    monkeypatch.setattr(ports, "TRIES", 1)
    assert ports.free() != taken


def test_a_configured_port_is_used(monkeypatch: pytest.MonkeyPatch) -> None:
    port = ports.free()
    monkeypatch.setenv(SETTING, str(port))
    assert ports.choose(SETTING, before=ports.free()) == port


def test_a_taken_configured_port_is_named_with_its_setting(monkeypatch: pytest.MonkeyPatch, taken: int) -> None:
    monkeypatch.setenv(SETTING, str(taken))
    with pytest.raises(StackError, match=rf"port {taken} \(HMSF_STACK_PG_PORT\) .* already in use; .* a free one"):
        ports.choose(SETTING)


def test_a_number_that_is_no_port_is_refused(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv(SETTING, "70000")
    with pytest.raises(StackError, match="a port is at most 65535"):
        ports.choose(SETTING)


def test_the_port_clients_know_is_kept_while_it_is_free(monkeypatch: pytest.MonkeyPatch, taken: int) -> None:
    monkeypatch.delenv(SETTING, raising=False)
    port = ports.free()
    assert ports.choose(SETTING, before=port) == port
    assert ports.choose(SETTING, before=taken) != taken
