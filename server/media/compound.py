"""RTCP that a receiver sends for each packet or so: what the pump itself sees to. Pure.

Receiver reports and NACKs are taken out of a decrypted datagram (RFC 3550, 6.1; RFC 4585, 6.2.1),
transport-wide feedback by `wide_feedback`; what is left is the control half's. The reference for
the compiled pump's `rtcp.c`.
"""

import struct
from typing import Final, NamedTuple

from server.media.feedback import NACK_LIMIT, Nack, Reception
from signaling.congestion.wide_feedback import packets

_SOURCE_DESCRIPTION: Final = 202
_RECEIVER_REPORT: Final = 201
_TRANSPORT_FEEDBACK: Final = 205
_NACK: Final = 1
_WIDE: Final = 15
_BLOCK: Final = struct.Struct("!IIIIII")
_LOST: Final = struct.Struct("!HH")


class Compound(NamedTuple):
    """What one datagram says."""

    receptions: list[Reception]
    """Of receiver reports, in order."""
    nacks: list[Nack]
    """In order."""
    rest: bytes
    """The packets that are somebody else's, and what is no packet, as they came."""


def read(datagram: bytes) -> Compound:
    """Sort a decrypted datagram; any octets will do."""
    receptions: list[Reception] = []
    nacks: list[Nack] = []
    rest, behind = b"", 0
    for start, end in packets(datagram):
        behind = end
        body = _unpadded(datagram, start, end)
        kind, count = datagram[start + 1], datagram[start] & 0x1F
        if kind == _RECEIVER_REPORT and body >= start + 8 + _BLOCK.size * count:
            receptions += [
                _reception(datagram, start + 8 + _BLOCK.size * block) for block in range(count)
            ]
        elif kind == _TRANSPORT_FEEDBACK and count == _NACK and body >= start + 12:
            nacks.append(_nack(datagram, start + 8, body))
        elif not (kind == _TRANSPORT_FEEDBACK and count == _WIDE) and kind != _SOURCE_DESCRIPTION:
            rest += datagram[start:end]
    return Compound(receptions, nacks, rest + datagram[behind:])


def _unpadded(datagram: bytes, start: int, end: int) -> int:
    """Where a packet ends without its padding; at its beginning if it is all padding."""
    if not datagram[start] & 0x20:
        return end
    padding = datagram[end - 1]
    return end - padding if 0 < padding <= end - start - 4 else start


def _reception(datagram: bytes, at: int) -> Reception:
    ssrc, loss, highest, jitter, last, since = _BLOCK.unpack_from(datagram, at)
    lost = loss & 0xFF_FFFF
    return Reception(
        ssrc=ssrc,
        fraction=(loss >> 24) / 256,
        lost=lost - (lost >> 23 << 24),
        highest=highest,
        jitter=jitter,
        last_report=last,
        since_report=since,
    )


def _nack(datagram: bytes, at: int, end: int) -> Nack:
    """The numbers asked for, each once, at most `NACK_LIMIT`; a last odd octet says nothing."""
    asked: dict[int, None] = {}
    for first, mask in _LOST.iter_unpack(datagram[at + 4 : end - (end - at) % 4]):
        asked[first] = None
        for step in range(16):
            if mask >> step & 1:
                asked[first + step + 1 & 0xFFFF] = None
    ssrc = int.from_bytes(datagram[at : at + 4], "big")
    return Nack(ssrc=ssrc, sequences=tuple(asked)[:NACK_LIMIT])
