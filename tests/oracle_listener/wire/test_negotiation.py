"""From CONNECT to the log-in: both forms of the connect descriptor, the bytes of ACCEPT and REFUSE."""

from __future__ import annotations

import socket
from collections.abc import Iterator

import pytest

from . import negotiation
from .packets import Wire

DESCRIPTOR = "(DESCRIPTION=(ADDRESS=(HOST=x)(PORT=1))(CONNECT_DATA=(SERVICE_NAME = panda)(CID=(PROGRAM={})(USER=u))))"


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


def connect_packets(descriptor: bytes, apart: bool, sdu: int) -> bytes:
    """What a client sends first, with the descriptor inside or in a packet of its own."""
    body = bytearray(66)
    body[16:18] = len(descriptor).to_bytes(2, "big")
    body[18:20] = (74).to_bytes(2, "big")
    body[50:54] = sdu.to_bytes(4, "big")
    parts = [(1, bytes(body)), (6, b"\0\0" + descriptor)] if apart else [(1, bytes(body) + descriptor)]
    return b"".join((8 + len(part)).to_bytes(2, "big") + bytes((0, 0, kind, 0, 0, 0)) + part for kind, part in parts)


@pytest.mark.parametrize("apart", [False, True])
def test_the_descriptor_is_read_inside_connect_or_behind_it(pair: tuple[Wire, socket.socket], apart: bool) -> None:
    wire, client = pair
    text = DESCRIPTOR.format("p" * 300 if apart else "p")
    client.sendall(connect_packets(text.encode(), apart, 8192))
    found = negotiation.read_connect(wire)
    assert (found.sdu, found.descriptor, found.service) == (8192, text, "PANDA")


@pytest.mark.parametrize(("asked", "given"), [(1, 512), (65536, 65536), (2**31, 2 << 20)])
def test_a_session_data_unit_within_limits_is_taken(pair: tuple[Wire, socket.socket], asked: int, given: int) -> None:
    wire, client = pair
    client.sendall(connect_packets(b"(SID=x)", False, asked))
    found = negotiation.read_connect(wire)
    assert (found.sdu, found.service) == (given, "X")


def test_accept_has_the_bytes_of_version_315(pair: tuple[Wire, socket.socket]) -> None:
    wire, client = pair
    negotiation.accept(wire, 8192)
    body = "013b 0000 2000 ffff 0001 0000 0000 00 00 0000000000000000 00002000"
    assert client.recv(99) == bytes.fromhex("0024 0000 02 00 0000" + body)
    assert wire.wide


def test_refuse_names_the_error(pair: tuple[Wire, socket.socket]) -> None:
    wire, client = pair
    negotiation.refuse(wire, 12514)
    packet = client.recv(999)
    assert packet[4] == 4
    assert b"(ERR=12514)" in packet[12:]
    assert int.from_bytes(packet[10:12], "big") == len(packet) - 12


def test_capabilities_are_as_long_as_the_driver_reads() -> None:
    assert len(negotiation.COMPILE_CAPABILITIES) >= 41
    assert len(negotiation.RUNTIME_CAPABILITIES) >= 7
    assert negotiation.COMPILE_CAPABILITIES[7] == 7
