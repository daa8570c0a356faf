"""A picture in layers: the highest is passed on, the others are heard out."""

from dataclasses import replace

import pytest

from server.media.upward import REPORT_PERIOD
from signaling.agreement import Section
from signaling.events import Codec
from signaling.rtp.extensions import MID, REPAIRED_RID, RID
from tests.support.plane import (
    UP_IDS,
    VP8_DELTA,
    VP8_KEY,
    Far,
    Ground,
    down_section,
    rtp,
    up_section,
)

CAMERA = "h/camera"
IDS = {**UP_IDS, RID: 5, REPAIRED_RID: 6}
LOW, MIDDLE, HIGH, REPAIR = 21, 22, 23, 24


def layered(*rids: str) -> Section:
    """A camera whose layers are agreed."""
    return replace(up_section("0", CAMERA, Codec.VP8), extensions=IDS, layers=rids)


def named(ssrc: int, sequence: int, rid: str, body: bytes = VP8_KEY) -> bytes:
    """A packet that names its section and layer."""
    names = {IDS[MID]: b"0", IDS[RID]: rid.encode()}
    return rtp(ssrc, sequence, body, extensions=names)


@pytest.fixture
def up(floor: Ground) -> Far:
    """A publisher of three layers."""
    far = floor.peer("up", layered("l", "m", "h"))
    floor.gate(CAMERA)
    return far


@pytest.fixture
def down(floor: Ground) -> Far:
    """A receiver of the picture."""
    far = floor.peer("down", down_section("0", (Codec.VP8,), (101, 102)))
    floor.bind(far, "0", CAMERA)
    return far


def test_the_highest_layer_is_passed_on_alone(floor: Ground, up: Far, down: Far) -> None:
    for ssrc, rid in ((LOW, "l"), (MIDDLE, "m"), (HIGH, "h")):
        up.send(named(ssrc, 1, rid))
        up.send(rtp(ssrc, 2, VP8_DELTA + rid.encode()))
    floor.turn()
    packets = down.packets()
    assert [packet[-1:] for packet in packets] == [b"\0", b"h"]


def test_a_repair_finds_its_layer_by_name(floor: Ground, up: Far, down: Far) -> None:
    up.send(named(HIGH, 1, "h"))
    up.send(rtp(HIGH, 3, VP8_DELTA + b"3"))
    repair = {IDS[MID]: b"0", IDS[REPAIRED_RID]: b"h"}
    up.send(rtp(REPAIR, 1, b"\0\2" + VP8_DELTA + b"2", number=97, extensions=repair))
    floor.turn()
    assert [packet[-1:] for packet in down.packets()] == [b"\0", b"3", b"2"]


def test_a_layer_nobody_gets_is_reported_to_the_device(floor: Ground, up: Far) -> None:
    up.send(named(LOW, 1, "l"))
    up.send(rtp(LOW, 3, VP8_DELTA))
    floor.turn()
    floor.wait(REPORT_PERIOD + 0.1)
    reported = [report for report in up.reports() if report[1] == 201]
    assert any(LOW.to_bytes(4, "big") == report[8:12] for report in reported)


def test_an_unheard_of_layer_goes_nowhere(floor: Ground, up: Far, down: Far) -> None:
    up.send(named(LOW, 1, "x"))
    up.send(rtp(MIDDLE, 1, VP8_KEY, extensions={IDS[MID]: b"0"}))
    floor.turn()
    assert not down.packets()


def test_layers_that_end_leave_the_one_that_goes_on(floor: Ground, up: Far, down: Far) -> None:
    up.send(named(LOW, 1, "l"))
    up.send(named(HIGH, 1, "h"))
    floor.turn()
    floor.agree("up", up_section("0", CAMERA, Codec.VP8))
    up.send(rtp(LOW, 2, VP8_KEY + b"whole", extensions={UP_IDS[MID]: b"0"}))
    floor.turn()
    assert [packet[-5:] for packet in down.packets()][1:] == [b"whole"]
    peer = floor.near(up)
    assert not peer.aside
    assert len(floor.plane.upward[peer.id].intakes) == 1


def test_layers_are_known_again_without_names_after_the_camera_was_off(
    floor: Ground, up: Far, down: Far
) -> None:
    layers = ((LOW, "l"), (MIDDLE, "m"), (HIGH, "h"))
    for ssrc, rid in layers:
        up.send(named(ssrc, 1, rid))
    floor.turn()
    sound = up_section("1", "h/microphone", Codec.OPUS)
    floor.agree("up", replace(layered("l", "m", "h"), active=False, source=None), sound)
    floor.agree("up", layered("l", "m", "h"), sound)
    floor.gate(CAMERA)
    down.packets()
    for ssrc, rid in layers:
        up.send(rtp(ssrc, 2, VP8_KEY + rid.encode()))
        up.send(rtp(ssrc, 3, VP8_DELTA + rid.encode()))
    floor.turn()
    assert [packet[-1:] for packet in down.packets()] == [b"h", b"h"]
