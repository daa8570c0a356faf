"""A source, and the packets that carry it just now: sequence, store and the rows that forward it.

The source lives as long as the lesson; a publication as long as its section on a peer. Pure.
"""

from __future__ import annotations

from array import array
from collections.abc import Iterator, Sequence
from typing import TYPE_CHECKING, Final

from server.media.blocks import Block, arrange
from server.media.inflow import Inflow
from server.media.recent import unasked
from server.media.switching import NONE
from server.media.table import HISTORY, JUMP, Kept, Lane, Packet
from server.media.together import Together
from signaling.agreement import Section
from signaling.events import Codec
from signaling.ids import SourceId
from signaling.rtp.extensions import AUDIO_LEVEL, TRANSPORT_CC
from signaling.rtp.frames import marks
from signaling.rtp.sequence import extend
from signaling.rtp.tap import CODECS

if TYPE_CHECKING:
    from server.media.peer import Peer
    from server.media.sockets import UdpSocket
    from server.media.subscription import Subscription

START = 1 << 16
"""Index of a publication's first lap: what comes before the first packet is not negative."""


LAYERS: Final = 4
"""Layers of one source at most; an offer has fewer (`signaling.offer.LAYER_LIMIT`)."""
TEMPORAL: Final = 4
"""Temporal layers that are counted apart; the highest counts with all above it."""
SILENT: Final = 1.0
"""Seconds without a packet after which a layer does not flow."""


class Source:
    """What is known of a source on this worker, whoever publishes it."""

    __slots__ = (
        "clocks", "flowing", "followed", "handle", "id", "layers", "lost", "open", "publication",
        "recorded", "rows", "to_record",
    )  # fmt: skip

    def __init__(self, identity: SourceId) -> None:
        self.id = identity
        """Its name everywhere."""
        self.open = False
        """Whether its gate lets packets through; a new source's is shut."""
        self.handle: int | None = None
        """Its number on the tap, none while it is not recorded."""
        self.rows: set[Subscription] = set()
        """The slots bound to it."""
        self.publication: Publication | None = None
        """Its packets now; of a picture in layers the highest."""
        self.layers: Sequence[Publication] = ()
        """Of a picture in layers all, lowest first."""
        self.followed: Sequence[int] = ()
        """The layers that flowed when its rows went for one last; none when one begins a run."""
        self.clocks = array("Q", bytes(8 * 2 * LAYERS))
        """Of each layer NTP and RTP timestamp of its last sender report, 0 before the first."""
        self.recorded = NONE
        """The layer whose packets the tap gets; `NONE` without layers."""
        self.to_record = NONE
        """The one it is to get from a key frame on."""
        self.lost = 0.0
        """Share of a sound that a receiver loses for whom nothing is repeated; of such the most."""
        self.flowing = False
        """Whether the server was told that packets come, and not yet that they stopped."""

    def split(self, layers: Sequence[Publication]) -> None:
        """Have these layers from now on, none for a picture in one piece; the rows stop."""
        if list(layers) == list(self.layers):
            return
        for row in self.rows:
            row.stop()
        for former in self.layers:
            former.layer = NONE
        for number, layer in enumerate(layers):
            layer.layer = number
        self.layers = layers
        self.clocks[:] = array("Q", bytes(8 * 2 * LAYERS))
        self.recorded = self.to_record = len(layers) - 1

    def carried(self) -> Iterator[Publication]:
        """Its publications."""
        if self.layers:
            yield from self.layers
        elif self.publication is not None:
            yield self.publication

    def at(self, layer: int) -> Publication | None:
        """The publication of a layer; of a picture in one piece its only one."""
        return self.layers[layer] if self.layers else self.publication

    def flows(self, now: float) -> list[int]:
        """The layers of which packets come, lowest first."""
        return [
            each.layer
            for each in self.layers
            if each.ssrc is not None and now - each.arrived <= SILENT
        ]

    def arrived(self) -> float:
        """When the last packet of any layer came."""
        return max((each.arrived for each in self.carried()), default=0.0)

    def restart(self) -> None:
        """Stop all rows; each begins anew at a packet that allows it, at none older than now."""
        for row in self.rows:
            row.stop()
        for each in self.carried():
            each.oldest = each.highest + 1
        self.rebuild()

    def rebuild(self) -> None:
        """Write the lanes of all its publications anew."""
        for each in self.carried():
            each.rebuild()

    def change(self, row: Subscription) -> None:
        """Write one row's lanes anew, or take them out if it is bound to this source no more."""
        for each in self.carried():
            each.change([row])


class Publication:
    """The packets of one section of an up peer.

    Keeps the last `HISTORY` packets for retransmission, newest over oldest.
    """

    __slots__ = (
        "_seen", "arrived", "clock_rate", "codec", "codec_number", "each", "highest", "inflow",
        "is_video", "kept", "key_time", "lanes", "layer", "level_id", "number", "octets",
        "octets_of", "oldest", "over", "paced", "packets", "payload_type", "peer", "red_type",
        "redundant", "report", "rtx_type", "section", "source", "ssrc", "starting", "timestamp",
        "together", "told", "waiting", "wide_id",
    )  # fmt: skip

    def __init__(self, peer: Peer, number: int, source: Source, section: Section) -> None:
        self.peer = peer
        """Who sends it."""
        self.inflow = self._new_inflow()
        """How its packets come."""
        self.number = number
        """Its number on that peer, for the ring."""
        self.source = source
        """What it carries."""
        self.is_video = section.kind == "video"
        """Whether rows have to begin at a key frame."""
        self.layer = NONE
        """Its place among the source's layers, `NONE` for a picture in one piece."""
        self.ssrc: int | None = None
        """Whose sequence this is; none before the first packet."""
        self.highest = 0
        """Highest index so far."""
        self.timestamp = 0
        """Its RTP timestamp."""
        self.arrived = 0.0
        """When it came."""
        self.key_time = -1
        """RTP timestamp of the last key frame, -1 before the first."""
        self.packets = 0
        """Packets let through, since the start."""
        self.octets = 0
        """Their payloads."""
        self.octets_of = [0] * TEMPORAL
        """The same of a picture without its key frames, by temporal layer."""
        self.kept: list[Kept | None] = [None] * HISTORY
        """The last packets, each at its index modulo `HISTORY`."""
        self._have_no_rows()
        self.oldest = 0
        """What is older came before gate, codec or sequence changed, and never passes."""
        self.report: tuple[int, int] | None = None
        """NTP and RTP timestamp of the last sender report."""
        self.told: Codec | None = None
        """The codec the server was last told of."""
        self.agree(section)

    def _have_no_rows(self) -> None:
        self.starting: set[Subscription] = set()
        """The rows that wait for a packet to begin with."""
        self.waiting = False
        """Whether there are such."""
        self._have_no_lanes()

    def _have_no_lanes(self) -> None:
        self.lanes: list[tuple[UdpSocket, list[Lane], list[Block]]] = []
        """The rows that forward, by socket: few of a layout one by one, many in blocks."""
        self.over: list[tuple[UdpSocket, Lane]] = []
        """The rows that choose among layers or frames; each one's `Switch` gives the numbers."""
        self.redundant: list[tuple[UdpSocket, Lane]] = []
        """The rows whose packets repeat those before them."""
        self.paced: list[tuple[UdpSocket, Lane]] = []
        """The rows whose packets may have to wait (`paced`), or something follows unasked."""
        self.each: list[tuple[UdpSocket, Lane]] = []
        """Of a layer: all its rows, as each is alone."""
        self.together: Together | None = None
        """Of a layer: what has passed to those of its rows that go together."""

    def _new_inflow(self) -> Inflow:
        return Inflow()

    def agree(self, section: Section) -> None:
        """Take over a section's agreement, at first or after a renegotiation."""
        payload = section.payloads[0]
        self.section = section
        self.codec = payload.codec
        self.codec_number = CODECS.index(payload.codec)
        self.payload_type = payload.number
        self.rtx_type = payload.rtx
        self.red_type = payload.red
        self.clock_rate = payload.clock_rate
        self.level_id = section.extensions.get(AUDIO_LEVEL, 0)
        self.wide_id = section.extensions.get(TRANSPORT_CC, 0)
        self.look_away()

    def look_away(self) -> None:
        """What has come until now says nothing any more of whether it flows."""
        self._seen = self.ssrc, self.highest

    @property
    def has_come(self) -> bool:
        """Whether a newer packet has come since `look_away`."""
        return (self.ssrc, self.highest) != self._seen

    @property
    def is_current(self) -> bool:
        """Whether the source has no newer publication; rows belong to the newest."""
        source = self.source
        return source.publication is self or any(each is self for each in source.layers)

    def is_recorded(self, begins: bool) -> bool:
        """Whether the tap gets a packet of it; another layer's from a key frame on."""
        source = self.source
        if begins and self.layer == source.to_record:
            source.recorded = self.layer
        return source.handle is not None and self.layer == source.recorded

    def place(self, ssrc: int, sequence: int) -> int:
        """The index of a packet that just came, -1 for one to drop: too late, or here already.

        Rows are restarted when the sequence begins anew.
        """
        if ssrc != self.ssrc:
            self.ssrc = ssrc
            self.kept = [None] * HISTORY
            self.report = None
            self.inflow.begin(ssrc, self.clock_rate, is_video=self.is_video)
            return self._begin_anew(START + sequence)
        index = extend(sequence, self.highest)
        if index >= self.highest + JUMP:
            return self._begin_anew(index)
        return -1 if index <= self.highest and not self.is_missing(index) else index

    def _begin_anew(self, index: int) -> int:
        self.restart()
        self.highest = index - 1
        self.oldest = index
        return index

    def missing(self, sequence: int) -> int:
        """The index of a packet that may still come again, -1 if nobody waits for it."""
        index = extend(sequence, self.highest)
        return index if index <= self.highest and self.is_missing(index) else -1

    def is_missing(self, index: int) -> bool:
        """Whether a packet not newer than the newest may still come."""
        kept = self.kept[index % HISTORY]
        late = self.highest - index
        return late < HISTORY and index >= self.oldest and (kept is None or kept.order != index)

    def find(self, index: int) -> Kept | None:
        """The packet of this index, if it is still kept."""
        kept = self.kept[index % HISTORY]
        return kept if kept is not None and kept.order == index else None

    def count(self, packet: Packet) -> None:
        """Count a packet that is let through."""
        size = len(packet.payload)
        self.packets += 1
        self.octets += size
        if self.is_video and packet.timestamp != self.key_time:
            temporal = marks(self.codec, packet.payload, 0, size).temporal
            self.octets_of[min(temporal, TEMPORAL - 1)] += size

    def restart(self) -> None:
        """Stop the rows it passes to; each begins anew at the next packet that allows it."""
        if self.is_current:
            for row in self.source.rows:
                row.begin_anew(self)
        self.oldest = self.highest + 1
        self.rebuild()

    def begin(self, index: int, timestamp: int, now: float) -> None:
        """Start the rows that wait, at this packet."""
        starting = list(self.starting)
        for row in starting:
            row.start(self, index, timestamp, now)
        self.change(starting)

    def rebuild(self) -> None:
        """Write all lanes anew; after every change of a gate, a codec or a sequence."""
        by_socket: dict[UdpSocket, list[Lane]] = {}
        self.starting.clear()
        for row in self.source.rows if self.is_current else ():
            self._lay(row, by_socket)
        self.waiting = bool(self.starting)
        self.arrange(by_socket)

    def change(self, rows: Sequence[Subscription]) -> None:
        """Write these rows' lanes anew; after every change of a row, its address or its keys.

        Here all are, because they are arranged together.
        """
        if rows:
            self.rebuild()

    def _lay(self, row: Subscription, by_socket: dict[UdpSocket, list[Lane]]) -> None:
        """Add the lane of a row that is bound to the source, or let the row wait."""
        if self.layer != NONE and row.could_start(self):
            row.follow(self)
        lane = row.lane(self)
        if lane is not None and row.peer.route is not None:
            by_socket.setdefault(row.peer.route.socket, []).append(lane)
        elif row.could_start(self):
            self.starting.add(row)

    def arrange(self, by_socket: dict[UdpSocket, list[Lane]]) -> None:
        """Put the lanes where the pump reads them."""
        each = [(socket, lane) for socket, lanes in by_socket.items() for lane in lanes]
        self._have_no_lanes()
        if self.layer != NONE:
            self.over, self.each, self.together = each, each, Together(self.layer)
            return
        self.over = [(socket, lane) for socket, lane in each if _is_thinned(lane)]
        self.redundant = [(socket, lane) for socket, lane in each if lane.copies]
        self.paced = [(socket, lane) for socket, lane in each if self._is_singled(lane)]
        self.lanes = [
            (socket, *arrange(one for one in lanes if not self._is_single(one)))
            for socket, lanes in by_socket.items()
        ]

    def gather(self, together: Together) -> None:
        """Put the lanes of a layer that can go together where those of other pictures are."""
        self.over, by_socket = together.gather(self.each)
        self.lanes = [(socket, *arrange(lanes)) for socket, lanes in by_socket.items()]

    def _is_single(self, lane: Lane) -> bool:
        """Whether its packets are not those of other rows (`singly`)."""
        return lane.copies > 0 or self._is_singled(lane) or _is_thinned(lane)

    def _is_singled(self, lane: Lane) -> bool:
        """Whether its packets may have to wait, or something follows them.

        Those with a switch do so behind it.
        """
        if _is_thinned(lane):
            return False
        if not self.is_video:
            return unasked(lane) > 0
        twice = lane.row is not None and lane.row.twice
        return twice or (lane.path is not None and lane.path.pacer is not None)


def _is_thinned(lane: Lane) -> bool:
    return lane.row is not None and lane.row.switch is not None
