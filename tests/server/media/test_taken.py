"""Which packets are a publication's own."""

from server.media.publication import Publication
from server.media.table import Packet
from server.media.taken import taken
from signaling.events import Codec
from signaling.rtp.header import extensions, read
from tests.support.plane import VP8_KEY, Ground, ground, rtp, up_section

CAMERA = "h/camera"


def published(floor: Ground) -> Publication:
    """A picture of SSRC 11, repaired by 12."""
    up = floor.peer("up", up_section("0", CAMERA, Codec.VP8, (11, 12)))
    return floor.near(up).publications["0"]


def of(publication: Publication, plain: bytes) -> Packet | None:
    """What such a packet is to it."""
    header = read(plain)
    found = taken(publication, memoryview(plain), header, extensions(plain, header))
    if found is not None:
        publication.highest = max(publication.highest, found.order)
    return found


def test_its_packets_are_taken_once_and_with_their_place() -> None:
    with ground() as floor:
        publication = published(floor)
        first = of(publication, rtp(11, 5, VP8_KEY, timestamp=90))
        assert first is not None
        assert (first.order & 0xFFFF, first.timestamp, first.begins) == (5, 90, True)
        assert first.payload == VP8_KEY


def test_a_retransmission_is_what_it_repairs_if_that_is_missing() -> None:
    with ground() as floor:
        publication = published(floor)
        of(publication, rtp(11, 5, VP8_KEY))
        of(publication, rtp(11, 7, VP8_KEY))
        again = of(publication, rtp(12, 1, (6).to_bytes(2, "big") + VP8_KEY, number=97))
        assert again is not None
        assert (again.order & 0xFFFF, again.payload) == (6, VP8_KEY)
        assert of(publication, rtp(12, 2, (9).to_bytes(2, "big") + VP8_KEY, number=97)) is None


def test_other_payload_types_and_former_publications_are_not_taken() -> None:
    with ground() as floor:
        publication = published(floor)
        assert of(publication, rtp(11, 5, VP8_KEY, number=50)) is None
        floor.peer("other", up_section("0", CAMERA, Codec.VP8, (21, 22)))
        assert of(publication, rtp(11, 6, VP8_KEY)) is None
