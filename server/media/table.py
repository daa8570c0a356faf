"""The forwarding table and the rings: what the pump and the control half share, laid out once.

The control half writes lanes and reads rings; the pump reads lanes and writes rings. Both layouts
are flat, so that a compiled pump can take them as they are. Pure.
"""

from __future__ import annotations

import struct
from array import array
from collections.abc import Callable
from typing import TYPE_CHECKING, Final, NamedTuple

if TYPE_CHECKING:
    from server.media.path import Path
    from server.media.recent import Recent
    from server.media.subscription import Subscription

HISTORY: Final = 512
"""Packets of a publication that are kept for retransmission, and how late one may come."""
RING: Final = 1024
"""Arrivals of a peer that the control half may leave unread; the oldest are overwritten."""
JUMP: Final = 3000
"""A sequence number so far ahead begins anew (`MAX_DROPOUT` of RFC 3550, A.1)."""
REPAIR: Final = 1
"""An arrival came as a retransmission."""
BEGINS: Final = 2
"""A decoder can begin with it."""
NO_LEVEL: Final = 255
"""The publisher does not tell how loud its sound is."""
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


class Arrival(NamedTuple):
    """One authentic packet, as the pump noted it."""

    stream: int
    """Number of the publication on its peer; -1 for a packet of none."""
    order: int
    """Sequence number with its rollovers; -1 for what counts on the transport alone."""
    at: float
    """CLOCK_MONOTONIC, seconds."""
    size: int
    """Octets of the datagram."""
    level: int
    """-dBov (RFC 6464), `NO_LEVEL` when not given."""
    wide: int
    """Transport-wide sequence number, -1 when not given."""
    timestamp: int
    """The packet's RTP timestamp."""
    flags: int
    """`REPAIR`, `BEGINS`."""


class Ring:
    """Arrivals of one peer, newest over oldest: flat records of `LAYOUT`."""

    LAYOUT: Final = struct.Struct("=iqdHHiIB")

    __slots__ = ("_data", "_read", "lost", "written")

    def __init__(self) -> None:
        self._data = array("B")
        self._read = 0
        self.written = 0
        """Records since the start."""
        self.lost = 0
        """Records overwritten before they were read."""

    def note(self, arrival: Arrival) -> None:
        """Write one arrival."""
        if not self._data:  # a peer that only receives never needs it
            self._data.frombytes(bytes(RING * self.LAYOUT.size))
        self.LAYOUT.pack_into(self._data, self.written % RING * self.LAYOUT.size, *arrival)
        self.written += 1

    def read(self) -> list[Arrival]:
        """The arrivals since the last call, oldest first."""
        written = self.written
        if written - self._read > RING:
            self.lost += written - self._read - RING
            self._read = written - RING
        found: list[Arrival] = []
        while self._read < written:
            place = self._read % RING
            count = min(written - self._read, RING - place)
            records = self._data[place * self.LAYOUT.size : (place + count) * self.LAYOUT.size]
            found += map(Arrival._make, self.LAYOUT.iter_unpack(records))
            self._read += count
        return found
