"""Scalars of the protocol: fixed integers, length-prefixed integers (ub, sb), bytes with length (CLR, DALC)."""

from __future__ import annotations

from collections.abc import Callable

# A first byte up to this is a plain length; longer bytes go in chunks behind LONG, closed by an empty chunk.
LONGEST_PLAIN = 252
LONG, NULL = 0xFE, 0xFF
CHUNK = 32767
NEGATIVE = 0x80


class ProtocolError(Exception):
    """Bytes that this listener does not understand; the message says where."""


class Reader:
    """Reads scalars one after the other; `more` gives the next bytes when those at hand are used up."""

    def __init__(self, more: Callable[[], bytes]) -> None:
        self._more = more
        self._data = memoryview(b"")

    def take(self, length: int) -> bytes:
        """The next bytes."""
        parts, missing = [], length
        while missing > len(self._data):
            parts.append(self._data)
            missing -= len(self._data)
            self._data = memoryview(self._more())
        parts.append(self._data[:missing])
        self._data = self._data[missing:]
        return b"".join(parts)

    def u8(self) -> int:
        """One byte."""
        return self.take(1)[0]

    def u16le(self) -> int:
        """Two bytes, little endian."""
        return int.from_bytes(self.take(2), "little")

    def u16be(self) -> int:
        """Two bytes, big endian."""
        return int.from_bytes(self.take(2), "big")

    def ub(self) -> int:
        """A length byte and so many bytes, big endian."""
        length = self.u8()
        if length > 8:
            raise ProtocolError(f"an integer of {length} bytes")
        return int.from_bytes(self.take(length), "big")

    def ubs(self, count: int) -> list[int]:
        """Several of them."""
        return [self.ub() for _ in range(count)]

    def clr(self) -> bytes | None:
        """Bytes with their length; None for NULL, which is also the empty text."""
        length = self.u8()
        if length in (0, NULL):
            return None
        if length <= LONGEST_PLAIN:
            return self.take(length)
        if length != LONG:
            raise ProtocolError(f"bytes with length byte {length}")
        chunks = []
        while size := self.ub():
            chunks.append(self.take(size))
        return b"".join(chunks)

    def dalc(self) -> bytes:
        """Bytes with two lengths."""
        return (self.clr() or b"") if self.ub() else b""


class Writer(bytearray):
    """Gathers scalars. Every method returns the writer, so that calls can be chained."""

    def raw(self, data: bytes) -> Writer:
        """Bytes as they are."""
        self += data
        return self

    def u8(self, *values: int) -> Writer:
        """Bytes."""
        self += bytes(values)
        return self

    def u16be(self, value: int) -> Writer:
        """Two bytes, big endian."""
        return self.raw(value.to_bytes(2, "big"))

    def u16le(self, value: int) -> Writer:
        """Two bytes, little endian."""
        return self.raw(value.to_bytes(2, "little"))

    def u32be(self, value: int) -> Writer:
        """Four bytes, big endian."""
        return self.raw(value.to_bytes(4, "big"))

    def ub(self, *values: int) -> Writer:
        """Length-prefixed integers that are not negative."""
        for value in values:
            self += _integer(value, 0)
        return self

    def sb(self, value: int) -> Writer:
        """A length-prefixed integer with a sign."""
        return self.raw(_integer(abs(value), NEGATIVE if value < 0 else 0))

    def clr(self, data: bytes | None) -> Writer:
        """Bytes with their length."""
        return self.raw(clr(data))

    def dalc(self, data: bytes) -> Writer:
        """Bytes with two lengths."""
        self.ub(len(data))
        return self.clr(data) if data else self


def clr(data: bytes | None) -> bytes:
    """Bytes with their length; NULL and empty bytes are the same."""
    if not data:
        return b"\0"
    if len(data) <= LONGEST_PLAIN:
        return bytes((len(data),)) + data
    chunks = Writer((LONG,))
    for begin in range(0, len(data), CHUNK):
        chunk = data[begin : begin + CHUNK]
        chunks.ub(len(chunk)).raw(chunk)
    return bytes(chunks.ub(0))


def _integer(value: int, sign: int) -> bytes:
    if value == 0:
        return b"\0"
    length = next(size for size in (1, 2, 4, 8) if value < 1 << (8 * size))
    return bytes((length | sign,)) + value.to_bytes(length, "big")
