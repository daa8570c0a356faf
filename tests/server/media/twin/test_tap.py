"""What waits for the recorder in C, and what becomes of it when the socket is full."""

import gc

import pytest

from server.media.requests import ForgetSource, SetTap
from signaling.events import Codec
from signaling.ids import SourceId
from signaling.rtp.tap import OVERRUN, PACKET
from tests.support.plane import VP8_DELTA, VP8_KEY, Far, Ground, ground, rtp, up_section

CAMERA = SourceId("h/camera")


def taught(floor: Ground) -> Far:
    """A publisher whose picture is recorded."""
    up = floor.peer("up", up_section("0", CAMERA, Codec.VP8, (11, 12)))
    floor.gate(CAMERA)
    floor.plane.set_tap(SetTap(source=CAMERA, handle=1))
    return up


def send(floor: Ground, up: Far, sequence: int, body: bytes) -> None:
    """One packet, as long as may be."""
    up.send(rtp(11, sequence, body + bytes(1200), timestamp=sequence * 90))
    floor.turn()


def test_packets_wait_in_c_until_they_are_fetched() -> None:
    with ground("compiled") as floor:
        up = taught(floor)
        for sequence in range(60):
            send(floor, up, sequence, VP8_DELTA if sequence else VP8_KEY)
        found = floor.tapped()
        assert [one.kind for one in found] == [PACKET] * 60
        assert floor.near_tap.packets == 60


@pytest.mark.parametrize("kind", ["python", "compiled"])
def test_a_full_socket_drops_to_the_next_key_frame_and_tells(kind: str) -> None:
    with ground(kind) as floor:
        up = taught(floor)
        sequence = 0
        while not floor.near_tap.overruns:
            send(floor, up, sequence, VP8_DELTA if sequence else VP8_KEY)
            floor.near_tap.flush()
            sequence += 1
        floor.tapped()
        send(floor, up, sequence, VP8_DELTA)
        assert not floor.tapped()
        send(floor, up, sequence + 1, VP8_KEY)
        assert [one.kind for one in floor.tapped()] == [OVERRUN, PACKET]
        send(floor, up, sequence + 2, VP8_DELTA)
        assert [one.kind for one in floor.tapped()] == [PACKET]
        assert len(floor.overruns) == 1


def test_a_source_that_ends_while_its_packets_wait_stays_until_they_are_gone() -> None:
    with ground("compiled") as floor:
        up = taught(floor)
        while not floor.near_tap.overruns:
            send(floor, up, 0, VP8_KEY)
            floor.near_tap.flush()
            up = floor.peer(f"up{len(floor.far)}", up_section("0", CAMERA, Codec.VP8, (11, 12)))
        floor.tapped()
        send(floor, up, 1, VP8_KEY)
        floor.plane.forget_source(ForgetSource(source=CAMERA))
        gc.collect()
        floor.near_tap.flush()
        assert PACKET in [one.kind for one in floor.tapped()]
