"""Packets: headers before and after ACCEPT, messages across packets, breaks, cuts."""

from __future__ import annotations

import socket
from collections.abc import Iterator

import pytest

from .packets import Closed, Interrupted, Kind, Marker, Wire


@pytest.fixture
def pair() -> Iterator[tuple[Wire, socket.socket]]:
    """The server's end and the client's raw socket."""
    with (
        socket.create_server(("127.0.0.1", 0)) as listening,
        socket.create_connection(listening.getsockname()) as client,
    ):
        client.settimeout(5)
        wire = Wire(listening.accept()[0])
        yield wire, client
        wire.close()


def data(payload: bytes, flags: int = 0) -> bytes:
    """A DATA packet with a wide header."""
    return (10 + len(payload)).to_bytes(4, "big") + bytes((Kind.DATA, 0, 0, 0)) + flags.to_bytes(2, "big") + payload


def marker(kind: Marker) -> bytes:
    """A MARKER packet with a wide header."""
    return bytes((0, 0, 0, 11, Kind.MARKER, 0, 0, 0, 1, 0, kind))


def test_lengths_have_two_bytes_until_accept_and_four_after(pair: tuple[Wire, socket.socket]) -> None:
    wire, client = pair
    wire.send(Kind.ACCEPT, b"abc")
    wire.wide = True
    wire.send(Kind.DATA, b"abc")
    assert client.recv(11) == b"\x00\x0b\x00\x00\x02\x00\x00\x00abc"
    assert client.recv(11) == b"\x00\x00\x00\x0b\x06\x00\x00\x00abc"


def test_a_reply_is_cut_at_the_session_data_unit(pair: tuple[Wire, socket.socket]) -> None:
    wire, client = pair
    wire.wide, wire.sdu = True, 512
    message = bytes(range(256)) * 5
    wire.reply(message)
    got = b""
    while len(got) < len(message):
        length = int.from_bytes(client.recv(4), "big")
        assert length <= 512
        got += client.recv(length - 4, socket.MSG_WAITALL)[6:]
    assert got == message


def test_a_request_is_read_across_packets(pair: tuple[Wire, socket.socket]) -> None:
    wire, client = pair
    wire.wide = True
    client.sendall(data(b"\x04\xde\xad") + data(b"\xbe") + data(b"\xef"))
    assert wire.request().ub() == 0xDEADBEEF


def test_a_break_is_answered_once_both_sides_have_reset(pair: tuple[Wire, socket.socket]) -> None:
    wire, client = pair
    wire.wide = True
    client.sendall(marker(Marker.INTERRUPT))
    with pytest.raises(Interrupted):
        wire.request().u8()
    client.sendall(data(b"left over") + marker(Marker.RESET))
    wire.acknowledge_break()
    assert client.recv(22, socket.MSG_WAITALL) == marker(Marker.BREAK) + marker(Marker.RESET)


def test_the_end_of_file_ends_the_conversation(pair: tuple[Wire, socket.socket]) -> None:
    wire, client = pair
    wire.wide = True
    client.sendall(data(b"", flags=0x40))
    with pytest.raises(Closed):
        wire.request().u8()


def test_waiting_ends_as_soon_as_the_client_goes(pair: tuple[Wire, socket.socket]) -> None:
    wire, client = pair
    client.close()
    with pytest.raises(Closed):
        wire.wait(60)


@pytest.mark.parametrize("reset", [False, True])
def test_the_connection_is_cut_after_so_many_packets(pair: tuple[Wire, socket.socket], reset: bool) -> None:
    wire, client = pair
    wire.packets_left, wire.reset_when_cut = 1, reset
    wire.send(Kind.DATA, b"")
    assert client.recv(8)
    with pytest.raises(Closed):
        wire.send(Kind.DATA, b"")
    if reset:
        with pytest.raises(ConnectionResetError):
            client.recv(1)
    else:
        assert client.recv(1) == b""
