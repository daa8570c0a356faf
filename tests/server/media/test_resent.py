"""What a receiver misses is found as it had it."""

import pytest

from server.media.publication import Publication
from server.media.resent import find
from server.media.subscription import Subscription
from server.media.table import HISTORY
from signaling.events import Codec
from signaling.rtp.header import read
from tests.support.plane import VP8_DELTA, VP8_KEY, Far, Ground, down_section, rtp, up_section

CAMERA = "one/camera"


@pytest.fixture
def up(floor: Ground) -> Far:
    """A publisher of VP8 with the SSRCs 11 and 12."""
    far = floor.peer("up", up_section("0", CAMERA, Codec.VP8, (11, 12)))
    floor.gate(CAMERA)
    return far


@pytest.fixture
def down(floor: Ground) -> Far:
    """Its receiver."""
    far = floor.peer("down", down_section("0", (Codec.VP8,), (101, 102)))
    floor.bind(far, "0", CAMERA)
    return far


def carried(row: Subscription) -> Publication:
    """Whose packets a row carries."""
    assert row.source is not None
    assert row.source.publication is not None
    return row.source.publication


def numbers(floor: Ground, down: Far) -> list[tuple[int, int]]:
    """Sequence number and timestamp of what arrived."""
    floor.turn()
    return [(head.sequence, head.timestamp) for head in map(read, down.packets())]


def test_it_is_found_with_the_receivers_time(floor: Ground, up: Far, down: Far) -> None:
    up.send(rtp(11, 900, VP8_KEY, timestamp=5000))
    up.send(rtp(11, 901, VP8_DELTA, timestamp=8000))
    row = floor.near(down).slots["0"]
    came = numbers(floor, down)
    publication = carried(row)
    for (sequence, timestamp), payload in zip(came, (VP8_KEY, VP8_DELTA), strict=True):
        found = find(row, publication, sequence)
        assert found is not None
        assert (found.timestamp, found.payload) == (timestamp, payload)


def test_neither_what_was_not_sent_nor_what_is_gone(floor: Ground, up: Far, down: Far) -> None:
    up.send(rtp(11, 900, VP8_KEY))
    ((first, _),) = numbers(floor, down)
    row = floor.near(down).slots["0"]
    publication = carried(row)
    assert find(row, publication, first) is not None
    assert find(row, publication, (first + 1) & 0xFFFF) is None
    assert find(row, publication, (first - 1) & 0xFFFF) is None
    for later in range(1, HISTORY + 1):
        up.send(rtp(11, 900 + later, VP8_DELTA))
        numbers(floor, down)
    assert find(row, publication, first) is None


def test_nor_what_is_too_old_though_what_should_have_its_place_was_lost(
    floor: Ground, up: Far, down: Far
) -> None:
    up.send(rtp(11, 900, VP8_KEY))
    ((first, _),) = numbers(floor, down)
    up.send(rtp(11, 901 + HISTORY, VP8_DELTA))
    numbers(floor, down)
    row = floor.near(down).slots["0"]
    assert carried(row).find(carried(row).highest - HISTORY - 1) is not None
    assert find(row, carried(row), first) is None


def test_nor_what_came_before_a_row_began(floor: Ground, up: Far) -> None:
    up.send(rtp(11, 900, VP8_KEY))
    floor.turn()
    down = floor.peer("down", down_section("0", (Codec.VP8,), (101, 102)))
    floor.bind(down, "0", CAMERA)
    up.send(rtp(11, 901, VP8_KEY))
    ((first, _),) = numbers(floor, down)
    row = floor.near(down).slots["0"]
    assert find(row, carried(row), first) is not None
    assert find(row, carried(row), (first - 1) & 0xFFFF) is None
