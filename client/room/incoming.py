"""One slot of the down peer: packets in, whole frames and feedback out; pure, decodes nothing."""

from dataclasses import dataclass, field

from aiortc.rtp import (
    RTCP_PSFB_PLI,
    RTCP_RTPFB_NACK,
    AnyRtcpPacket,
    RtcpPsfbPacket,
    RtcpReceiverInfo,
    RtcpRrPacket,
    RtcpRtpfbPacket,
    RtcpSrPacket,
)

from client.room.offers import Answered
from recorder.depacketize import Assembler, Frame, assembler
from recorder.reorder import WAIT_S, Ordered, Reorder
from signaling.events import Codec
from signaling.rtp.header import Header
from signaling.rtp.sequence import extend, middle

ASK_AGAIN_S = 0.06
ASK_TIMES = 8
MISSING = 512
"""Packets asked for at a time; a larger hole waits for a key frame."""
KEY_AGAIN_S = 0.5


@dataclass
class _Hole:
    since: float
    at: float
    asked: int = 0


@dataclass(frozen=True, kw_only=True)
class Arrived:
    """One whole frame."""

    codec: Codec
    """In what."""
    frame: Frame
    """Its bytes and whether it is a key frame."""


@dataclass
class Tally:
    """What receiver reports say of a stream (RFC 3550 6.4.1)."""

    base: int | None = None
    """First extended sequence number."""
    highest: int = 0
    """Highest extended sequence number."""
    received: int = 0
    """Packets, duplicates left out."""
    _expected_before: int = 0
    _received_before: int = 0

    @property
    def expected(self) -> int:
        """How many packets there should have been."""
        return 0 if self.base is None else self.highest - self.base + 1

    def lost_since(self) -> float:
        """Share of packets missing since the last call."""
        expected = self.expected - self._expected_before
        received = self.received - self._received_before
        self._expected_before, self._received_before = self.expected, self.received
        return max(0.0, (expected - received) / expected) if expected > 0 else 0.0


@dataclass
class Incoming:
    """The stream of one slot; holds at most the packets behind a hole (`recorder.reorder`)."""

    section: Answered
    """What was agreed."""
    sound: bool
    """Whether it carries audio."""
    tally: Tally = field(default_factory=Tally)
    """For the reports."""
    _reorder: Reorder = field(default_factory=Reorder)
    _holes: dict[int, _Hole] = field(default_factory=dict)
    _assembler: tuple[Codec, Assembler] | None = None
    _key_wanted: bool = False
    _key_asked: float = -1e9
    _sender: tuple[int, float] | None = None

    def __post_init__(self) -> None:
        self._codecs = {line.payload: codec for codec, line in self.section.lines.items()}
        self._rtx = {line.rtx: line.payload for line in self.section.lines.values()}

    def packet(self, packet: bytes, header: Header, now: float) -> list[Arrived]:
        """Take one RTP packet, retransmitted or not; the frames that are whole now."""
        payload, sequence, start = header.payload_type, header.sequence, header.payload
        if payload in self._rtx:
            if header.end - start < 2:
                return []
            sequence = int.from_bytes(packet[start : start + 2], "big")
            payload, start = self._rtx[payload], start + 2
        codec = self._codecs.get(payload)
        if codec is None or start >= header.end:
            return []
        index = self._count(sequence, now)
        # What the assembler needs travels through the reorder buffer in front of the payload.
        kept = bytes([payload, header.marker]) + packet[start : header.end]
        return self._assemble(self._reorder.push(index, kept, now))

    def _count(self, sequence: int, now: float) -> int:
        tally = self.tally
        if tally.base is None:
            tally.base = tally.highest = 65536 + sequence
            tally.received = 1
            return tally.highest
        index = extend(sequence, tally.highest)
        if index > tally.highest:
            if not self.sound:
                for missing in range(max(tally.highest + 1, index - MISSING), index):
                    self._holes[missing] = _Hole(since=now, at=now - ASK_AGAIN_S)
            tally.highest = index
            tally.received += 1
        elif self._holes.pop(index, None) is not None:
            tally.received += 1
        return index

    def expire(self, now: float) -> list[Arrived]:
        """Give up holes that are too old; call every few hundredths of a second."""
        return self._assemble(self._reorder.expire(now))

    def _assemble(self, ordered: Ordered) -> list[Arrived]:
        arrived = []
        for item in ordered:
            if item is None:
                self._lose()
                continue
            kept = bytes(item)
            codec = self._codecs[kept[0]]
            frame = self._assembler_of(codec).feed(kept, 2, len(kept), bool(kept[1]))
            if frame is not None:
                self._key_wanted = self._key_wanted and not frame.key
                arrived.append(Arrived(codec=codec, frame=frame))
        return arrived

    def _assembler_of(self, codec: Codec) -> Assembler:
        if self._assembler is None or self._assembler[0] is not codec:
            self._assembler = (codec, assembler(codec))
        return self._assembler[1]

    def _lose(self) -> None:
        if self._assembler is not None:
            self._assembler[1].lose()
        self._key_wanted = not self.sound

    def sender_report(self, report: RtcpSrPacket, now: float) -> None:
        """Note when the server's report came, for the round trip it measures."""
        self._sender = (middle(report.sender_info.ntp_timestamp), now)

    def feedback(self, reporter: int, now: float) -> list[AnyRtcpPacket]:
        """Retransmissions and key frames to ask for now."""
        asked: list[AnyRtcpPacket] = []
        ssrc = self.section.ssrcs[0]
        lost = self._to_ask(now)
        if lost:
            asked.append(
                RtcpRtpfbPacket(fmt=RTCP_RTPFB_NACK, ssrc=reporter, media_ssrc=ssrc, lost=lost)
            )
        if self._key_wanted and now - self._key_asked >= KEY_AGAIN_S:
            self._key_asked = now
            asked.append(RtcpPsfbPacket(fmt=RTCP_PSFB_PLI, ssrc=reporter, media_ssrc=ssrc))
        return asked

    def _to_ask(self, now: float) -> list[int]:
        lost = []
        for index, hole in list(self._holes.items()):
            old = now - hole.since > WAIT_S or index < self.tally.highest - MISSING
            if hole.asked >= ASK_TIMES or old:
                del self._holes[index]
            elif now - hole.at >= ASK_AGAIN_S:
                hole.asked, hole.at = hole.asked + 1, now
                lost.append(index & 0xFFFF)
        return lost

    def report(self, reporter: int, now: float) -> RtcpRrPacket | None:
        """The receiver report of this moment; none before the first packet."""
        if self.tally.base is None:
            return None
        lsr, since = self._sender or (0, now)
        info = RtcpReceiverInfo(
            ssrc=self.section.ssrcs[0],
            fraction_lost=int(self.tally.lost_since() * 255),
            packets_lost=min(0x7FFFFF, max(0, self.tally.expected - self.tally.received)),
            highest_sequence=(self.tally.highest - 65536) & 0xFFFFFFFF,
            jitter=0,
            lsr=lsr,
            dlsr=int((now - since) * 65536) if lsr else 0,
        )
        return RtcpRrPacket(ssrc=reporter, reports=[info])
