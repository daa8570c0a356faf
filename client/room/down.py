"""The room's down peer: a pool of slots that the server binds sources to."""

import time
from collections.abc import Callable, Sequence

from aiortc.rtp import AnyRtcpPacket, RtcpSrPacket

from client.room.incoming import Arrived, Incoming
from client.room.offers import Section, read_answer
from client.room.peer import Peer, new_ssrc
from client.room.transport import DIRECT, Way
from signaling.ids import SourceId
from signaling.messages import Binding
from signaling.rtp.header import read

CAMERA_PAIRS = 6
EXTRA_SOUNDS = 4

Take = Callable[[SourceId, Arrived], None]
"""Told of every whole frame and whose it is."""


class Down(Peer):
    """What the room sees and hears: a pool of slots that the server binds sources to."""

    def __init__(self, lost: Callable[[], None], take: Take, way: Way = DIRECT) -> None:
        super().__init__(lost, way)
        self._take = take
        self._reporter = new_ssrc()
        self._pool = [False, True] * CAMERA_PAIRS + [True] * EXTRA_SOUNDS + [False, True]
        self._streams: dict[int, Incoming] = {}
        self._mids: dict[str, Incoming] = {}
        self._bound: dict[str, SourceId | None] = {}

    async def offer(self, more_pairs: int = 0) -> str:
        """The SDP of the pool, grown by so many pairs of a camera and its sound."""
        self._pool += [False, True] * more_pairs
        sections = [
            Section(mid=str(number), sound=sound, direction="recvonly")
            for number, sound in enumerate(self._pool)
        ]
        return await self._offer(sections, "-")

    async def answered(self, sdp: str) -> None:
        """Take the answer.

        Raises:
            PeerError: BAD_SDP.
            ConnectionError: when the server's media address can't be reached.
        """
        remote = read_answer(sdp)
        for section in remote.sections:
            if section.active and section.ssrcs and section.mid not in self._mids:
                incoming = Incoming(section, self._pool[int(section.mid)])
                self._mids[section.mid] = incoming
                self._streams |= dict.fromkeys(section.ssrcs, incoming)
        await self._open(remote)

    def bind(self, bindings: Sequence[Binding]) -> None:
        """Take note of what slots carry from now on."""
        self._bound |= {binding.mid: binding.source for binding in bindings}

    async def rtp(self, packet: bytes, now: float) -> None:
        """One RTP packet; what is none of ours is dropped."""
        try:
            header = read(packet)
        except ValueError:
            return
        incoming = self._streams.get(header.ssrc)
        if incoming is not None:
            self._arrived(incoming, incoming.packet(packet, header, now))

    def _arrived(self, incoming: Incoming, arrived: list[Arrived]) -> None:
        source = self._bound.get(incoming.section.mid)
        if source is not None:
            for frame in arrived:
                self._take(source, frame)

    async def _feedback(self, packet: AnyRtcpPacket, now: float) -> None:
        if isinstance(packet, RtcpSrPacket) and packet.ssrc in self._streams:
            self._streams[packet.ssrc].sender_report(packet, now)

    async def ask(self) -> None:
        """Give up old holes and ask for what is missing; call every few hundredths of a second."""
        now = time.monotonic()
        for incoming in list(self._mids.values()):
            self._arrived(incoming, incoming.expire(now))
            for packet in incoming.feedback(self._reporter, now):
                await self.transport.send(bytes(packet))

    async def report(self) -> None:
        """Send a receiver report of each stream; call about once a second."""
        now = time.monotonic()
        for incoming in list(self._mids.values()):
            report = incoming.report(self._reporter, now)
            if report is not None:
                await self.transport.send(bytes(report))

    def loss(self) -> float:
        """Share of packets that never came, of all so far."""
        tallies = [incoming.tally for incoming in self._mids.values()]
        expected = sum(tally.expected for tally in tallies)
        received = sum(tally.received for tally in tallies)
        return max(0.0, 1 - received / expected) if expected else 0.0
