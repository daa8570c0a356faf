"""Packets in a stream of octets: each behind its length in two octets (RFC 4571, 2). Pure."""

import struct
from collections.abc import Iterator
from typing import Final

LONGEST: Final = 2048
"""Octets of a frame; a longer one is no packet of WebRTC."""

_LENGTH = struct.Struct("!H")


class FramingError(Exception):
    """What came is not a stream of frames; nothing behind it can be found any more."""


class Frames:
    """Reads one stream; holds less than one frame of at most `LONGEST` octets."""

    def __init__(self) -> None:
        self._rest = b""

    def feed(self, data: bytes) -> Iterator[bytes]:
        """The packets that are whole now, in their order; empty frames are left out.

        Raises:
            FramingError: a frame is too long; packets before it have been given.
        """
        held, at = self._rest + data, 0
        while at + 2 <= len(held):
            (length,) = _LENGTH.unpack_from(held, at)
            if length > LONGEST:
                raise FramingError(f"a frame of {length} octets")
            if at + 2 + length > len(held):
                break
            if length:
                yield held[at + 2 : at + 2 + length]
            at += 2 + length
        self._rest = held[at:]


def frame(packet: bytes) -> bytes:
    """A packet as it goes into a stream."""
    return _LENGTH.pack(len(packet)) + packet
