"""Rows that are repeated, paced or over layers get a packet one by one, all others do not."""

from server.media.singly import singly
from server.media.table import Kept, Packet
from signaling.ids import SourceId
from tests.support.bottleneck import Bottleneck
from tests.support.narrow import CAMERA, SOUND, Narrow
from tests.support.plane import ground


def test_each_way_is_gone_by_those_it_is_for() -> None:
    with ground("python") as floor:
        line = Narrow(floor, Bottleneck(5e5), 150e3)
        line.run(0.2)
        picture = floor.plane.sources[SourceId(CAMERA)].publication
        sound = floor.plane.sources[SourceId(SOUND)].publication
        assert picture is not None
        assert sound is not None
        packet = Packet(*Kept(1 << 20, 0, 90, b"more", 127), begins=False, whole=b"")
        assert list(singly(picture, packet, floor.now)) == []
        line.pace(100_000)
        assert [each for _, _, each in singly(picture, packet, floor.now)] == [packet]
        row = floor.near(line.down).slots["1"]
        row.copies = 1
        floor.plane.change(row)
        assert [each.payload[-4:] for _, _, each in singly(sound, packet, floor.now)] == [b"more"]
