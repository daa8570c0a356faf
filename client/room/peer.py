"""What the room's two peers have in common: a way to the server, opened by an offer."""

import random
import uuid
from collections.abc import Callable, Sequence

from aiortc.rtp import AnyRtcpPacket, RtcpPacket

from client.room.offers import Local, Remote, Section, offer
from client.room.transport import Transport, Way
from signaling.ids import PeerId


def new_peer() -> PeerId:
    """A random name for a new peer."""
    return PeerId(uuid.uuid4().hex)


def new_ssrc() -> int:
    """A random stream number (RFC 3550 8); no secret."""
    return random.randrange(1, 1 << 32)


class Peer:
    """What both peers have in common: a way to the server that is opened by an offer and answer."""

    def __init__(self, lost: Callable[[], None], way: Way) -> None:
        self.id = new_peer()
        """What the server calls it."""
        self.transport = Transport(self, lost, way)
        """Its way to the server."""
        self.is_relayed = bool(way.relays)
        """Whether it may go by a relay."""
        self._local: Local | None = None
        self._version = 0
        self._connecting = False

    async def rtp(self, packet: bytes, now: float) -> None:
        """One RTP packet from the server; an up peer gets none."""

    async def rtcp(self, packet: bytes, now: float) -> None:
        """One RTCP packet from the server; what can't be read is dropped."""
        try:
            packets = RtcpPacket.parse(packet)
        except ValueError:
            return
        for each in packets:
            await self._feedback(each, now)

    async def _feedback(self, packet: AnyRtcpPacket, now: float) -> None:
        raise NotImplementedError

    async def _offer(self, sections: Sequence[Section], cname: str) -> str:
        if self._local is None:
            self._local = await self.transport.gather()
        self._version += 1
        return offer(self._local, sections, cname, self._version)

    async def _open(self, remote: Remote) -> None:
        if not self._connecting:
            self._connecting = True
            await self.transport.connect(remote)

    async def close(self) -> None:
        """End it; the server is told by DTLS."""
        await self.transport.close()
