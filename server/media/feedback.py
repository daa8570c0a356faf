"""RTCP: what reports and requests say, and how ours are written (RFC 3550, 4585, 5104).

The only user of `aiortc.rtp`. Pure.
"""

import struct
from collections.abc import Iterable, Iterator, Sequence
from dataclasses import dataclass

from aiortc import rtp

NACK_LIMIT = 512
"""Sequence numbers that one NACK may name; more are left out, the peer asks again."""
ITEM_LIMIT = 128
"""Items of one datagram that are read; nobody sends more."""

_FULL_INTRA_REQUEST = struct.Struct("!IB3x")
_LOST = struct.Struct("!HH")


@dataclass(frozen=True, kw_only=True, slots=True)
class SenderReport:
    """The publisher's clock at one moment (RFC 3550, 6.4.1)."""

    ssrc: int
    """Whose."""
    ntp: int
    """64-bit NTP timestamp, of the publisher's own clock."""
    rtp: int
    """The RTP timestamp of the same moment."""
    packets: int
    """Sent since the beginning, 32 bits."""
    octets: int
    """Their payload, 32 bits."""


@dataclass(frozen=True, kw_only=True, slots=True)
class Reception:
    """How one stream arrives at its receiver (RFC 3550, 6.4.1)."""

    ssrc: int
    """Of the stream."""
    fraction: float
    """Share lost since the last report, 0 to 1."""
    lost: int
    """Packets lost since the beginning; negative when there were duplicates."""
    highest: int
    """Highest extended sequence number."""
    jitter: int
    """Of the arrivals, in RTP ticks."""
    last_report: int
    """Middle 32 bits of the last sender report's NTP timestamp; 0 for none."""
    since_report: int
    """Time since it came, in 1/65536 s."""


@dataclass(frozen=True, kw_only=True, slots=True)
class Nack:
    """Packets of one stream that did not arrive (RFC 4585, 6.2.1)."""

    ssrc: int
    """Of the stream."""
    sequences: tuple[int, ...]
    """16-bit numbers, at most `NACK_LIMIT`, none twice."""


@dataclass(frozen=True, kw_only=True, slots=True)
class KeyFrameRequest:
    """A PLI or FIR: the receiver needs a key frame (RFC 4585, 6.3.1; RFC 5104, 4.3.1)."""

    ssrc: int
    """Of the stream."""


@dataclass(frozen=True, kw_only=True, slots=True)
class Estimate:
    """A REMB: how much the receiver believes may be sent (draft-alvestrand-rmcat-remb-03)."""

    bitrate: int
    """Bits per second, all streams together."""


@dataclass(frozen=True, kw_only=True, slots=True)
class Goodbye:
    """Streams that have ended (RFC 3550, 6.6)."""

    ssrcs: tuple[int, ...]
    """Whose."""


Item = SenderReport | Reception | Nack | KeyFrameRequest | Estimate | Goodbye


def read(datagram: bytes) -> list[Item]:
    """What a decrypted RTCP datagram says, at most `ITEM_LIMIT` items; the unknown is left out.

    Raises `ValueError` for what is not RTCP.
    """
    try:
        packets = rtp.RtcpPacket.parse(datagram)
        items = [item for packet in packets[:ITEM_LIMIT] for item in _items(packet)]
    except struct.error as error:
        raise ValueError("an RTCP packet is cut short") from error
    return items[:ITEM_LIMIT]


def _items(packet: rtp.AnyRtcpPacket) -> Iterator[Item]:
    match packet:
        case rtp.RtcpSrPacket():
            info = packet.sender_info
            yield SenderReport(
                ssrc=packet.ssrc,
                ntp=info.ntp_timestamp,
                rtp=info.rtp_timestamp,
                packets=info.packet_count,
                octets=info.octet_count,
            )
            yield from map(_reception, packet.reports)
        case rtp.RtcpRrPacket():
            yield from map(_reception, packet.reports)
        case rtp.RtcpRtpfbPacket(fmt=rtp.RTCP_RTPFB_NACK):
            yield Nack(ssrc=packet.media_ssrc, sequences=_sequences(packet.lost))
        case rtp.RtcpPsfbPacket():
            yield from _payload_feedback(packet)
        case rtp.RtcpByePacket():
            yield Goodbye(ssrcs=tuple(packet.sources))
        case _:
            return


def _reception(report: rtp.RtcpReceiverInfo) -> Reception:
    return Reception(
        ssrc=report.ssrc,
        fraction=report.fraction_lost / 256,
        lost=report.packets_lost,
        highest=report.highest_sequence,
        jitter=report.jitter,
        last_report=report.lsr,
        since_report=report.dlsr,
    )


def _sequences(lost: Iterable[int]) -> tuple[int, ...]:
    # The parser adds offsets without wrapping them.
    return tuple(dict.fromkeys(sequence & 0xFFFF for sequence in lost))[:NACK_LIMIT]


def _payload_feedback(packet: rtp.RtcpPsfbPacket) -> Iterator[Item]:
    if packet.fmt == rtp.RTCP_PSFB_PLI:
        yield KeyFrameRequest(ssrc=packet.media_ssrc)
    elif packet.fmt == rtp.RTCP_PSFB_FIR:
        whole = len(packet.fci) // _FULL_INTRA_REQUEST.size * _FULL_INTRA_REQUEST.size
        for ssrc, _ in _FULL_INTRA_REQUEST.iter_unpack(packet.fci[:whole]):
            yield KeyFrameRequest(ssrc=ssrc)
    elif packet.fmt == rtp.RTCP_PSFB_APP and packet.fci.startswith(b"REMB"):
        yield Estimate(bitrate=rtp.unpack_remb_fci(packet.fci)[0])


def receiver_report(sender: int, receptions: Sequence[Reception]) -> bytes:
    """A receiver report from our SSRC `sender`; at most 31 streams (RFC 3550, 6.4.2)."""
    reports = [_report_block(reception) for reception in receptions[:31]]
    return bytes(rtp.RtcpRrPacket(ssrc=sender, reports=reports))


def _report_block(reception: Reception) -> rtp.RtcpReceiverInfo:
    return rtp.RtcpReceiverInfo(
        ssrc=reception.ssrc,
        fraction_lost=min(255, int(reception.fraction * 256)),
        packets_lost=rtp.clamp_packets_lost(reception.lost),
        highest_sequence=reception.highest & 0xFFFF_FFFF,
        jitter=min(reception.jitter, 0xFFFF_FFFF),
        lsr=reception.last_report,
        dlsr=min(reception.since_report, 0xFFFF_FFFF),
    )


def sender_report(report: SenderReport) -> bytes:
    """A sender report as bytes; counters wrap at 32 bits."""
    info = rtp.RtcpSenderInfo(
        ntp_timestamp=report.ntp,
        rtp_timestamp=report.rtp,
        packet_count=report.packets & 0xFFFF_FFFF,
        octet_count=report.octets & 0xFFFF_FFFF,
    )
    return bytes(rtp.RtcpSrPacket(ssrc=report.ssrc, sender_info=info))


def nack(sender: int, media: int, sequences: Iterable[int]) -> bytes:
    """Ask for packets again; 16-bit numbers in the order they were sent (RFC 4585, 6.2.1)."""
    body = struct.pack("!II", sender, media)
    first, mask = None, 0
    for sequence in sequences:
        step = 0 if first is None else (sequence - first - 1) & 0xFFFF
        if first is not None and step < 16:
            mask |= 1 << step
            continue
        if first is not None:
            body += _LOST.pack(first, mask)
        first, mask = sequence, 0
    if first is not None:
        body += _LOST.pack(first, mask)
    return rtp.pack_rtcp_packet(rtp.RTCP_RTPFB, rtp.RTCP_RTPFB_NACK, body)


def key_frame_request(sender: int, media: int) -> bytes:
    """A PLI for the publisher's SSRC `media` (RFC 4585, 6.3.1)."""
    return bytes(rtp.RtcpPsfbPacket(fmt=rtp.RTCP_PSFB_PLI, ssrc=sender, media_ssrc=media))


def estimate(sender: int, bitrate: int, ssrcs: Sequence[int]) -> bytes:
    """A REMB: these streams together may use `bitrate` bits per second."""
    fci = rtp.pack_remb_fci(bitrate, list(ssrcs[:255]))
    return bytes(rtp.RtcpPsfbPacket(fmt=rtp.RTCP_PSFB_APP, ssrc=sender, media_ssrc=0, fci=fci))
