"""One stream of RTP on its way to the server: packets, retransmissions, reports; pure.

The sender reports of all streams of this process read one clock, the monotonic one shifted to the
date once at start: that is what keeps lips and voice together, whatever happens to the date later.
"""

import struct
from collections import deque
from dataclasses import dataclass, field

from aiortc.rtp import (
    RTCP_PSFB_APP,
    RTCP_PSFB_FIR,
    RTCP_PSFB_PLI,
    RTCP_RTPFB_NACK,
    AnyRtcpPacket,
    RtcpPsfbPacket,
    RtcpRrPacket,
    RtcpRtpfbPacket,
    RtcpSdesPacket,
    RtcpSenderInfo,
    RtcpSourceInfo,
    RtcpSrPacket,
    unpack_remb_fci,
)

from client.room.layers import WHOLE
from signaling.rtp.extensions import REPAIRED_RID, RID, TRANSPORT_CC
from signaling.rtp.header import extension_block
from signaling.rtp.sequence import to_ntp

KEPT = 1024
"""Packets kept for retransmission: four seconds of the fastest picture."""

SPEECH = 50
"""Loudness in −dBov above which a sound is called speech."""

HEADER = 12
"""Octets of a packet before its extension block."""

WIDE_AT = HEADER + 5
"""Where the number on the transport stands: in the first element of the block, behind its head."""

MID = "urn:ietf:params:rtp-hdrext:sdes:mid"
LEVEL = "urn:ietf:params:rtp-hdrext:ssrc-audio-level"
SENT = "http://www.webrtc.org/experiments/rtp-hdrext/abs-send-time"


@dataclass(frozen=True, kw_only=True)
class Line:
    """What offer and answer agreed for the section that a stream is sent in."""

    mid: str
    """Its name."""
    payload: int
    """Payload type of the media."""
    rtx: int | None
    """Payload type of its retransmissions; none: lost packets are sent again as they were."""
    clock_rate: int
    """RTP ticks per second."""
    extensions: dict[str, int]
    """Header extension URI to its id (RFC 8285)."""


@dataclass(frozen=True, kw_only=True)
class Wishes:
    """What feedback asks of the encoder."""

    key_frame: bool = False
    """A picture was lost beyond repair (RFC 4585 PLI, RFC 5104 FIR)."""
    loss: float | None = None
    """Share of packets the other end missed since its last report."""
    again: tuple[bytes, ...] = ()
    """Packets to send once more."""


@dataclass
class Outgoing:
    """The packets of one source on one peer.

    Keeps the last packets for retransmission; older ones are forgotten. Each sequence number is
    used once: a retransmission travels in a stream of its own (RFC 4588) where that is agreed.
    """

    line: Line
    """What was agreed; may be replaced by a renegotiation."""
    ssrc: int
    """Random, 32 bits."""
    rtx_ssrc: int
    """Of the retransmissions."""
    cname: str
    """The same for all streams of a process: they share a clock (RFC 7022)."""
    epoch: float
    """Seconds from 1970 to monotonic second 0; the same for all streams of a process."""
    sequence: int
    """Of the next packet; begins in the lower half (RFC 3711 3.3.1)."""
    timestamp: int
    """RTP time of tick 0."""
    layer: str = WHOLE
    """The rid of the layer it carries."""
    known: bool = False
    """Whether the other end has told of it; until then each packet bears the layer's name."""
    packets: int = 0
    """Sent so far."""
    octets: int = 0
    """Payload bytes sent so far."""
    _kept: dict[int, tuple[int, bytes, bytes]] = field(default_factory=dict)
    _order: deque[int] = field(default_factory=deque)
    _rtx_sequence: int = 0
    _last: tuple[int, float] | None = None

    @property
    def numbered(self) -> bool:
        """Whether each of its packets bears a number of its own on the transport, set last."""
        return TRANSPORT_CC in self.line.extensions

    def agree(self, line: Line, layer: str) -> None:
        """Go on as offer and answer have it now."""
        self.line, self.layer, self.known = line, layer, False

    def frame(
        self,
        payloads: list[bytes],
        ticks: int,
        captured: float,
        now: float,
        level: int | None = None,
        begins: bool = False,
    ) -> list[bytes]:
        """Packets of one frame.

        Args:
            payloads: of the frame, in order.
            ticks: RTP ticks since the source began.
            captured: monotonic seconds at which the frame was seen or heard.
            now: monotonic seconds.
            level: loudness in −dBov, 0 to 127, of sound (RFC 6464).
            begins: whether sound begins after silence: its first packet is marked.
        """
        self._last = (ticks, captured)
        extension = self._extension(now, level)
        time = (self.timestamp + ticks) & 0xFFFFFFFF
        last = len(payloads) - 1
        picture = level is None
        packets = [
            self._packet(payload, time, extension, begins if not picture else at == last)
            for at, payload in enumerate(payloads)
        ]
        again = self._extension(now, level, repairs=True)
        for packet in packets:
            self._keep(packet, HEADER + len(extension), again)
        return packets

    def _packet(self, payload: bytes, time: int, extension: bytes, marker: bool) -> bytes:
        line = self.line
        header = struct.pack(
            "!BBHLL",
            0x90 if extension else 0x80,
            marker << 7 | line.payload,
            self.sequence,
            time,
            self.ssrc,
        )
        self.sequence = (self.sequence + 1) & 0xFFFF
        self.packets += 1
        self.octets += len(payload)
        return header + extension + payload

    def _keep(self, packet: bytes, payload_at: int, again: bytes) -> None:
        """Keep a packet, and the extension block that it is sent again with."""
        sequence = int.from_bytes(packet[2:4], "big")
        self._kept[sequence] = (payload_at, packet, again)
        self._order.append(sequence)
        if len(self._order) > KEPT:
            del self._kept[self._order.popleft()]

    def _extension(self, now: float, level: int | None, repairs: bool = False) -> bytes:
        ids = self.line.extensions
        elements = {ids[TRANSPORT_CC]: bytes(2)} if self.numbered else {}
        elements |= self._names(repairs)
        if LEVEL in ids and level is not None:
            # The flag for speech is set by loudness alone (RFC 6464 3).
            elements[ids[LEVEL]] = bytes([(0x80 if level < SPEECH else 0) | level])
        if SENT in ids:
            elements[ids[SENT]] = (int(now * 2**18) & 0xFFFFFF).to_bytes(3, "big")
        return extension_block(elements)

    def _names(self, repairs: bool) -> dict[int, bytes]:
        """Of section and layer (RFC 9143, RFC 8852); a layer that is known needs neither."""
        ids = self.line.extensions
        if self.layer and self.known and not repairs:
            return {}
        elements = {ids[MID]: self.line.mid.encode()} if MID in ids else {}
        # Nobody tells of the stream of retransmissions: it bears its name for ever.
        uri = REPAIRED_RID if repairs and REPAIRED_RID in ids else RID
        if self.layer and uri in ids:
            elements[ids[uri]] = self.layer.encode()
        return elements

    def report(self, now: float) -> bytes | None:
        """The sender report of this moment with the stream's name; none before the first frame."""
        if self._last is None:
            return None
        ticks, captured = self._last
        at = self.timestamp + ticks + round((now - captured) * self.line.clock_rate)
        info = RtcpSenderInfo(
            ntp_timestamp=to_ntp(self.epoch + now),
            rtp_timestamp=at & 0xFFFFFFFF,
            packet_count=self.packets & 0xFFFFFFFF,
            octet_count=self.octets & 0xFFFFFFFF,
        )
        name = RtcpSourceInfo(ssrc=self.ssrc, items=[(1, self.cname.encode())])
        report = RtcpSrPacket(ssrc=self.ssrc, sender_info=info)
        return bytes(report) + bytes(RtcpSdesPacket(chunks=[name]))

    def feedback(self, packet: AnyRtcpPacket) -> Wishes:
        """What one RTCP packet asks of this stream; nothing where it concerns another."""
        match packet:
            case RtcpRtpfbPacket(fmt=fmt, media_ssrc=ssrc) if ssrc == self.ssrc:
                # Transport-wide feedback parses as a NACK too: look at its format.
                lost = packet.lost if fmt == RTCP_RTPFB_NACK else []
                return Wishes(again=tuple(self._again(lost)))
            case RtcpPsfbPacket(fmt=fmt) if fmt in (RTCP_PSFB_PLI, RTCP_PSFB_FIR):
                return Wishes(key_frame=self._is_asked(packet))
            case RtcpRrPacket() | RtcpSrPacket():
                shares = [r.fraction_lost for r in packet.reports if r.ssrc == self.ssrc]
                self.known = self.known or bool(shares)
                return Wishes(loss=shares[-1] / 256 if shares else None)
            case _:
                return Wishes()

    def _is_asked(self, packet: RtcpPsfbPacket) -> bool:
        # A FIR names its streams in entries of 8 bytes, and nothing in its header (RFC 5104 4.3.1).
        named = [packet.fci[at : at + 4] for at in range(0, len(packet.fci) - 7, 8)]
        return bool(packet.media_ssrc == self.ssrc) or self.ssrc.to_bytes(4, "big") in named

    def padding(self, octets: int) -> list[bytes]:
        """The newest packets once more, at least so many octets, to fill a probe with.

        What came is dropped by the other end, and what was lost is repaired. Empty without RTX.
        """
        packets: list[bytes] = []
        if self.line.rtx is None:
            return packets
        for sequence in reversed(self._order):
            if octets <= 0:
                break
            packets.append(self._repeat(*self._kept[sequence]))
            octets -= len(packets[-1])
        return packets

    def _again(self, lost: list[int]) -> list[bytes]:
        if self.numbered and self.line.rtx is None:
            return []  # sent as it was but for its number, it would use up one of its key twice
        found = (self._kept.get(sequence & 0xFFFF) for sequence in lost[:KEPT])
        return [self._repeat(*kept) for kept in found if kept is not None]

    def _repeat(self, payload_at: int, packet: bytes, extension: bytes) -> bytes:
        if self.line.rtx is None:
            return packet
        _, marker, original, time, _ = struct.unpack_from("!BBHLL", packet)
        header = struct.pack(
            "!BBHLL",
            0x90 if extension else 0x80,
            marker & 0x80 | self.line.rtx,
            self._rtx_sequence,
            time,
            self.rtx_ssrc,
        )
        self._rtx_sequence = (self._rtx_sequence + 1) & 0xFFFF
        rest: bytes = extension + original.to_bytes(2, "big") + packet[payload_at:]
        return header + rest


def numbered(packet: bytes, number: int) -> bytes:
    """A packet of a numbered stream with its number on the transport, 16 bits."""
    return packet[:WIDE_AT] + number.to_bytes(2, "big") + packet[WIDE_AT + 2 :]


def estimate(packet: AnyRtcpPacket) -> tuple[int, list[int]] | None:
    """Bits per second the way has room for, and the streams that share them (REMB), if told."""
    if not isinstance(packet, RtcpPsfbPacket) or packet.fmt != RTCP_PSFB_APP:
        return None
    try:
        bitrate, ssrcs = unpack_remb_fci(packet.fci)
    except (ValueError, struct.error):
        return None
    return bitrate, ssrcs
