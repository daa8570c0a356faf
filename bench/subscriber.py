"""A light receiver of the load generator: notes arrivals, decrypts one packet of each stream."""

import struct
from dataclasses import dataclass, field

import pylibsrtp

from bench.counting import Got, Sent
from bench.datagrams import Batch
from bench.endpoint import Endpoint
from bench.orders import VIDEO
from server.media import feedback
from server.media.feedback import Reception
from signaling.rtp.header import read

_HEAD = struct.Struct("!xBHII")


@dataclass(kw_only=True)
class _Receiving:
    sent: Sent
    got: Got = field(default_factory=Got)
    ssrc: int = 0


class Subscriber:
    """One receiver; `video` and `audio` are what its room's publisher sends."""

    def __init__(self, endpoint: Endpoint, video: Sent, audio: Sent) -> None:
        self.endpoint = endpoint
        """Its connection."""
        self.streams: dict[bool, _Receiving] = {
            True: _Receiving(sent=video),
            False: _Receiving(sent=audio),
        }
        """Whether it is the picture, to what was received."""

    @property
    def sees(self) -> bool:
        """Whether a picture has come."""
        return self.streams[True].got.shift is not None

    def drain(self, batch: Batch) -> None:
        """Note all that has come."""
        for data, arrival in batch.read(self.endpoint.socket.fileno()):
            if len(data) < 12 or data[0] >> 6 != 2 or 192 <= data[1] <= 223:
                continue
            second, sequence, _, ssrc = _HEAD.unpack_from(data)
            receiving = self.streams[second & 127 == VIDEO]
            receiving.got.sequences.append(sequence)
            receiving.got.times.append(arrival)
            if receiving.got.shift is None:
                receiving.ssrc = ssrc
                self._recognise(receiving, bytes(data))

    def _recognise(self, receiving: _Receiving, data: bytes) -> None:
        try:
            plain = self.endpoint.unprotect(data)
        except pylibsrtp.Error:
            return
        header = read(plain)
        place = receiving.sent.latest.get(plain[header.payload : header.end])
        if place is not None:
            receiving.got.shift = header.sequence - place & 0xFFFF

    def report(self) -> None:
        """A receiver report, as a browser sends each second."""
        receptions = [
            Reception(
                ssrc=receiving.ssrc,
                fraction=0,
                lost=0,
                highest=receiving.got.sequences[-1],
                jitter=0,
                last_report=0,
                since_report=0,
            )
            for receiving in self.streams.values()
            if receiving.got.sequences
        ]
        data = feedback.receiver_report(1, receptions)
        self.endpoint.socket.send(self.endpoint.protect_rtcp(data))
