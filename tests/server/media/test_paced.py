"""Which packets of a picture wait, and as what they leave: one row of the reference's pump."""

from collections.abc import Iterator

import pytest

from server.media.paced import leaving, paced, refuses, waits
from server.media.publication import Publication
from server.media.table import Kept, Packet
from signaling.ids import SourceId
from tests.support.bottleneck import Bottleneck
from tests.support.narrow import CAMERA, Narrow
from tests.support.plane import ground


@pytest.fixture
def line() -> Iterator[Narrow]:
    """A receiver that is paced."""
    with ground("python") as floor:
        made = Narrow(floor, Bottleneck(5e5), 150e3)
        made.run(0.2)
        made.pace(200_000)
        yield made


def published(line: Narrow) -> Publication:
    """The picture."""
    found = line.floor.plane.sources[SourceId(CAMERA)].publication
    assert found is not None
    return found


def packet(publication: Publication, ahead: int, timestamp: int = 90) -> Packet:
    """One that comes after so many others, and is kept."""
    order = publication.highest + ahead
    kept = publication.kept[order % 512] = Kept(order, 128, timestamp, bytes(1000), 127)
    return Packet(*kept, begins=False, whole=b"")


def test_it_leaves_at_once_or_later_with_the_numbers_it_had(line: Narrow) -> None:
    publication, now = published(line), line.floor.now
    near = line.floor.near(line.down)
    ((_, lane),) = publication.paced
    assert near.path is not None
    assert near.path.pacer is not None
    some = [packet(publication, ahead) for ahead in range(1, 7)]
    at_once = []
    for each in some:
        for _, _, sent in paced(publication, each, now):
            at_once.append(sent)
            near.path.pacer.charge(1000, now)
    assert at_once == some[: len(at_once)]
    assert 0 < len(at_once) < 5
    later = list(leaving(near, now + 0.05))
    assert [each for _, _, each in later] == some[len(at_once) :]
    assert [
        (each.order + one.sequence_offset & 0xFFFF, each.timestamp + one.timestamp_offset)
        for _, one, each in later
    ] == [
        (each.order + lane.sequence_offset & 0xFFFF, each.timestamp + lane.timestamp_offset)
        for each in some[len(at_once) :]
    ]


def test_another_packet_in_its_place_is_not_it(line: Narrow) -> None:
    publication, now = published(line), line.floor.now
    near = line.floor.near(line.down)
    ((_, lane),) = publication.paced
    assert near.path is not None
    assert near.path.pacer is not None
    near.path.pacer.charge(50_000, now)
    assert waits(publication, lane, packet(publication, 1), now)
    assert not refuses(lane)
    packet(publication, 1, timestamp=91)
    assert list(leaving(near, now + 1)) == []
    assert refuses(lane)


def test_what_came_before_the_row_began_does_not_pass(line: Narrow) -> None:
    publication = published(line)
    publication.paced = [(s, one._replace(first=1 << 40)) for s, one in publication.paced]
    assert list(paced(publication, packet(publication, 1), line.floor.now)) == []
