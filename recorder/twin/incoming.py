"""What is done for each packet, in C: one call for a batch, and all that came of it."""

import struct
from collections.abc import Iterable, Iterator
from itertools import chain
from typing import Any, Final

from recorder.packets import Found
from recorder.twin.library import ffi, load
from signaling.events import Codec
from signaling.rtp.tap import CODECS

FOUND: Final = struct.Struct("=dQIIIBB?x")
"""`struct found` of layout.h."""
NO_MEMORY: Final = 2


class Compiled:
    """`packets.Incoming`; its memory is C's and is given back with this object."""

    def __init__(self) -> None:
        self._library: Final = load()
        self._state: Final = ffi.gc(self._library.incoming_open(), self._library.incoming_close)

    def open(self, handle: int, codec: Codec) -> None:
        """As `Incoming` says."""
        if not self._library.stream_open(self._state, handle, CODECS.index(codec)):
            raise MemoryError

    def close(self, handle: int, now: float) -> list[Found]:
        """As `Incoming` says."""
        return _found(self._library.stream_close(self._state, handle, now))

    def batch(self, batch: bytes | memoryview) -> Iterable[Found]:
        """As `Incoming` says."""
        told = self._library.incoming_batch(self._state, ffi.from_buffer(batch), len(batch))
        found = _found(told)
        return chain(found, _fault()) if told.broken else found

    def expire(self, now: float) -> list[Found]:
        """As `Incoming` says."""
        return _found(self._library.incoming_expire(self._state, now))


def _fault() -> Iterator[Found]:
    raise ValueError("a tap record is cut short or of no known kind")
    yield


def _found(told: Any) -> list[Found]:  # noqa: ANN401  # a struct of C's
    """All that a call has told, with octets of its own."""
    if told.broken & NO_MEMORY:
        raise MemoryError
    if not told.count:
        return []
    data = ffi.buffer(told.data, told.octets)
    return [
        Found(kind, handle, CODECS[codec], key, rtp, arrival, data[at : at + size])
        for arrival, at, size, handle, rtp, kind, codec, key in FOUND.iter_unpack(
            ffi.buffer(told.found, told.count * FOUND.size)
        )
    ]
