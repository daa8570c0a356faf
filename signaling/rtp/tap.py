"""The tap: what the media worker hands to the recorder, in batches over a SEQPACKET socket.

One message is what `PERIOD` brought, at most `BATCH_LIMIT` bytes: records one after another, each a
header and a body. Packets are RTP as the publisher sent it, decrypted, header and extensions
included; retransmissions arrive as the packet they repair. Pure.
"""

import struct
from collections.abc import Iterator
from typing import NamedTuple

from signaling.events import Codec

BATCH_LIMIT = 65_536
PERIOD = 0.05
"""Seconds for which the worker gathers; a message a wake cost the recorder twice as much."""

PACKET = 1
"""Body: one RTP packet."""
SENDER_REPORT = 2
"""Body: `REPORT`, the publisher's clock (RFC 3550, 6.4.1)."""
OVERRUN = 3
"""Body: `DROPPED`: the socket was full; video goes on at the next key frame."""

HEADER = struct.Struct("!BBHIId")
"""Kind, codec, length of the body, handle, rollover counter, arrival (CLOCK_MONOTONIC, s)."""
REPORT = struct.Struct("!QI")
"""NTP timestamp, RTP timestamp."""
DROPPED = struct.Struct("!Id")
"""How many packets, and when (CLOCK_MONOTONIC, s) the first of them arrived."""

CODECS: tuple[Codec, ...] = (Codec.OPUS, Codec.H264, Codec.VP8, Codec.VP9)
"""A codec's number in the header is its place here; only added to."""


class Record(NamedTuple):
    """One record of a batch."""

    kind: int
    """`PACKET`, `SENDER_REPORT` or `OVERRUN`."""
    codec: Codec
    """Of the source, just now."""
    handle: int
    """The number that the server gave the source for its recording."""
    rollover: int
    """Upper bits of the RTP sequence number (RFC 3711, 3.3.1), as the worker counted them."""
    arrival: float
    """When it arrived, CLOCK_MONOTONIC in seconds."""
    body: memoryview
    """See the kinds."""


def written(record: Record) -> bytes:
    """A record as it stands in a batch."""
    head = (record.kind, CODECS.index(record.codec), len(record.body), *record[2:5])
    return HEADER.pack(*head) + record.body


def records(batch: bytes | memoryview) -> Iterator[Record]:
    """The records of one batch; raises `ValueError` if it is cut or of no known kind."""
    view = memoryview(batch)
    at = 0
    while at < len(view):
        if len(view) - at < HEADER.size:
            raise ValueError("a tap record is cut short")
        kind, codec, length, handle, rollover, arrival = HEADER.unpack_from(view, at)
        at += HEADER.size
        if kind not in (PACKET, SENDER_REPORT, OVERRUN) or codec >= len(CODECS):
            raise ValueError("a tap record is of no known kind")
        if len(view) - at < length:
            raise ValueError("a tap record is cut short")
        yield Record(kind, CODECS[codec], handle, rollover, arrival, view[at : at + length])
        at += length
