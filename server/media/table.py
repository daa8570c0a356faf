"""The forwarding table: what the control half writes and the pump reads, laid out once.

It is flat, so that a compiled pump can take it as it is. Pure.
"""

from __future__ import annotations

from collections.abc import Callable
from typing import TYPE_CHECKING, Final, NamedTuple

if TYPE_CHECKING:
    from server.media.path import Path
    from server.media.recent import Recent
    from server.media.subscription import Subscription

HISTORY: Final = 512
"""Packets of a publication that are kept for retransmission, and how late one may come."""
JUMP: Final = 3000
"""A sequence number so far ahead begins anew (`MAX_DROPOUT` of RFC 3550, A.1)."""
STAMP: Final = slice(5, 8)
"""Where abs-send-time stands in a lane's extension block: its first element."""
LEVEL: Final = 9
"""Where the audio level stands in a sound's extension block: its second element."""


class Lane(NamedTuple):
    """One row of a publication as the pump reads it: everything that does not change by packet.

    A row that waits, is muted or has no address has no lane.
    """

    pack: Callable[..., None]
    """Writes header and extension block in one go."""
    payload_type: int
    """The receiver's, 7 bits."""
    sequence_offset: int
    """Added to the publisher's index, modulo 2**16."""
    timestamp_offset: int
    """Added to the publisher's timestamp, modulo 2**32."""
    ssrc: int
    """The slot's, for ever."""
    head: int
    """First octet: version, and whether there is an extension block."""
    extension: bytearray
    """The extension block."""
    stamp: bytearray
    """Where the pump writes the send time, at `STAMP`: the block, or scratch if not agreed."""
    loudness: bytearray
    """Where the pump writes the level of a sound, at `LEVEL`: the block, or scratch."""
    width: int
    """Octets of header and extension block."""
    session: object
    """Where libsrtp keeps the receiver's keys."""
    name: int
    """Where the receiver's socket address lies."""
    first: int
    """The publisher's index from which this row forwards; what is older came before a switch."""
    path: Path | None = None
    """Where packets are numbered and noted; none for a receiver that tells nothing of them."""
    number: slice = slice(0, 0)
    """Where the transport-wide number stands in the extension block."""
    row: Subscription | None = None
    """Whose lane it is."""
    copies: int = 0
    """How many packets each one repeats, which is then redundant sound (RFC 2198)."""
    inner: int = 0
    """The receiver's payload type of what redundant sound is made of."""
    recent: Recent | None = None
    """Where datagrams are kept to be sent again as they were."""


class Packet(NamedTuple):
    """One packet of a publication, plain and in its place."""

    order: int
    """The publisher's sequence number with its rollovers."""
    marker: int
    """128 or 0."""
    timestamp: int
    """The publisher's."""
    payload: bytes
    """Without header and padding."""
    level: int
    """The octet of RFC 6464, voice bit included."""
    begins: bool
    """Whether a decoder can begin with it."""
    whole: bytes
    """Header, extensions and payload; empty unless the source is tapped."""


class Kept(NamedTuple):
    """A packet kept for retransmission."""

    order: int
    """The publisher's sequence number with its rollovers."""
    marker: int
    """128 or 0."""
    timestamp: int
    """The publisher's."""
    payload: bytes
    """Without header and padding."""
    level: int
    """How loud it is, the octet of RFC 6464."""
