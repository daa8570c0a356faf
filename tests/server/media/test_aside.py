"""What waits for the control half."""

import pytest

from server.media import feedback
from server.media.aside import CONTROL_QUEUE
from signaling.events import Codec
from tests.support.plane import Far, Ground, up_section


@pytest.fixture
def up(floor: Ground) -> Far:
    """A publisher of a picture."""
    return floor.peer("up", up_section("0", "h/camera", Codec.VP8, (11, 12)))


def test_datagrams_for_the_control_half_wait_up_to_a_bound(floor: Ground, up: Far) -> None:
    for _ in range(CONTROL_QUEUE // 64 + 3):
        for _ in range(64):
            up.throw(b"\x00\x01")
        floor.pump.wake(floor.socket)
    assert len(floor.pump.control) == CONTROL_QUEUE
    assert floor.pump.dropped == 3 * 64


def test_rtcp_waits_plain_and_with_whose_it_is(floor: Ground, up: Far) -> None:
    request = feedback.key_frame_request(1, 2)
    up.report(feedback.receiver_report(1, []) + request)
    up.throw(b"\x00\x01")
    floor.pump.wake(floor.socket)
    report, other = floor.pump.control
    assert (report.data, report.peer, report.at) == (request, floor.near(up), floor.now)
    assert (other.data, other.peer) == (b"\x00\x01", None)
    assert report.raw == other.raw
