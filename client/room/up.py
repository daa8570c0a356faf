"""The room's up peer: its sources on their way to the server."""

import asyncio
import time
import uuid
from collections.abc import Callable, Sequence
from typing import NamedTuple

from aiortc.rtp import AnyRtcpPacket

from client.room.handover import Encoded
from client.room.lane import Lane
from client.room.offers import Section, read_answer
from client.room.outgoing import estimate, numbered
from client.room.peer import Peer, new_ssrc
from client.room.rates import SOUND, share
from client.room.sources import EncodedPicture, Source
from client.room.transport import DIRECT, Way
from client.room.uplink import Uplink

BURST = 10
"""Packets of one frame sent at once; the next ten go a little later, so that no queue overflows."""
PAUSE_S = 0.002
LOOK_S = 0.005
"""Seconds between two looks at what may leave, where pictures are spread or a probe is sent."""


class Spared(NamedTuple):
    """Other layers of a source are left out than before, because the computer is short or not."""

    source: str
    """Its name."""
    left_out: tuple[str, ...]
    """Rids, lowest first."""
    more: bool
    """Whether more of them."""


class Up(Peer):
    """What the room sends; with `layered`, pictures of cameras are offered in layers."""

    def __init__(
        self, lost: Callable[[], None], epoch: float, way: Way = DIRECT, *, layered: bool = False
    ) -> None:
        super().__init__(lost, way)
        self._epoch = epoch
        self._layered = layered
        self._cname = uuid.uuid4().hex[:16]
        self._lanes: list[Lane] = []
        self._room: tuple[int, list[int]] | None = None
        self._uplink: Uplink | None = None
        self._waiting = 0

    async def offer(self, sources: Sequence[Source]) -> tuple[str, dict[str, Source]]:
        """The SDP that offers these sources, and which section is whose.

        Sections keep their places: a source that is not among them any more becomes inactive.
        """
        known = [lane.source for lane in self._lanes]
        self._lanes += [
            self._new_lane(source, len(known) + number)
            for number, source in enumerate(each for each in sources if each not in known)
        ]
        for lane in self._lanes:
            lane.offer(sends=lane.source in sources, layered=self._layered)
        sdp = await self._offer([lane.section for lane in self._lanes], self._cname)
        return sdp, {
            lane.section.mid: lane.source for lane in self._lanes if lane.source in sources
        }

    def _new_lane(self, source: Source, number: int) -> Lane:
        section = Section(
            mid=str(number),
            sound=source.kind.is_sound,
            direction="sendonly",
            ssrc=new_ssrc(),
            rtx_ssrc=new_ssrc(),
            stream="room",
        )
        return Lane(source=source, section=section, cname=self._cname, epoch=self._epoch)

    @property
    def outdated(self) -> bool:
        """Whether a source has turned out to be another than was offered to be sent in layers."""
        return self._layered and any(lane.is_outdated for lane in self._lanes)

    async def answered(self, sdp: str) -> None:
        """Take the answer: connect, or go on with what a renegotiation has changed.

        Raises:
            PeerError: BAD_SDP.
            ConnectionError: when the server's media address can't be reached.
        """
        remote = read_answer(sdp)
        lanes = {lane.section.mid: lane for lane in self._lanes}
        for lane in self._lanes:
            if not lane.is_layered:
                lane.watch(None)  # what was told before was told of another peer
        await self._open(remote)
        for answered in remote.sections:
            if answered.mid in lanes:
                lanes[answered.mid].agree(answered)
        if self._uplink is None and any(lane.numbered for lane in self._lanes):
            self._uplink = Uplink(time.monotonic())
        self.settle()

    def carries(self, source: Source) -> bool:
        """Whether frames of a source would be sent now."""
        return self.transport.connected and any(
            lane.source is source and lane.streams for lane in self._lanes
        )

    async def send(self, source: Source, frame: Encoded) -> int:
        """Send one frame; how many packets that were. Dropped where it is not agreed on."""
        for lane in self._lanes:
            if lane.source is source:
                return await self._send(lane, lane.packets(frame, time.monotonic()))
        return 0

    async def _send(self, lane: Lane, packets: list[bytes]) -> int:
        waiting = 0 if lane.source.kind.is_sound else sum(map(len, packets))
        self._waiting += waiting
        try:
            for number, packet in enumerate(packets, start=1):
                if waiting:
                    await self._may_leave()
                await self._leave(lane, packet)
                if number % BURST == 0:
                    await asyncio.sleep(PAUSE_S)
        finally:
            self._waiting -= waiting
        return len(packets)

    async def _may_leave(self) -> None:
        """Wait until a packet of a picture may go out."""
        uplink = self._uplink
        while uplink is not None and self.transport.usable:
            if uplink.may_leave(time.monotonic()):
                return
            await asyncio.sleep(LOOK_S)

    async def _leave(self, lane: Lane, packet: bytes) -> None:
        if self._uplink is not None and lane.numbered:
            packet = numbered(packet, self._uplink.left(len(packet), time.monotonic()))
        await self.transport.send(packet)

    async def report(self) -> None:
        """Send each stream's report; call about once a second."""
        for lane in self._lanes:
            for report in lane.reports(time.monotonic()):
                await self.transport.send(report)

    async def _feedback(self, packet: AnyRtcpPacket, now: float) -> None:
        room = estimate(packet)
        if room is not None:
            self._room = room
            self.settle()
        for lane in self._lanes:
            for again in lane.feedback(packet):
                await self._leave(lane, again)

    async def rtcp(self, packet: bytes, now: float) -> None:
        """One RTCP packet of the server; what can't be read is dropped."""
        if self._uplink is not None:
            self._uplink.heard(packet, now)
        await super().rtcp(packet, now)

    async def follow(self) -> None:
        """Send what the way carries, and look whether it carries more; call about every 20 ms."""
        uplink = self._uplink
        if uplink is None or not self.transport.connected:
            return
        if uplink.step(self._demand, self._waits, time.monotonic()):
            self.settle()
        for lane in self._lanes:
            if isinstance(lane.source, EncodedPicture):
                lane.source.narrow = uplink.narrow
        while uplink.probes and self.transport.connected:
            await self._pad(uplink.padding(time.monotonic()))
            await asyncio.sleep(LOOK_S)

    @property
    def _demand(self) -> int:
        """Bits per second that everything would take."""
        return sum(
            SOUND if lane.source.kind.is_sound else lane.demand
            for lane in self._lanes
            if lane.streams
        )

    @property
    def _waits(self) -> int:
        """Octets of pictures that wait for their time."""
        pictures = [lane.source for lane in self._lanes if not lane.source.kind.is_sound]
        return self._waiting + sum(each.handover.octets for each in pictures)

    async def _pad(self, octets: int) -> None:
        for lane in self._lanes:
            for again in lane.padding(octets) if octets > 0 and lane.numbered else ():
                octets -= len(again)
                await self._leave(lane, again)

    def watch(self, name: str, layers: Sequence[str]) -> None:
        """Of the source of this name somebody gets these layers alone."""
        for lane in self._lanes:
            if lane.source.name == name:
                lane.watch(layers)
        self.settle()

    def spare(self) -> list[Spared]:
        """Leave out layers that the computer has no time for; call about once a second.

        What has changed.
        """
        now = time.monotonic()
        changed = [(lane, more) for lane in self._lanes if (more := lane.spare(now))]
        if changed:
            self.settle()
        return [Spared(lane.source.name, lane.left_out, more > 0) for lane, more in changed]

    def settle(self) -> None:
        """Share what the way has room for among the pictures, and each picture's among its layers.

        Call when what they want has changed.
        """
        if self._uplink is not None:
            self._share(self._uplink.budget, [lane for lane in self._lanes if lane.streams])
        elif self._room is not None:
            bitrate, ssrcs = self._room
            self._share(bitrate, [lane for lane in self._lanes if lane.is_named(ssrcs)])
        for lane in self._lanes:
            lane.settle()

    def _share(self, bitrate: int, among: list[Lane]) -> None:
        pictures = {lane.source.name: lane for lane in among if not lane.source.kind.is_sound}
        budget = max(0, bitrate - (SOUND if len(pictures) < len(among) else 0))
        for name, rate in share(budget, {n: lane.demand for n, lane in pictures.items()}).items():
            pictures[name].grant(rate)
