"""Packets on a socket, and the byte streams of messages that are cut into DATA packets.

Up to and including ACCEPT the length in a packet's header has 16 bits, after it 32.
"""

from __future__ import annotations

import select
import socket
import struct
from dataclasses import dataclass
from enum import IntEnum

from .scalars import ProtocolError, Reader

HEADER = 8
DATA_FLAGS = 2
END_OF_FILE = 0x0040
LONGEST_PACKET = 1 << 26
# SO_LINGER with no time to linger: closing resets the connection.
NO_LINGER = struct.pack("ii", 1, 0)


class Kind(IntEnum):
    """Types of packets that are used."""

    CONNECT = 1
    ACCEPT = 2
    REFUSE = 4
    DATA = 6
    MARKER = 12


KINDS = frozenset(map(int, Kind))


class Marker(IntEnum):
    """Kinds of markers."""

    BREAK = 1
    RESET = 2
    INTERRUPT = 3


class Closed(Exception):
    """The client has closed the connection, or the listener did."""


class Interrupted(Exception):
    """The client has sent a break or an interrupt: the call that runs, or ran, is given up."""


@dataclass(frozen=True)
class Packet:
    """What is behind the header."""

    kind: Kind
    body: bytes


class Wire:
    """One client's connection. `packets_left`: after so many more packets it is cut; None: never."""

    def __init__(self, connection: socket.socket) -> None:
        self._socket = connection
        self._socket.setsockopt(socket.IPPROTO_TCP, socket.TCP_NODELAY, 1)
        self.wide = False
        self.sdu = 8192
        self.packets_left: int | None = None
        self.reset_when_cut = False

    def receive(self) -> Packet:
        """The next packet. Raises Closed."""
        header = self._read(HEADER)
        length = int.from_bytes(header[: 4 if self.wide else 2], "big")
        if not HEADER <= length <= LONGEST_PACKET or header[4] not in KINDS:
            raise ProtocolError(f"a packet of type {header[4]} with {length} bytes")
        return Packet(Kind(header[4]), self._read(length - HEADER))

    def send(self, kind: Kind, body: bytes) -> None:
        """Send a packet. Raises Closed, also when it is time to be cut."""
        if self.packets_left is not None:
            if self.packets_left <= 0:
                self.cut(self.reset_when_cut)
            self.packets_left -= 1
        length = HEADER + len(body)
        size = length.to_bytes(4, "big") if self.wide else length.to_bytes(2, "big") + b"\0\0"
        self._write(size + bytes((kind, 0, 0, 0)) + body)

    def request(self) -> Reader:
        """A reader of the next message from the client, which may span packets."""
        return Reader(self._data)

    def reply(self, message: bytes) -> None:
        """Send a message, cut into DATA packets of at most SDU bytes."""
        room = self.sdu - HEADER - DATA_FLAGS
        for begin in range(0, len(message), room):
            self.send(Kind.DATA, b"\0\0" + message[begin : begin + room])

    def acknowledge_break(self) -> None:
        """Answer a break as servers do: both sides drop what is on its way. An error message has to follow."""
        self.send(Kind.MARKER, bytes((1, 0, Marker.BREAK)))
        while True:
            packet = self.receive()
            if packet.kind == Kind.MARKER and packet.body[2] == Marker.RESET:
                break
        self.send(Kind.MARKER, bytes((1, 0, Marker.RESET)))

    def wait(self, seconds: float) -> None:
        """Do nothing for a while. Raises Interrupted or Closed as soon as the client sends a marker or goes."""
        if select.select([self._socket], [], [], seconds)[0]:
            self._data()
            raise ProtocolError("a request in the middle of a call")

    def ignore(self) -> None:
        """Never answer again, whatever the client sends. Raises Closed, when the client goes."""
        while True:
            self._read(1)

    def cut(self, reset: bool = False) -> None:
        """Close the connection, `reset` with RST instead of FIN. Raises Closed, always."""
        if reset:
            self._socket.setsockopt(socket.SOL_SOCKET, socket.SO_LINGER, NO_LINGER)
        else:
            self.shut()
        self._socket.close()
        raise Closed("cut by the listener")

    def shut(self) -> None:
        """End both directions, from any thread; whoever reads gets Closed."""
        try:
            self._socket.shutdown(socket.SHUT_RDWR)
        except OSError:
            return

    def close(self) -> None:
        """Give the socket back."""
        self._socket.close()

    def _data(self) -> bytes:
        """The payload of the next DATA packet. Raises Interrupted for a marker, Closed at the end of file."""
        packet = self.receive()
        if packet.kind == Kind.MARKER:
            if packet.body[2] == Marker.RESET:
                return self._data()
            raise Interrupted
        if packet.kind != Kind.DATA:
            raise ProtocolError(f"a packet of type {packet.kind.name} among requests")
        if int.from_bytes(packet.body[:DATA_FLAGS], "big") & END_OF_FILE:
            raise Closed("end of file")
        return packet.body[DATA_FLAGS:]

    def _read(self, length: int) -> bytes:
        parts = []
        try:
            while length:
                part = self._socket.recv(min(length, 1 << 20))
                if not part:
                    raise Closed("the client has closed the connection")
                parts.append(part)
                length -= len(part)
        except OSError as error:
            raise Closed(str(error)) from error
        return b"".join(parts)

    def _write(self, data: bytes) -> None:
        try:
            self._socket.sendall(data)
        except OSError as error:
            raise Closed(str(error)) from error
