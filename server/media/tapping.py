"""The tap's near end: the recorder as one more receiver, without a cipher.

A shell over one SEQPACKET socket. It never waits.
"""

import select
import socket
from collections.abc import Callable
from dataclasses import dataclass, field

from server.media.publication import Source
from signaling.rtp.tap import BATCH_LIMIT, DROPPED, HEADER, OVERRUN, PACKET, REPORT, SENDER_REPORT


@dataclass
class Overrun:
    """What one source has lost since the socket was full."""

    source: Source
    """Whose packets."""
    since: float
    """When the first of them came."""
    packets: int = 0
    """How many."""
    ending: bool = False
    """Whether a batch on its way to the socket holds its end."""


@dataclass
class _Batch:
    """Records that go out together, and whose packets they are."""

    records: bytearray = field(default_factory=bytearray)
    packets: list[tuple[Source, float]] = field(default_factory=list)


class Tap:
    """Gathers records until `flush`, or until `BATCH_LIMIT` octets, and sends them as one message.

    When the socket is full the batch is dropped: a picture goes on at its next key frame, a sound
    at its next packet that finds room, each behind an `OVERRUN` record. `notify` is told then. How
    much the socket holds is set by whoever made it.
    """

    def __init__(self, fd: int, notify: Callable[[Source, float, float], None]) -> None:
        self._socket = socket.socket(fileno=fd)
        self._socket.setblocking(False)
        self._poll = select.poll()
        self._poll.register(self._socket, select.POLLOUT)
        self._notify = notify
        self._batch = _Batch()
        self.overruns: dict[int, Overrun] = {}
        """What is not handed on just now, by handle."""
        self.packets = 0
        """RTP packets handed on since the start."""

    def close(self) -> None:
        """Close this end."""
        self._socket.close()

    def add(
        self, source: Source, codec: int, rollover: int, at: float, packet: bytes, begins: bool
    ) -> None:
        """One packet of a source that has a handle; `begins` when a decoder can start here."""
        if source.handle is None:
            return
        overrun = self.overruns.get(source.handle)
        if overrun is not None and not self._ends(overrun, begins, codec, len(packet)):
            overrun.packets += 1
            return
        self._room(HEADER.size + len(packet))
        self._batch.records += HEADER.pack(PACKET, codec, len(packet), source.handle, rollover, at)
        self._batch.records += packet
        self._batch.packets.append((source, at))

    def report(self, source: Source, codec: int, at: float, ntp: int, timestamp: int) -> None:
        """A sender report of the publisher (RFC 3550, 6.4.1)."""
        if source.handle is None or source.handle in self.overruns:
            return
        self._room(HEADER.size + REPORT.size)
        self._batch.records += HEADER.pack(
            SENDER_REPORT, codec, REPORT.size, source.handle, 0, at
        ) + REPORT.pack(ntp, timestamp)

    def _ends(self, overrun: Overrun, begins: bool, codec: int, octets: int) -> bool:
        """Whether a source goes on with a packet: it does, once its `OVERRUN` is in the batch."""
        if overrun.ending:
            return True
        handle = overrun.source.handle
        if not begins or handle is None:
            return False
        self._room(2 * HEADER.size + DROPPED.size + octets)
        self._batch.records += HEADER.pack(
            OVERRUN, codec, DROPPED.size, handle, 0, overrun.since
        ) + DROPPED.pack(overrun.packets, overrun.since)
        overrun.ending = True
        return True

    def _room(self, octets: int) -> None:
        if len(self._batch.records) + octets > BATCH_LIMIT:
            self.flush()

    def flush(self) -> None:
        """Send what was gathered."""
        batch = self._batch
        if not batch.records:
            return
        self._batch = _Batch()
        try:
            self._socket.send(batch.records)
        except OSError:
            self._drop(batch)
        else:
            self._sent(batch)

    def _sent(self, batch: _Batch) -> None:
        self.packets += len(batch.packets)
        for handle, overrun in list(self.overruns.items()):
            if overrun.ending:
                first = next(at for source, at in batch.packets if source is overrun.source)
                del self.overruns[handle]
                self._notify(overrun.source, overrun.since, first)

    def _drop(self, batch: _Batch) -> None:
        for overrun in self.overruns.values():
            overrun.ending = False
        for source, at in batch.packets:
            if source.handle is not None:
                overrun = self.overruns.setdefault(source.handle, Overrun(source, at))
                overrun.packets += 1

    def forget(self, handle: int) -> None:
        """A source is not handed on any more; its loss is nobody's."""
        self.overruns.pop(handle, None)

    def starved(self) -> list[Source]:
        """Sources that wait for a key frame though the socket has room again."""
        if not self.overruns or not self._poll.poll(0):
            return []
        return [each.source for each in self.overruns.values()]
