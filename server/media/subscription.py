"""What one receiver gets in one slot: a row of the forwarding table.

The slot keeps its SSRC for ever; its sequence and timestamps run on across everything that is bound
to it, and stand still while nothing passes. Each (SSRC, sequence) thus names one packet. Pure.
"""

from __future__ import annotations

import struct
from collections.abc import Iterable, Iterator, Sequence
from typing import TYPE_CHECKING

from server.media.arrivals import RoundTrips
from server.media.ice import Bucket
from server.media.path import is_numbered
from server.media.publication import LAYERS
from server.media.recent import Recent, is_repeated
from server.media.resent import find
from server.media.row_header import extensions_of, has_level, number_at
from server.media.switching import EVERY, NONE, Switch
from server.media.table import LEVEL, STAMP, Lane
from server.media.thinning import thin
from signaling.agreement import Payload, Section
from signaling.events import Codec
from signaling.rtp.extensions import ABS_SEND_TIME, abs_send_time
from signaling.rtp.header import LENGTH

if TYPE_CHECKING:
    from array import array

    from server.media.peer import Peer
    from server.media.publication import Publication, Source

HIGHEST = (LAYERS - 1, EVERY)
"""A wish for the highest layer there is, with every frame."""
RTX_RATE = (1000.0, 512.0)
"""Retransmissions a second of one row, and at once."""
PADDING_MOST = 255
"""Octets of padding that one packet holds: its last octet counts them (RFC 3550, 5.1)."""
_PADDED = 0x20


class Subscription:
    """One row: slot, binding, and where its sequence stands."""

    wish: tuple[int, int] | None = HIGHEST
    """Layer and highest temporal layer it is to get if they flow; none: nothing passes."""
    switch: Switch | None = None
    """Where it stands among the layers of its source, in a run of such a one or of fewer frames."""
    copies = 0
    """How many packets each packet of a sound repeats: inside, or else behind it (`recent`)."""
    stills = False
    """Whether the plan has room for a still of it at times alone."""
    twice = False
    """Whether each packet of a picture is followed by its retransmission, unasked (`doubling`)."""

    def __init__(self, peer: Peer, section: Section, sequence: int, timestamp: int) -> None:
        self.peer = peer
        """Who receives."""
        self.ssrc = section.ssrcs[0]
        """Of the packets, for ever."""
        self.rtx_ssrc = section.ssrcs[1] if len(section.ssrcs) > 1 else None
        """Of retransmissions; none for sounds."""
        self.source: Source | None = None
        """What is bound to the slot."""
        self.running = False
        """Whether packets pass, or will from the next key frame on."""
        self.began = 0.0
        """When the present run began."""
        self.resting = False
        """Whether its still has gone out and the next is not due yet."""
        self.clocked = False
        """Whether the receiver was told the publisher's clock in the present run."""
        self.sequence = sequence
        """Of the last packet sent before the present run; unbounded. The first is random."""
        self.timestamp = timestamp
        """Of that packet."""
        self.sent_at: float | None = None
        """When that was."""
        self.sequence_offset = 0
        """Of the present run: ours minus the publisher's."""
        self.timestamp_offset = 0
        """Of the present run: ours minus the publisher's, modulo 2**32."""
        self.first = 0
        """The publisher's index at which the present run began."""
        self.rtx_sequence = sequence & 0x7FFF
        """Of the last retransmission."""
        self.packets = 0
        """Packets sent before the present run, less those of the publication before it."""
        self.octets = 0
        """Their payloads, counted in the same way."""
        self.trips = RoundTrips()
        """When our sender reports went out, for the round trip."""
        self.rtx_limit = Bucket(*RTX_RATE)
        """How many retransmissions the receiver may still have."""
        self.agree(section)

    def agree(self, section: Section) -> None:
        """Take over the agreement of the slot's section."""
        self.section = section
        self.payloads: dict[Codec, Payload] = {}
        for payload in section.payloads:
            self.payloads.setdefault(payload.codec, payload)
        self.extension = bytearray(extensions_of(section))
        stamped = ABS_SEND_TIME in section.extensions
        levelled = has_level(section)
        self.stamp = self.extension if stamped else bytearray(16)
        self.loudness = self.extension if levelled else bytearray(16)
        self.number_at = number_at(section) if is_numbered(section) else 0
        self.head = 0x90 if self.extension else 0x80
        self.width = LENGTH + len(self.extension)
        self.packer = struct.Struct(f"!BBHII{len(self.extension)}s")
        self.recent = self.new_recent() if self.copies or is_repeated(section) else None

    def could_start(self, publication: Publication) -> bool:
        """Whether only a packet to begin with is missing."""
        return (
            publication.source.open
            and self.wish is not None
            and not self.running
            and not self.resting
            and self.peer.sending is not None
            and self.peer.route is not None
            and publication.codec in self.payloads
        )

    def start(self, publication: Publication, index: int, timestamp: int, now: float) -> None:
        """Begin with this packet, right behind the last one sent; unless it can't, or runs."""
        if not self.could_start(publication):
            return
        elapsed = 0.0 if self.sent_at is None else max(now - self.sent_at, 0.001)
        ours = self.timestamp + round(elapsed * publication.clock_rate)
        self.sequence_offset = self.sequence + 1 - index
        self.timestamp_offset = (ours - timestamp) & 0xFFFF_FFFF
        self.first = index
        self.began = now
        self.packets -= publication.packets
        self.octets -= publication.octets
        self.running = True
        self.clocked = False
        thin(self)

    def want(self, layer: int | None, temporal: int = EVERY) -> None:
        """What shall pass from the next packet on that allows it, if it flows; none: nothing."""
        self.wish = None if layer is None else (layer, temporal)
        if layer is None:
            self.stop()
        else:
            thin(self)

    def follow(self, publication: Publication) -> None:
        """Begin a run that goes over the layers of a source."""
        source, rate = publication.source, publication.clock_rate
        closes = publication.codec is Codec.VP8
        self.switch = self.new_switch(source.clocks, rate, closes)
        if self.sent_at is not None:
            self.switch.resume(int(self.sent_at * rate))
        self.running, self.clocked = True, False
        self.switch.want(len(source.layers) - 1)
        self.aim([each.layer for each in source.layers if each.ssrc is not None])
        source.followed = ()

    def new_recent(self) -> Recent:
        """What was sent last, where it is sent again as it was."""
        return Recent()

    def new_switch(self, clocks: array[int], rate: int, closes: bool) -> Switch:
        """A switch that this row's pump can read."""
        return Switch(clocks, rate, closes, self.sequence, self.timestamp)

    def aim(self, flowing: Sequence[int]) -> bool:
        """Go for what is wished or, if it does not flow, the next lower; whether that is another.

        Without a layer that flows it stays as it is.
        """
        if self.switch is None or self.wish is None:
            return False
        layer, temporal = self.wish
        wanted = max(
            (each for each in flowing if each <= layer), default=min(flowing, default=NONE)
        )
        if wanted == NONE:
            wanted = self.switch.wanted
        changes = wanted != self.switch.wanted
        self.switch.want(wanted, temporal)
        return changes

    @property
    def misses(self) -> Publication | None:
        """Whose key frame it waits for; none without layers and while it has what it wants."""
        switch = self.switch
        if switch is None or self.source is None or switch.layer == switch.wanted:
            return None
        return self.source.at(switch.wanted)

    @property
    def publication(self) -> Publication | None:
        """Whose packets pass or are waited for."""
        if self.source is None:
            return None
        switch = self.switch
        if switch is None or switch.wanted == NONE:
            return self.source.publication
        return self.source.at(switch.wanted if switch.layer == NONE else switch.layer)

    def begin_anew(self, publication: Publication) -> None:
        """A publication's sequence begins anew: nothing of it that came before passes any more."""
        if self.switch is None or publication.layer == NONE:
            self.stop()
        else:
            self.switch.forget(publication.layer)

    def stop(self) -> None:
        """Let nothing more pass and note where the sequence stands; again is fine."""
        if self.switch is not None:
            self._leave(self.switch)
            return
        publication = self.source.publication if self.source is not None else None
        if not self.running or publication is None:
            return
        self.running = False
        newest = publication.highest + self.sequence_offset
        self.sequence = self.peer.left(self.ssrc, newest)
        self.timestamp = (publication.timestamp + self.timestamp_offset) & 0xFFFF_FFFF
        self.sent_at = publication.arrived
        self.packets += publication.packets
        self.octets += publication.octets

    def _leave(self, switch: Switch) -> None:
        """Note where a run with a switch ends."""
        switch.part()
        self.switch, self.running = None, False
        self.packets += switch.packets
        self.octets += switch.octets
        if switch.is_under_way:
            self.sequence = self.peer.left(self.ssrc, switch.sequence)
            self.timestamp = switch.timestamp & 0xFFFF_FFFF
            self.sent_at = switch.moment / switch.clock_rate

    def has_shown(self, seconds: float, now: float) -> bool:
        """Whether packets have passed for so long."""
        if self.switch is None:
            return self.running and now - self.began >= seconds
        began = self.switch.began / self.switch.clock_rate
        return self.switch.packets > 0 and now - began >= seconds

    def bind(self, source: Source | None) -> None:
        """Carry another source from its next packet on that allows it."""
        self.stop()
        if self.source is not None:
            self.source.rows.discard(self)
        self.source = source
        self.wish = HIGHEST
        self.resting = self.stills = False
        if source is not None:
            source.rows.add(self)

    def rest(self) -> None:
        """Let nothing more pass until the next still is due."""
        self.stop()
        self.resting = True

    def lane(self, publication: Publication) -> Lane | None:
        """This row as the pump reads it, while packets pass."""
        route, sending = self.peer.route, self.peer.sending
        if not self.running or route is None or sending is None:
            return None
        payload = self.payloads[publication.codec]
        red = payload.red if self.copies and payload.red is not None else None
        # With a switch each packet has offsets of its own.
        plain = self.switch is None
        return Lane(
            self.packer.pack_into,
            payload.number if red is None else red,
            self.sequence_offset if plain else 0,
            self.timestamp_offset if plain else 0,
            self.ssrc,
            self.head,
            self.extension,
            self.stamp,
            self.loudness,
            self.width,
            sending.pointer,
            route.name.address,
            self.first if plain else 0,
            self.peer.path if self.number_at else None,
            slice(self.number_at, self.number_at + 2),
            self,
            0 if red is None else self.copies,
            payload.number,
            self.recent,
        )

    def resend(self, sequences: Iterable[int], now: float) -> Iterator[bytes]:
        """Plain RTX packets for what did not arrive; limited."""
        for sequence in sequences if self.recent is None else ():
            if not self.rtx_limit.take(now):
                return
            for _ in range(1 + self.twice):
                packet = self.retransmission(sequence, now)
                if packet is not None:
                    yield packet

    def repeat(self, sequences: Iterable[int], now: float) -> Iterator[bytes]:
        """Datagrams of a sound as they were sent, for what did not arrive; limited."""
        if self.recent is None:
            return
        for sequence in sequences:
            if not self.rtx_limit.take(now):
                return
            datagram = self.recent.find(sequence, now) if self.running and self.peer.route else None
            if datagram is not None:
                yield datagram

    def retransmission(self, sequence: int, now: float) -> bytes | None:
        """The plain RTX packet (RFC 4588) for one of our sequence numbers; none if it is gone.

        Only packets of the present run; each retransmission takes a sequence number of its own.
        """
        publication = self.source.publication if self.source is not None else None
        if not self.running or publication is None or self.rtx_ssrc is None:
            return None
        payload = self.payloads[publication.codec]
        found = find(self, publication, sequence)
        if found is None or payload.rtx is None:
            return None
        kept, timestamp, body = found
        self.rtx_sequence += 1
        self.stamp[STAMP] = abs_send_time(now)
        self.loudness[LEVEL] = kept.level
        head = self.packer.pack(
            self.head,
            kept.marker | payload.rtx,
            self.rtx_sequence & 0xFFFF,
            timestamp,
            self.rtx_ssrc,
            self.extension,
        )
        return head + sequence.to_bytes(2, "big") + body

    @property
    def pads(self) -> bool:
        """Whether padding can be sent as its retransmissions, and its arrival is told."""
        rtx = any(payload.rtx is not None for payload in self.payloads.values())
        return rtx and self.rtx_ssrc is not None and self.number_at > 0

    def padding(self, octets: int, now: float) -> bytes:
        """A plain RTX packet of nothing but so much padding, 1 to `PADDING_MOST`, for a probe."""
        assert self.rtx_ssrc is not None
        kind = next(each.rtx for each in self.payloads.values() if each.rtx is not None)
        self.rtx_sequence += 1
        self.stamp[STAMP] = abs_send_time(now)
        head = self.packer.pack(
            self.head | _PADDED,
            kind,
            self.rtx_sequence & 0xFFFF,
            self.timestamp & 0xFFFF_FFFF,
            self.rtx_ssrc,
            self.extension,
        )
        return head + bytes(octets - 1) + bytes([octets])

    def sent(self, publication: Publication | None) -> tuple[int, int]:
        """Packets and payload octets sent since the slot was opened, modulo 2**32."""
        running: Publication | Switch | None = publication if self.running else None
        if self.switch is not None:
            self.switch.catch_up()
            running = self.switch
        packets = self.packets + (running.packets if running is not None else 0)
        octets = self.octets + (running.octets if running is not None else 0)
        return packets & 0xFFFF_FFFF, octets & 0xFFFF_FFFF
