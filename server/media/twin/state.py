"""Sources, publications and peers whose state the compiled pump reads and writes.

Each is the one that `pump.py` uses; what the loop touches lies in a struct of `layout.h` instead of
an attribute, and the control half sees no difference.
"""

from __future__ import annotations

from collections import UserDict
from collections.abc import Mapping, Sequence
from itertools import zip_longest
from typing import TYPE_CHECKING, Any, Final, NamedTuple

from server.media.peer import Keyed, Peer
from server.media.publication import LAYERS, Publication, Source
from server.media.recent import unasked
from server.media.table import HISTORY, STAMP, Kept, Lane
from server.media.twin.inflow import TwinInflow
from server.media.twin.library import Struct, address, ffi, flag, in_state, load
from server.media.twin.path import TwinPath
from server.media.twin.receiver import Rows, TwinSubscription, TwinSwitch
from server.media.twin.uplink import TwinUplink
from signaling.agreement import Section
from signaling.ids import PeerId, SourceId
from signaling.rtp.header import LENGTH

if TYPE_CHECKING:
    from server.media.feedback import Reception
    from server.media.sockets import UdpSocket
    from server.media.subscription import Subscription


NEVER: Final = 2**63 - 1
"""An index that no publisher comes to: the loop over plain rows passes those with a switch by."""


def number_or_none(name: str) -> Any:  # noqa: ANN401  # stands for an attribute
    """A number that lies in the struct; none is -1 there."""

    def get(self: Any) -> int | None:  # noqa: ANN401
        value = int(getattr(self.state, name))
        return None if value < 0 else value

    def put(self: Any, value: int | None) -> None:  # noqa: ANN401
        setattr(self.state, name, -1 if value is None else value)

    return property(get, put)


class TwinSource(Source):
    """A source; gate, handle and publication lie in its struct."""

    def __init__(self, identity: SourceId) -> None:
        self._self = ffi.new_handle(self)
        self.state: Struct = ffi.new("struct source *", {"self": self._self})
        """Its struct."""
        self._publication: Publication | None = None
        super().__init__(identity)

    open = flag("open")
    handle = number_or_none("handle")
    recorded = in_state("recorded")
    to_record = in_state("to_record")

    @property
    def layers(self) -> Sequence[Publication]:
        """Of a picture in layers all, lowest first."""
        return self._layers

    @layers.setter
    def layers(self, value: Sequence[Publication]) -> None:
        self._layers = value
        for place in range(LAYERS):
            layer = value[place] if place < len(value) else None
            state = layer.state if isinstance(layer, TwinPublication) else ffi.NULL
            self.state.layers[place] = state

    @property
    def publication(self) -> Publication | None:
        """Its packets now."""
        return self._publication

    @publication.setter
    def publication(self, value: Publication | None) -> None:
        self._publication = value
        self.state.current = value.state if isinstance(value, TwinPublication) else ffi.NULL


class History:
    """The packets that the compiled pump keeps, as the control half reads them."""

    def __init__(self, state: Struct) -> None:
        self._state = state

    def __getitem__(self, place: int) -> Kept | None:
        kept = self._state.kept[place]
        if kept.order < 0:
            return None
        payload = bytes(ffi.buffer(kept.payload, kept.size)) if kept.size else b""
        return Kept(kept.order, kept.marker, kept.timestamp, payload, kept.level)

    def clear(self) -> None:
        """Keep nothing any more."""
        for place in range(HISTORY):
            self._state.kept[place].order = -1


class TwinPublication(Publication):
    """A publication; its sequence, history and rows lie in its struct."""

    def __init__(
        self,
        outlets: Mapping[UdpSocket, Struct],
        peer: Peer,
        number: int,
        source: Source,
        section: Section,
    ) -> None:
        library = load()
        self._self = ffi.new_handle(self)
        self.state: Struct = ffi.gc(library.publication_open(), library.publication_close)
        """Its struct."""
        self.state.self = self._self
        self._outlets = outlets
        self._history = History(self.state)
        self._rows: Struct = ffi.NULL
        self._capacity = 0
        self._written: list[Written] = []
        self._places: dict[Subscription, int] = {}
        super().__init__(peer, number, source, section)

    ssrc = number_or_none("ssrc")
    highest = in_state("highest")
    oldest = in_state("oldest")
    timestamp = in_state("timestamp")
    arrived = in_state("arrived")
    key_time = in_state("key_time")
    packets = in_state("packets")
    octets = in_state("octets")
    octets_of = in_state("octets_of")
    number = in_state("number")
    codec_number = in_state("codec")
    payload_type = in_state("payload_type")
    rtx_type = number_or_none("rtx_type")
    red_type = number_or_none("red_type")
    level_id = in_state("level_id")
    wide_id = in_state("wide_id")
    is_video = flag("is_video")
    waiting = flag("waiting")
    layer = in_state("layer")

    def _new_inflow(self) -> TwinInflow:
        return TwinInflow(self.state)

    @property
    def source(self) -> Source:
        """What it carries."""
        return self._source

    @source.setter
    def source(self, value: Source) -> None:
        assert isinstance(value, TwinSource)
        self._source: Source = value
        self.state.source = value.state

    @property  # type: ignore[override]  # a list there
    def kept(self) -> History:
        """The last packets, each at its index modulo `HISTORY`."""
        return self._history

    @kept.setter
    def kept(self, _: object) -> None:
        self._history.clear()

    def arrange(self, by_socket: dict[UdpSocket, list[Lane]]) -> None:
        """Write the rows into their array; those that are there already are left as they are."""
        lanes = [(self._outlets[each], lane) for each, some in by_socket.items() for lane in some]
        written = [self._written_as(*each, place) for place, each in enumerate(lanes)]
        rows = self._room(len(written))
        for place, (each, before) in enumerate(zip_longest(written, self._written)):
            if each is not None and each != before:
                write_row(rows[place], each)
        self._written = written
        self._places = {each.row: place for place, each in enumerate(written)}
        self.state.over_count = sum(each.switch is not None for each in written)
        self.state.row_count = len(written)

    def change(self, rows: Sequence[Subscription]) -> None:
        """Write these rows' lanes anew; the others stay where they are."""
        for row in rows:
            self.starting.discard(row)
            by_socket: dict[UdpSocket, list[Lane]] = {}
            if self.is_current and row in self.source.rows:
                self._lay(row, by_socket)
            lanes = [(self._outlets[each], *some) for each, some in by_socket.items()]
            if lanes:
                self._put(row, *lanes[0])
            elif row in self._places:
                self._take_out(row)
        self.waiting = bool(self.starting)

    def _put(self, row: Subscription, outlet: Struct, lane: Lane) -> None:
        """Write one row, behind the others if it is new."""
        place = self._places.setdefault(row, len(self._written))
        written = self._written_as(outlet, lane, place)
        before = self._written[place] if place < len(self._written) else None
        if written == before:
            return
        rows = self._room(place + 1)
        if before is None:
            self._written.append(written)
            self.state.row_count = len(self._written)
        else:
            self._written[place] = written
            self.state.over_count -= before.switch is not None
        self.state.over_count += written.switch is not None
        write_row(rows[place], written)

    def _take_out(self, row: Subscription) -> None:
        """The last row takes the place of this one."""
        place = self._places.pop(row)
        self.state.over_count -= self._written[place].switch is not None
        last = self._written.pop()
        if place < len(self._written):
            self._written[place] = last
            self._places[last.row] = place
            last.row.carry(self, self.state, place)
            self._rows[place] = self._rows[len(self._written)]
        self.state.row_count = len(self._written)

    def _written_as(self, outlet: Struct, lane: Lane, place: int) -> Written:
        """All that the row at a place is written from."""
        row = lane.row
        assert isinstance(row, TwinSubscription)
        rtx = row.carry(self, self.state, place)
        switch = row.switch if isinstance(row.switch, TwinSwitch) else None
        return Written(row, outlet, lane, switch, unasked(lane), rtx)

    def _room(self, count: int) -> Struct:
        """Room for so many rows, with those in it that were there before."""
        if count > self._capacity:
            before, kept = self._rows, len(self._written)
            self._capacity = max(count, 2 * self._capacity)
            self._rows = ffi.new("struct row[]", self._capacity)
            if kept:
                ffi.memmove(self._rows, before, kept * ffi.sizeof("struct row"))
            self.state.rows = self._rows
        return self._rows


class Written(NamedTuple):
    """What a row was written from."""

    row: TwinSubscription
    """Whose it is."""
    outlet: Struct
    """Where its packets leave."""
    lane: Lane
    """What does not change by packet."""
    switch: TwinSwitch | None
    """Where it stands among layers or frames; none if all passes."""
    unasked: int
    """Packets that follow each one unasked."""
    rtx: int
    """Payload type of retransmissions, -1 for none."""


def write_row(row: Struct, written: Written) -> None:
    """One row as the compiled pump reads it."""
    lane = written.lane
    ffi.buffer(ffi.addressof(row))[:] = bytes(ffi.sizeof("struct row"))
    header = bytearray(lane.width)
    lane.pack(header, 0, lane.head, lane.payload_type, 0, 0, lane.ssrc, lane.extension)
    ffi.memmove(row.header, header, lane.width)
    row.outlet, row.session, row.name = written.outlet, address(lane.session), address(lane.name)
    row.first, row.shift = lane.first, lane.timestamp_offset
    row.ahead, row.width = lane.sequence_offset & 0xFFFF, lane.width
    row.rtx_type = written.rtx
    if isinstance(lane.path, TwinPath):
        row.path, row.number_at = lane.path.state, LENGTH + lane.number.start
    row.copies, row.inner, row.unasked = lane.copies, lane.inner, written.unasked
    row.stamped = lane.stamp is lane.extension and lane.width >= LENGTH + STAMP.stop
    row.levelled = lane.loudness is lane.extension
    row.slot = written.row.state
    if written.switch is not None:
        row.over, row.first = written.switch.state, NEVER


class Streams(UserDict[int, Publication | None]):
    """What a peer sends, by SSRC, and the same as the compiled pump reads it."""

    def __init__(self, state: Struct) -> None:
        self._state = state
        self._array: Struct = ffi.NULL
        super().__init__()

    def __setitem__(self, ssrc: int, publication: Publication | None) -> None:
        super().__setitem__(ssrc, publication)
        self._write()

    def __delitem__(self, ssrc: int) -> None:
        super().__delitem__(ssrc)
        self._write()

    def _write(self) -> None:
        array = ffi.new("struct stream[]", len(self.data))
        for stream, (ssrc, publication) in zip(array, self.data.items(), strict=True):
            stream.ssrc = ssrc
            if isinstance(publication, TwinPublication):
                stream.publication = publication.state
        self._array, self._state.streams = array, array
        self._state.stream_count = len(self.data)


class TwinPeer(Peer):
    """A peer; its keys, its streams and what is counted of it lie in its struct."""

    def __init__(
        self, identity: PeerId, ufrag: str, password: str, report_ssrc: int, now: float
    ) -> None:
        self._self = ffi.new_handle(self)
        self.state: Struct = ffi.new("struct peer *", {"self": self._self})
        """Its struct."""
        super().__init__(identity, ufrag, password, report_ssrc, now)
        self.streams = Streams(self.state)
        self.rows = Rows(self.state)

    heard = in_state("heard")

    def _new_uplink(self) -> TwinUplink:
        return TwinUplink(self.state)

    def _new_path(self) -> TwinPath:
        path = TwinPath()
        self.state.path = path.state
        return path

    def receptions(self) -> list[tuple[Reception, float]]:
        """The last report on each of our SSRCs since they were taken last, and when it came."""
        if not self.state.told:
            return []
        self.state.told = 0
        rows = [each for each in self.slots.values() if isinstance(each, TwinSubscription)]
        return [told for row in rows for told in row.told()]

    @property
    def receiving(self) -> Keyed | None:
        """Keys of what comes, when the handshake is done."""
        return self._receiving

    @receiving.setter
    def receiving(self, value: Keyed | None) -> None:
        self._receiving = value
        self.state.receiving = ffi.NULL if value is None else address(value.pointer)


class Addresses(UserDict[bytes, Peer]):
    """The peers known by their addresses at one socket, and as the compiled pump has it."""

    def __init__(self, outlet: Struct) -> None:
        self._outlet = outlet
        super().__init__()

    def __setitem__(self, raw: bytes, peer: Peer) -> None:
        assert isinstance(peer, TwinPeer)
        if not load().outlet_put(self._outlet, raw, peer.state):
            raise MemoryError
        super().__setitem__(raw, peer)

    def __delitem__(self, raw: bytes) -> None:
        super().__delitem__(raw)
        load().outlet_drop(self._outlet, raw)
