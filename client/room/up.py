"""The room's up peer: its sources on their way to the server."""

import asyncio
import random
import time
import uuid
from collections.abc import Callable, Sequence
from dataclasses import dataclass, replace

from aiortc.rtp import AnyRtcpPacket

from client.room.offers import Section, read_answer
from client.room.outgoing import Line, Outgoing, estimate
from client.room.peer import Peer, new_ssrc
from client.room.rates import SOUND, share
from client.room.sources import Encoded, Source
from client.room.transport import DIRECT, Way
from signaling.events import Codec

BURST = 10
"""Packets of one frame sent at once; the next ten go a little later, so that no queue overflows."""
PAUSE_S = 0.002


@dataclass
class _Lane:
    """A source's section on an up peer."""

    source: Source
    section: Section
    stream: Outgoing | None = None
    codec: Codec | None = None


class Up(Peer):
    """What the room sends."""

    def __init__(self, lost: Callable[[], None], epoch: float, way: Way = DIRECT) -> None:
        super().__init__(lost, way)
        self._epoch = epoch
        self._cname = uuid.uuid4().hex[:16]
        self._lanes: list[_Lane] = []

    async def offer(self, sources: Sequence[Source]) -> tuple[str, dict[str, Source]]:
        """The SDP that offers these sources, and which section is whose.

        Sections keep their places: a source that is not among them any more becomes inactive.
        """
        for lane in self._lanes:
            direction = "sendonly" if lane.source in sources else "inactive"
            lane.section = replace(lane.section, direction=direction)
        known = [lane.source for lane in self._lanes]
        for source in sources:
            if source not in known:
                self._lanes.append(_Lane(source, self._new_section(source)))
        sdp = await self._offer([lane.section for lane in self._lanes], self._cname)
        return sdp, {
            lane.section.mid: lane.source for lane in self._lanes if lane.source in sources
        }

    def _new_section(self, source: Source) -> Section:
        return Section(
            mid=str(len(self._lanes)),
            sound=source.kind.is_sound,
            direction="sendonly",
            ssrc=new_ssrc(),
            rtx_ssrc=new_ssrc(),
            stream="room",
        )

    async def answered(self, sdp: str) -> None:
        """Take the answer: connect, or go on with what a renegotiation has changed.

        Raises:
            PeerError: BAD_SDP.
            ConnectionError: when the server's media address can't be reached.
        """
        remote = read_answer(sdp)
        await self._open(remote)
        lanes = {lane.section.mid: lane for lane in self._lanes}
        for answered in remote.sections:
            lane = lanes.get(answered.mid)
            if lane is None:
                continue
            codec = next(iter(answered.lines), None) if answered.active else None
            self._agree(lane, codec, answered.lines[codec] if codec else None)

    def _agree(self, lane: _Lane, codec: Codec | None, line: Line | None) -> None:
        if lane.section.direction == "inactive" or codec is None or line is None:
            lane.codec = lane.stream = None
            return
        if lane.stream is None:
            lane.stream = self._new_stream(lane.section, line)
        lane.stream.line = line
        lane.codec = codec
        lane.source.set(codec=codec)
        lane.source.want_key_frame()

    def _new_stream(self, section: Section, line: Line) -> Outgoing:
        assert section.ssrc is not None
        assert section.rtx_ssrc is not None
        return Outgoing(
            line=line,
            ssrc=section.ssrc,
            rtx_ssrc=section.rtx_ssrc,
            cname=self._cname,
            epoch=self._epoch,
            sequence=random.randrange(1 << 15),
            timestamp=random.randrange(1 << 32),
        )

    def carries(self, source: Source) -> bool:
        """Whether frames of a source would be sent now."""
        return self.transport.connected and any(
            lane.source is source and lane.stream is not None for lane in self._lanes
        )

    async def send(self, source: Source, frame: Encoded) -> int:
        """Send one frame; how many packets that were. Dropped in a codec that is not agreed."""
        for lane in self._lanes:
            if lane.source is source and lane.stream is not None and lane.codec is frame.codec:
                return await self._send(lane.stream, frame)
        return 0

    async def _send(self, stream: Outgoing, frame: Encoded) -> int:
        packets = stream.frame(
            frame.payloads,
            frame.ticks,
            frame.captured,
            time.monotonic(),
            level=frame.level,
            begins=frame.begins,
        )
        for number, packet in enumerate(packets, start=1):
            await self.transport.send(packet)
            if number % BURST == 0:
                await asyncio.sleep(PAUSE_S)
        return len(packets)

    async def report(self) -> None:
        """Send each stream's report; call about once a second."""
        for lane in self._lanes:
            report = lane.stream.report(time.monotonic()) if lane.stream else None
            if report is not None:
                await self.transport.send(report)

    async def _feedback(self, packet: AnyRtcpPacket, now: float) -> None:
        room = estimate(packet)
        if room is not None:
            self._share(*room)
        for lane in self._lanes:
            if lane.stream is None:
                continue
            wishes = lane.stream.feedback(packet)
            if wishes.key_frame:
                lane.source.want_key_frame()
            for again in wishes.again:
                await self.transport.send(again)

    def _share(self, bitrate: int, ssrcs: list[int]) -> None:
        named = [lane.source for lane in self._lanes if lane.stream and lane.stream.ssrc in ssrcs]
        pictures = {source.name: source for source in named if not source.kind.is_sound}
        budget = bitrate - (SOUND if len(pictures) < len(named) else 0)
        rates = share(budget, {name: source.wanted for name, source in pictures.items()})
        for name, rate in rates.items():
            pictures[name].set(bitrate=rate)
