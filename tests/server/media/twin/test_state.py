"""The control half sees no difference between an attribute and a field of a struct."""

import random

import pytest

from server.media.requests import Want
from server.media.twin.library import ffi
from server.media.twin.receiver import TwinSubscription
from server.media.twin.state import Addresses, Streams, TwinPeer, TwinPublication, TwinSource
from signaling.events import Codec
from signaling.ids import PeerId, SourceId
from tests.support.layered_play import OTHER, layered
from tests.support.plane import (
    VP8_DELTA,
    VP8_KEY,
    Far,
    Ground,
    down_section,
    ground,
    numbered,
    rtp,
    up_section,
)

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


class Hall:
    """Six receivers of a camera in layers or of one in one piece, and what changes for each."""

    def __init__(self, floor: Ground) -> None:
        self.floor = floor
        self.up = floor.peer("up", layered(Codec.VP8), up_section("1", OTHER, Codec.VP8, (91, 92)))
        slots = (down_section("0", (Codec.VP8,), (101, 102)),)
        self.downs = [floor.peer(f"down {each}", *map(numbered, slots)) for each in range(6)]
        for source in (CAMERA, OTHER):
            floor.gate(source)
        for down in self.downs:
            floor.bind(down, "0", OTHER)
        self.sequence = 0

    def bind(self, down: Far, dice: random.Random) -> None:
        """Carry another source, or none."""
        self.floor.bind(down, "0", dice.choice((CAMERA, CAMERA, OTHER, OTHER, OTHER, None)))

    def want(self, down: Far, dice: random.Random) -> None:
        """Wish for another layer, fewer frames or nothing."""
        wish = Want(peer=down.id, mid="0", layer=dice.choice((None, 0, 2, 2)), temporal=None)
        self.floor.plane.want(wish, self.floor.now)

    def pace(self, down: Far, dice: random.Random) -> None:
        """Be paced, or no more."""
        near, target = self.floor.near(down), dice.choice((None, 100_000.0))
        self.floor.rounds.sharing.pacing.aim(near, target, self.floor.now)

    def hush(self, down: Far, _: random.Random) -> None:
        """Fall silent."""
        if self.floor.near(down).route is not None:
            self.floor.plane.hush(self.floor.near(down))

    def heard(self, down: Far, _: random.Random) -> None:
        """Be heard again."""
        if self.floor.near(down).route is None:
            self.floor.plane.heard_again(self.floor.near(down))

    def send(self, _: Far, dice: random.Random) -> None:
        """A packet of the picture in one piece, now and then one that begins."""
        self.sequence += 1
        self.up.send(rtp(91, self.sequence, dice.choice((VP8_KEY, VP8_DELTA, VP8_DELTA))))
        self.floor.turn()

    def publications(self) -> list[TwinPublication]:
        """Of both sources."""
        carried = (
            each for source in self.floor.plane.sources.values() for each in source.carried()
        )
        return [each for each in carried if isinstance(each, TwinPublication)]

    def rows(self) -> list[tuple[list[bytes], int, int]]:
        """What C reads of each publication; its rows are in no order."""
        return [
            (
                sorted(
                    bytes(ffi.buffer(each.state.rows + at)) for at in range(each.state.row_count)
                ),
                each.state.over_count,
                each.state.waiting,
            )
            for each in self.publications()
        ]

    def astray(self) -> list[int]:
        """The slots that do not stand where C looks for them."""
        rows = [self.floor.near(each).slots["0"] for each in self.downs]
        states = [
            each.state for each in rows if isinstance(each, TwinSubscription) and each.running
        ]
        return [each.ssrc for each in states if each.publication.rows[each.place].slot != each]


@pytest.mark.parametrize("seed", range(20))
def test_rows_that_were_changed_one_by_one_are_those_written_all_at_once(seed: int) -> None:
    dice, counts = random.Random(seed), set()
    with ground("compiled") as floor:
        hall = Hall(floor)
        changes = (hall.bind, hall.want, hall.pace, hall.hush, *[hall.heard, hall.send] * 3)
        for _ in range(250):
            dice.choice(changes)(dice.choice(hall.downs), dice)
            changed, astray = hall.rows(), hall.astray()
            assert not astray
            counts.add(max(len(rows) for rows, *_ in changed))
            if dice.random() < 0.2:  # else the next change finds the rows as this one left them
                for each in hall.publications():
                    each.rebuild()
                assert changed == hall.rows()
    assert max(counts) >= 3
