"""What is done for each packet: batches of the tap to whole frames in order. Pure; the reference.

`recorder/twin` is the same in C. Nothing here knows lessons or lesson time.
"""

import struct
from collections.abc import Iterable, Iterator
from typing import Final, NamedTuple, Protocol

from recorder import depacketize
from recorder.reorder import Ordered, Reorder
from signaling.events import Codec
from signaling.rtp import header, tap

WHOLE: Final = 0
"""A frame is whole."""
LOST: Final = 1
"""Packets are missing here for good."""
BEGUN: Final = 2
"""Another SSRC or codec begins: what follows has another clock and needs nothing from before."""
REPORT: Final = 3
"""A sender report; `data` is `tap.REPORT`."""
OVERRUN: Final = 4
"""The tap was full up to here."""
STRANGE: Final = 5
"""A record of a handle that is not open; `data` is all of it."""

_NUMBERS = struct.Struct("!2xH4xI")


class Found(NamedTuple):
    """One thing that came of packets."""

    kind: int
    """`WHOLE`, `LOST`, `BEGUN`, `REPORT`, `OVERRUN` or `STRANGE`."""
    handle: int
    """Whose it is."""
    codec: Codec
    """In what it is."""
    key: bool = False
    """Whether a decoder can begin with the frame."""
    rtp: int = 0
    """RTP timestamp of the frame."""
    arrival: float = 0.0
    """When the frame's first packet, the report or the record came (CLOCK_MONOTONIC, s)."""
    data: bytes = b""
    """The frame as a file holds it, or what the kind says."""


class Incoming(Protocol):
    """Everything that comes over the tap, for any number of open handles."""

    def open(self, handle: int, codec: Codec) -> None:
        """Packets of a handle are put together from now on, without any from before."""

    def close(self, handle: int, now: float) -> Iterable[Found]:
        """What a handle held; it is not open any more."""

    def batch(self, batch: bytes | memoryview) -> Iterable[Found]:
        """What the records of a message came to; raises `ValueError` behind the last whole one."""

    def expire(self, now: float) -> Iterable[Found]:
        """What is whole without the packets that were waited for too long."""


class Interpreted:
    """The reference in Python."""

    def __init__(self) -> None:
        self._open: dict[int, Packets] = {}

    def open(self, handle: int, codec: Codec) -> None:
        """As `Incoming` says."""
        self._open[handle] = Packets(handle, codec)

    def close(self, handle: int, now: float) -> Iterable[Found]:
        """As `Incoming` says."""
        packets = self._open.pop(handle, None)
        return packets.drain(now) if packets is not None else ()

    def batch(self, batch: bytes | memoryview) -> Iterator[Found]:
        """As `Incoming` says."""
        for record in tap.records(batch):
            packets = self._open.get(record.handle)
            if packets is not None:
                yield from packets.record(record)
            else:
                yield Found(
                    *(STRANGE, record.handle, record.codec),
                    arrival=record.arrival,
                    data=tap.written(record),
                )

    def expire(self, now: float) -> Iterator[Found]:
        """As `Incoming` says."""
        for _, packets in sorted(self._open.items()):
            yield from packets.expire(now)


class Packets:
    """What comes for one handle; a new SSRC or codec begins anew. Holds what `Reorder` holds."""

    def __init__(self, handle: int, codec: Codec) -> None:
        self._handle = handle
        self._codec = codec
        self._ssrc: int | None = None
        self._begin()

    def _begin(self) -> None:
        self._reorder = Reorder()
        self._assembler = depacketize.assembler(self._codec)
        self._rtp: int | None = None
        self._arrival = 0.0

    def record(self, record: tap.Record) -> list[Found]:
        """What this record comes to."""
        arrival = record.arrival
        if record.kind == tap.PACKET:
            return self._packet(record.codec, record.rollover, bytes(record.body), arrival)
        if record.kind == tap.OVERRUN:
            return [*self.drain(arrival), self._found(OVERRUN)]
        if len(record.body) != tap.REPORT.size:
            return []
        return [self._found(REPORT)._replace(arrival=arrival, data=bytes(record.body))]

    def expire(self, now: float) -> list[Found]:
        """What is whole without the packets that were waited for too long."""
        return self._frames(self._reorder.expire(now), now)

    def drain(self, now: float) -> list[Found]:
        """Everything held; the next packet need not follow on it."""
        return self._frames(self._reorder.drain(), now)

    def _packet(self, codec: Codec, rollover: int, body: bytes, arrival: float) -> list[Found]:
        if len(body) < header.LENGTH:
            return []
        sequence, ssrc = _NUMBERS.unpack_from(body)
        before: list[Found] = []
        if ssrc != self._ssrc or codec is not self._codec:
            if self._ssrc is not None:
                before = self.drain(arrival)
            self._ssrc, self._codec = ssrc, codec
            self._begin()
            before.append(self._found(BEGUN))
        ordered = self._reorder.push(rollover << 16 | sequence, body, arrival)
        return before + self._frames(ordered, arrival)

    def _frames(self, ordered: Ordered, arrival: float) -> list[Found]:
        out: list[Found] = []
        for packet in ordered:
            if packet is None:
                self._assembler.lose()
                out.append(self._found(LOST))
            else:
                out += self._whole(packet, arrival)
        return out

    def _whole(self, packet: bytes, arrival: float) -> Iterator[Found]:
        """The frame that this packet ends, if it is one."""
        try:
            head = header.read(packet)
        except ValueError:
            return
        if head.timestamp != self._rtp:
            self._rtp, self._arrival = head.timestamp, arrival
        whole = self._assembler.feed(packet, head.payload, head.end, head.marker)
        if whole is not None:
            yield Found(
                *(WHOLE, self._handle, self._codec, whole.key),
                *(head.timestamp, self._arrival, whole.data),
            )

    def _found(self, kind: int) -> Found:
        return Found(kind, self._handle, self._codec)
