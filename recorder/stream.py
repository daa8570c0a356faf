"""One publication on the tap: its packets in order, whole frames, lesson time. Pure."""

import struct

from recorder import depacketize
from recorder.cutter import Timed
from recorder.reorder import Ordered, Reorder
from recorder.timeline import DeviceClock, Timeline
from signaling.events import Codec
from signaling.rtp import header
from signaling.rtp.codecs import CLOCK_RATES
from signaling.rtp.sequence import difference

_NUMBERS = struct.Struct("!2xH4xI")

Frames = list[Timed | None]
"""In order; none stands where something is missing."""


class Stream:
    """What comes for one handle; a new SSRC or codec begins anew. Holds what `Reorder` holds."""

    def __init__(self, codec: Codec, device: DeviceClock) -> None:
        self._codec = codec
        self._device = device
        self._ssrc: int | None = None
        self._begin()

    def _begin(self) -> None:
        self._reorder = Reorder()
        self._assembler = depacketize.assembler(self._codec)
        self._rate = CLOCK_RATES[self._codec]
        self._timeline = Timeline(self._rate, self._device)
        self._rtp: int | None = None
        self._ran = 0
        self._time = 0.0

    def packet(self, codec: Codec, rollover: int, body: bytes, arrival: float) -> Frames:
        """What this packet, which arrived at lesson time `arrival`, makes whole."""
        if len(body) < header.LENGTH:
            return []
        sequence, ssrc = _NUMBERS.unpack_from(body)
        before: Frames = []
        if ssrc != self._ssrc or codec is not self._codec:
            if self._ssrc is not None:
                before = [*self._frames(self._reorder.drain(), arrival), None]
            self._ssrc, self._codec = ssrc, codec
            self._begin()
        ordered = self._reorder.push(rollover << 16 | sequence, body, arrival)
        return [*before, *self._frames(ordered, arrival)] if ordered or before else before

    def report(self, ntp: int, rtp: int, arrival: float) -> None:
        """A sender report of the publisher."""
        self._timeline.report(ntp, rtp, arrival)

    def expire(self, now: float) -> Frames:
        """What is whole without the packets that were waited for too long."""
        return self._frames(self._reorder.expire(now), now)

    def drain(self, now: float) -> Frames:
        """Everything held; the next packet need not follow on it."""
        return self._frames(self._reorder.drain(), now)

    def _frames(self, ordered: Ordered, arrival: float) -> Frames:
        out: Frames = []
        for packet in ordered:
            if packet is None:
                self._assembler.lose()
                out.append(None)
            else:
                frame = self._frame(packet, arrival)
                if frame is not None:
                    out.append(frame)
        return out

    def _frame(self, packet: bytes, arrival: float) -> Timed | None:
        try:
            head = header.read(packet)
        except ValueError:
            return None
        if head.timestamp != self._rtp:
            self._time_of(head.timestamp, arrival)
        whole = self._assembler.feed(packet, head.payload, head.end, head.marker)
        if whole is None:
            return None
        return Timed(self._time, self._ran / self._rate, whole.data, whole.key, self._codec)

    def _time_of(self, rtp: int, arrival: float) -> None:
        """A new frame begins: ask the clocks."""
        if self._rtp is not None:
            self._ran += difference(rtp, self._rtp)
        self._rtp = rtp
        self._time = self._timeline.at(rtp, arrival)
