from aiortc.rtp import AnyRtcpPacket, RtcpPsfbPacket, RtcpRrPacket

from client.room.peer import Peer, new_peer, new_ssrc
from client.room.transport import DIRECT


class Listening(Peer):
    def __init__(self) -> None:
        super().__init__(lambda: None, DIRECT)
        self.heard: list[AnyRtcpPacket] = []

    async def _feedback(self, packet: AnyRtcpPacket, now: float) -> None:
        self.heard.append(packet)


def test_peers_and_streams_have_names_of_their_own() -> None:
    assert len({new_peer() for _ in range(100)}) == 100
    assert len({new_ssrc() for _ in range(100)}) == 100


async def test_each_part_of_a_compound_packet_is_heard() -> None:
    peer = Listening()
    told: list[AnyRtcpPacket] = [RtcpRrPacket(ssrc=1), RtcpPsfbPacket(fmt=1, ssrc=1, media_ssrc=2)]
    await peer.rtcp(b"".join(bytes(each) for each in told), 0.0)
    assert peer.heard == told
    await peer.close()


async def test_what_can_not_be_read_is_dropped() -> None:
    peer = Listening()
    for packet in (b"", b"\x00" * 8, b"\x81\xc8\xff\xff"):
        await peer.rtcp(packet, 0.0)
    assert peer.heard == []
    await peer.close()
