"""Sending to a quiet peer stops until it is heard; none is given up for being quiet."""

import json
from collections.abc import Iterator
from pathlib import Path
from typing import Any

import pytest
from aiortc.rtp import RtcpByePacket

from server.media.ice import QUIET, SILENCE
from server.media.requests import PeerHeard, PeerLost, PeerQuiet
from signaling.events import Codec
from signaling.ids import PeerId
from tests.support.plane import (
    VP8_DELTA,
    VP8_KEY,
    Far,
    Ground,
    down_section,
    rtp,
    up_section,
)

CAMERA = "p:cam"
CAPTURED: dict[str, Any] = json.loads(
    (Path(__file__).parents[2] / "vectors" / "firefox_loss.json").read_text()
)
"""When packets of a Firefox that only watches came here (ms), a fifth of all lost each way."""
TEN_MINUTES = 600.0
RECEIVED = bytes(RtcpByePacket(sources=[99]))


@pytest.fixture
def up(floor: Ground) -> Far:
    """A device that sends a picture."""
    made = floor.peer("up", up_section("0", CAMERA, Codec.VP8, (11, 12)))
    floor.gate(CAMERA)
    return made


@pytest.fixture
def down(floor: Ground, up: Far) -> Far:
    """A muted device that sees it."""
    made = floor.peer("down", down_section("0", (Codec.VP8,), (101, 102)))
    floor.bind(made, "0", CAMERA)
    return made


def told(floor: Ground) -> list[PeerQuiet | PeerHeard | PeerLost]:
    """What the server was told of who is heard."""
    return [each for each in floor.notices if isinstance(each, PeerQuiet | PeerHeard | PeerLost)]


def shown(floor: Ground, up: Far, down: Far, sequence: int, body: bytes) -> list[int]:
    """The sequence number under which the receiver gets a packet; none if it gets nothing."""
    up.send(rtp(11, sequence, body))
    floor.turn()
    return [int.from_bytes(each[2:4], "big") for each in down.packets()]


def test_sending_stops_six_seconds_after_the_last_authentic_packet(
    floor: Ground, up: Far, down: Far
) -> None:
    assert shown(floor, up, down, 1, VP8_KEY)
    floor.wait(QUIET - 0.1)
    assert shown(floor, up, down, 2, VP8_DELTA)
    floor.wait(0.3)
    assert not shown(floor, up, down, 3, VP8_KEY)
    assert down.raw() == []
    assert told(floor) == []


def test_nothing_at_all_is_sent_to_a_quiet_peer(floor: Ground, up: Far) -> None:
    floor.wait(QUIET + 0.2)
    up.raw()
    floor.wait(5.0)
    assert up.raw() == []


def test_sending_begins_again_with_the_next_packet_and_a_picture(
    floor: Ground, up: Far, down: Far
) -> None:
    came = shown(floor, up, down, 1, VP8_KEY)
    for sequence in range(2, 12):
        floor.wait(1.0)
        came += shown(floor, up, down, sequence, VP8_DELTA)
    assert len(came) < 8
    down.report(RECEIVED)
    floor.turn()
    floor.wait(0.02)
    assert shown(floor, up, down, 12, VP8_DELTA) == []
    came += shown(floor, up, down, 13, VP8_KEY)
    assert came == [(came[0] + ahead) % 65536 for ahead in range(len(came))]


def test_a_stranger_wakes_nobody(floor: Ground, up: Far, down: Far) -> None:
    floor.wait(QUIET + 0.2)
    down.throw(b"\x80\xc9" + bytes(40))
    down.throw(b"\x80\x60" + bytes(40))
    down.throw(b"\x16\xfe\xff" + bytes(40))
    floor.turn()
    floor.wait(0.2)
    assert floor.near(down).route is None


def test_a_quiet_peer_is_told_once_and_kept(floor: Ground, up: Far) -> None:
    floor.wait(SILENCE - 1)
    assert told(floor) == []
    floor.wait(60.0)
    assert told(floor) == [PeerQuiet(peer=up.id)]
    assert up.id in floor.plane.peers
    up.send(rtp(11, 1, VP8_KEY))
    floor.turn()
    floor.wait(0.1)
    assert told(floor) == [PeerQuiet(peer=up.id), PeerHeard(peer=up.id)]


def test_reports_alone_keep_a_peer_heard(floor: Ground, up: Far) -> None:
    for _ in range(8):
        floor.wait(QUIET - 0.5)
        up.report(RECEIVED)
        floor.turn()
        assert floor.near(up).route is not None
    assert told(floor) == []


def test_who_never_connected_is_lost(floor: Ground) -> None:
    floor.agree("never", down_section("0", (Codec.VP8,), (101, 102)))
    floor.wait(SILENCE - 1)
    assert told(floor) == []
    floor.wait(1.5)
    assert told(floor) == [PeerLost(peer=PeerId("never"), why="silent")]
    assert not floor.plane.peers


def replayed(floor: Ground, down: Far, times: list[int]) -> Iterator[float]:
    """Ten minutes in which a receiver is heard as it was captured, over and over; after each."""
    until, lap = floor.now + TEN_MINUTES, 0.0
    while True:
        for at in times:
            came = until - TEN_MINUTES + lap + at / 1000
            if came >= until:
                return
            floor.wait(came - floor.now)
            down.report(RECEIVED)
            floor.turn()
            down.raw()
            yield came
        lap += times[-1] / 1000 + 1


def test_a_muted_firefox_that_loses_a_fifth_is_sent_to_for_ten_minutes(
    floor: Ground, down: Far
) -> None:
    for _ in replayed(floor, down, CAPTURED["receiving"]):
        assert floor.near(down).route is not None
    assert [each for each in told(floor) if each.peer == down.id] == []


def test_one_that_is_sent_nothing_is_never_lost(floor: Ground, down: Far) -> None:
    for _ in replayed(floor, down, CAPTURED["idle"]):
        floor.wait(0.02)
        assert floor.near(down).route is not None
    assert not [each for each in told(floor) if isinstance(each, PeerLost)]
