"""The control half sees no difference between an attribute and a field of a struct."""

import random

from server.media.twin.library import ffi
from server.media.twin.state import Addresses, Streams, TwinPeer, TwinPublication, TwinSource
from signaling.events import Codec
from signaling.ids import PeerId, SourceId
from tests.support.plane import VP8_KEY, ground, rtp, up_section

CAMERA = "h/camera"


def test_a_source_is_read_by_c_as_it_is_set() -> None:
    source = TwinSource(SourceId(CAMERA))
    assert (source.open, source.handle, source.publication) == (False, None, None)
    source.open, source.handle = True, 7
    assert (source.state.open, source.state.handle) == (1, 7)
    source.handle = None
    assert source.state.handle == -1
    assert source.state.current == ffi.NULL


def test_a_publication_keeps_its_last_packets_in_c() -> None:
    with ground("compiled") as floor:
        up = floor.peer("up", up_section("0", CAMERA, Codec.VP8, (11, 12)))
        floor.gate(CAMERA)
        up.send(rtp(11, 65_535, VP8_KEY + b"first", timestamp=90))
        up.send(rtp(11, 0, VP8_KEY + b"second", timestamp=180))
        floor.turn()
        publication = floor.near(up).publications["0"]
        assert isinstance(publication, TwinPublication)
        assert (publication.ssrc, publication.timestamp, publication.packets) == (11, 180, 2)
        assert publication.source.publication is publication
        kept = publication.find(publication.highest - 1)
        assert kept is not None
        assert (kept.payload, kept.timestamp) == (VP8_KEY + b"first", 90)
        publication.kept = []
        assert publication.find(publication.highest) is None


def test_streams_lie_in_an_array_in_their_order() -> None:
    peer = TwinPeer(PeerId("p"), "u", "s", 1, 0.0)
    assert isinstance(peer.streams, Streams)
    peer.streams[11] = None
    peer.streams[12] = None
    del peer.streams[11]
    assert [peer.state.streams[at].ssrc for at in range(peer.state.stream_count)] == [12]


def test_of_thousands_of_addresses_each_leads_to_its_peer() -> None:
    """Found by what the pump does with a datagram: it is counted as this peer's, or dropped."""
    dice = random.Random(3)
    with ground("compiled") as floor:
        up = floor.peer("up", up_section("0", CAMERA, Codec.VP8, (11, 12)))
        addresses = floor.pump.by_address[floor.socket]
        assert isinstance(addresses, Addresses)
        near, (real,) = floor.near(up), list(addresses)
        strangers = [bytes([2, 0]) + dice.randbytes(6) + bytes(8) for _ in range(3000)]
        for stranger in strangers:
            addresses[stranger] = near
        for stranger in dice.sample(strangers, 2000):
            del addresses[stranger]
        up.send(rtp(11, 1, VP8_KEY))
        floor.turn()
        assert (floor.pump.received, floor.pump.dropped) == (1, 0)
        del addresses[real]
        up.send(rtp(11, 2, VP8_KEY))
        floor.turn()
        assert (floor.pump.received, floor.pump.dropped) == (1, 1)
