"""Requests of the server and datagrams of strangers, as they change the table."""

from dataclasses import replace

import pytest

from server.media.requests import (
    ForgetSource,
    PeerConnected,
    PeerLost,
    SetTap,
)
from signaling.events import Codec
from signaling.ids import PeerId, SourceId
from tests.support.plane import (
    VP8_DELTA,
    VP8_KEY,
    Far,
    Ground,
    down_section,
    rtp,
    up_section,
)

CAMERA = "h/camera"


@pytest.fixture
def up(floor: Ground) -> Far:
    """A publisher of a picture, 11."""
    far = floor.peer("up", up_section("0", CAMERA, Codec.VP8, (11, 12)))
    floor.gate(CAMERA)
    return far


@pytest.fixture
def down(floor: Ground) -> Far:
    """A receiver of that picture."""
    far = floor.peer("down", down_section("0", (Codec.VP8,), (101, 102)))
    floor.bind(far, "0", CAMERA)
    return far


def test_a_renegotiation_keeps_keys_and_addresses(floor: Ground, up: Far, down: Far) -> None:
    before = floor.near(up)
    sections = (
        up_section("0", CAMERA, Codec.VP8, (11, 12)),
        up_section("1", "h/screen", Codec.VP8, (31, 32)),
    )
    floor.agree("up", *sections)
    floor.bind(down, "0", "h/screen")
    floor.gate("h/screen")
    up.send(rtp(31, 1, VP8_KEY))
    floor.turn()
    assert floor.near(up) is before
    assert len(down.packets()) == 1


def test_a_section_that_stopped_publishes_nothing(floor: Ground, up: Far, down: Far) -> None:
    section = up_section("0", CAMERA, Codec.VP8, (11, 12))
    floor.agree("up", replace(section, active=False))
    up.send(rtp(11, 1, VP8_KEY))
    floor.turn()
    assert down.packets() == []
    assert floor.plane.sources[SourceId(CAMERA)].publication is None


def test_a_binding_waits_for_its_source(floor: Ground, down: Far) -> None:
    up = floor.peer("up", up_section("0", CAMERA, Codec.VP8, (11, 12)))
    floor.gate(CAMERA)
    up.send(rtp(11, 1, VP8_KEY))
    floor.turn()
    assert len(down.packets()) == 1


def test_a_new_source_is_shut(floor: Ground, down: Far) -> None:
    up = floor.peer("up", up_section("0", CAMERA, Codec.VP8, (11, 12)))
    up.send(rtp(11, 1, VP8_KEY))
    floor.turn()
    assert down.packets() == []


def test_a_forgotten_source_goes_nowhere(floor: Ground, up: Far, down: Far) -> None:
    floor.plane.set_tap(SetTap(source=SourceId(CAMERA), handle=4))
    floor.plane.forget_source(ForgetSource(source=SourceId(CAMERA)))
    up.send(rtp(11, 1, VP8_KEY))
    floor.turn()
    assert down.packets() == []
    assert floor.tapped() == []
    assert not floor.plane.sources


def test_a_closed_peer_leaves_nothing_behind(floor: Ground, up: Far, down: Far) -> None:
    up.send(rtp(11, 1, VP8_KEY))
    floor.turn()
    for identity in (up.id, down.id):
        floor.plane.close_peer(identity)
    assert not floor.plane.peers
    assert not floor.plane.upward
    assert not floor.plane.downward
    assert not floor.pump.by_address[floor.socket]
    assert not floor.plane.sources[SourceId(CAMERA)].rows


def test_a_closed_receiver_does_not_disturb_the_others(floor: Ground, up: Far, down: Far) -> None:
    other = floor.peer("other", down_section("0", (Codec.VP8,), (201, 202)))
    floor.bind(other, "0", CAMERA)
    up.send(rtp(11, 1, VP8_KEY))
    floor.turn()
    floor.plane.close_peer(down.id)
    up.send(rtp(11, 2, VP8_DELTA))
    floor.turn()
    assert len(other.packets()) == 2


def test_closing_an_unknown_peer_is_fine(floor: Ground) -> None:
    assert floor.plane.close_peer(PeerId("nobody")) is None
    assert floor.plane.lose(PeerId("nobody"), "silent") is None
    assert floor.notices == []


def test_what_becomes_of_a_peer_is_told(floor: Ground, up: Far) -> None:
    floor.plane.lose(up.id, "closed")
    assert floor.notices == [PeerConnected(peer=up.id), PeerLost(peer=up.id, why="closed")]
