"""From the first packet to the log-in: CONNECT, ACCEPT or REFUSE, then protocol and data types.

What is answered makes the driver take the plainest path it has: one request, one reply, no fast log-in, no
out-of-band breaks. Protocol of an Oracle 12.1 server.
"""

from __future__ import annotations

import re
from dataclasses import dataclass

from .packets import DATA_FLAGS, HEADER, Kind, Packet, Wire
from .scalars import ProtocolError, Reader, Writer

ACCEPT_VERSION = 315
FIELD_VERSION = 7  # 12.1
SERVER_VERSION = 6
AL32UTF8, AL16UTF16 = 873, 2000
SMALLEST_SDU, LARGEST_SDU = 512, 2 << 20
# The driver reads compile[40] and runtime[6] without looking at the length.
COMPILE_CAPABILITIES = bytes((*(0,) * 7, FIELD_VERSION, *(0,) * 37))
RUNTIME_CAPABILITIES = bytes((0, 0, 0, 0, 0, 0, 0x04))  # strings of 32 kB
NATIONAL = bytes(9) + AL16UTF16.to_bytes(2, "big")
BANNER = b"x86_64/Linux 2.4.xx\0"
PROTOCOL, DATA_TYPES = 1, 2


@dataclass(frozen=True)
class Connect:
    """What a client asks for: the session data unit, and its connect descriptor."""

    sdu: int
    descriptor: str

    @property
    def service(self) -> str:
        """The name of the service (or the SID), in capitals; empty if there is none."""
        found = re.search(r"\(\s*(?:SERVICE_NAME|SID)\s*=\s*([^()\s]*)\s*\)", self.descriptor, re.IGNORECASE)
        return found.group(1).upper() if found else ""


def read_connect(wire: Wire) -> Connect:
    """Read the first packet, and the second one if the descriptor is so long that it has its own."""
    packet = wire.receive()
    if packet.kind != Kind.CONNECT:
        raise ProtocolError(f"a connection that begins with a packet of type {packet.kind.name}")
    length, offset = (int.from_bytes(packet.body[at : at + 2], "big") for at in (16, 18))
    sdu = int.from_bytes(packet.body[50:54], "big")
    descriptor = packet.body[offset - HEADER :][:length]
    while len(descriptor) < length:
        descriptor += _more(wire.receive())
    return Connect(min(max(sdu, SMALLEST_SDU), LARGEST_SDU), descriptor.decode())


def accept(wire: Wire, sdu: int) -> None:
    """Take the client; lengths have 32 bits from here on."""
    body = Writer().u16be(ACCEPT_VERSION).u16be(0).u16be(min(sdu, 0xFFFF)).u16be(0xFFFF).u16be(1)
    body.u16be(0).u16be(0).u8(0, 0).raw(bytes(8)).u32be(sdu)
    wire.send(Kind.ACCEPT, bytes(body))
    wire.wide = True
    wire.sdu = sdu


def refuse(wire: Wire, code: int) -> None:
    """Send the client away with an error of the network layer, 12514 for instance."""
    text = f"(DESCRIPTION=(TMP=)(VSNNUM=202375680)(ERR={code})(ERROR_STACK=(ERROR=(CODE={code})(EMFI=4))))".encode()
    wire.send(Kind.REFUSE, bytes(Writer().u8(0x22, 0).u16be(len(text)).raw(text)))


def negotiate(wire: Wire) -> None:
    """Agree on protocol and data types."""
    _expect(wire.request(), PROTOCOL)
    reply = Writer().u8(PROTOCOL, SERVER_VERSION, 0).raw(BANNER).u16le(AL32UTF8).u8(1).u16le(0)
    reply.u16be(len(NATIONAL)).raw(NATIONAL).clr(COMPILE_CAPABILITIES).clr(RUNTIME_CAPABILITIES)
    wire.reply(bytes(reply))
    _expect(wire.request(), DATA_TYPES)
    wire.reply(bytes((DATA_TYPES, 0, 0)))


def _expect(request: Reader, kind: int) -> None:
    """Read a message of the negotiation, whose content is of no interest, to its end."""
    if (found := request.u8()) != kind:
        raise ProtocolError(f"message {found} where message {kind} belongs")
    if kind == PROTOCOL:
        while request.u8() != 0:  # versions, up to a zero
            pass
        while request.u8() != 0:  # the name of the driver
            pass
        return
    request.take(5)
    request.clr()
    request.clr()
    while request.u16be():  # a type, what it is converted to, its representation, 0
        request.take(6)


def _more(packet: Packet) -> bytes:
    if packet.kind != Kind.DATA:
        raise ProtocolError("a connect descriptor that breaks off")
    return packet.body[DATA_FLAGS:]
