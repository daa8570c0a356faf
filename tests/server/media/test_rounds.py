"""What the control half tells by the clock."""

from typing import TypeVar

import pytest
from aiortc.rtp import RtcpByePacket

from server.media import feedback
from server.media.requests import (
    Levels,
    Notice,
    Reports,
    SetTap,
    SourceFlows,
    SourceStopped,
)
from signaling.events import Codec
from signaling.ids import SourceId
from signaling.rtp.extensions import AUDIO_LEVEL
from signaling.rtp.tap import BATCH_LIMIT, PERIOD, records
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

CAMERA, SOUND = "h/camera", "h/microphone"
NoticeT = TypeVar("NoticeT", bound=Notice)


@pytest.fixture
def up(floor: Ground) -> Far:
    """A publisher of a picture, 11, and a sound, 21, with open gates."""
    far = floor.peer(
        "up",
        up_section("0", CAMERA, Codec.VP8, (11, 12)),
        up_section("1", SOUND, Codec.OPUS, (21,)),
    )
    floor.gate(CAMERA)
    floor.gate(SOUND)
    return far


def told(floor: Ground, kind: type[NoticeT]) -> list[NoticeT]:
    """The notices of one kind so far."""
    return [each for each in floor.notices if isinstance(each, kind)]


def speak(floor: Ground, up: Far, level: int, first: int, count: int) -> None:
    """Sound of this level, a packet each 20 ms."""
    for sequence in range(first, first + count):
        levels = {UP_IDS[AUDIO_LEVEL]: bytes([0x80 | level])}
        up.send(rtp(21, sequence, b"sound", codec=Codec.OPUS, extensions=levels))
        floor.turn()
        floor.wait(0.02)


def test_the_first_packet_is_told_once(floor: Ground, up: Far) -> None:
    for sequence in range(5):
        up.send(rtp(11, sequence, VP8_KEY))
        floor.turn()
        floor.wait(0.1)
    assert told(floor, SourceFlows) == [
        SourceFlows(source=SourceId(CAMERA), peer=up.id, codec=Codec.VP8)
    ]


def test_a_new_codec_is_told(floor: Ground, up: Far) -> None:
    up.send(rtp(11, 1, VP8_KEY))
    floor.turn()
    floor.wait(0.1)
    floor.agree("up", up_section("0", CAMERA, Codec.H264, (11, 12)))
    up.send(rtp(11, 2, b"\x67sps", codec=Codec.H264))
    floor.turn()
    floor.wait(0.1)
    assert [each.codec for each in told(floor, SourceFlows)] == [Codec.VP8, Codec.H264]


def test_a_source_that_stops_is_told_once_and_again_when_it_flows(floor: Ground, up: Far) -> None:
    up.send(rtp(11, 1, VP8_KEY))
    floor.turn()
    since = floor.now
    floor.wait(6.0)
    assert told(floor, SourceStopped) == [SourceStopped(source=SourceId(CAMERA), since=since)]
    up.send(rtp(11, 2, VP8_DELTA))
    floor.turn()
    floor.wait(0.1)
    assert len(told(floor, SourceFlows)) == 2


def test_a_shut_source_may_be_silent(floor: Ground, up: Far) -> None:
    up.send(rtp(11, 1, VP8_KEY))
    floor.turn()
    floor.wait(0.1)
    floor.gate(CAMERA, is_open=False)
    floor.wait(6.0)
    assert told(floor, SourceStopped) == []


def test_who_speaks_is_told_and_once_that_nobody_does(floor: Ground, up: Far) -> None:
    speak(floor, up, 20, 0, 50)
    floor.wait(3.0)
    heard = told(floor, Levels)
    assert [each.source for each in heard[0].speaking] == [SOUND]
    assert heard[0].speaking[0].level == pytest.approx(20)
    assert [bool(each.speaking) for each in heard].count(False) == 1
    assert not heard[-1].speaking


def test_a_shut_microphone_is_not_heard(floor: Ground, up: Far) -> None:
    floor.gate(SOUND, is_open=False)
    speak(floor, up, 20, 0, 50)
    assert told(floor, Levels) == []


def test_reports_come_every_two_seconds(floor: Ground, up: Far) -> None:
    floor.wait(0.1)
    floor.notices.clear()
    for sequence in (1, 2, 4, 5):
        up.send(rtp(11, sequence, VP8_KEY))
    floor.turn()
    floor.wait(4.1)
    first, second = told(floor, Reports)
    (report,) = first.peers
    assert (report.peer, report.way, report.packets) == (up.id, "up", 4)
    assert report.octets > 4 * len(VP8_KEY)
    assert report.rtt_ms is None
    assert second.peers[0].packets == 0


def test_a_picture_is_asked_for_as_long_as_somebody_waits(floor: Ground, up: Far) -> None:
    down = floor.peer("down", down_section("0", (Codec.VP8,), (101, 102)))
    floor.bind(down, "0", CAMERA)
    up.send(rtp(11, 0, VP8_DELTA))
    floor.turn()
    floor.wait(13.0)
    down.report(bytes(RtcpByePacket(sources=[99])))
    floor.turn()
    up.raw()
    for sequence in range(1, 6):
        up.send(rtp(11, sequence, VP8_DELTA))
        floor.turn()
        floor.wait(0.5)
    assert requested(up) >= 2


def test_a_full_tap_asks_for_a_key_frame_once_it_has_room(floor: Ground, up: Far) -> None:
    floor.plane.set_tap(SetTap(source=SourceId(CAMERA), handle=2))
    source = floor.plane.sources[SourceId(CAMERA)]
    up.send(rtp(11, 0, VP8_KEY))
    floor.turn()
    sequence = 1
    while not floor.near_tap.overruns:
        floor.near_tap.add(source, 2, 0, floor.now, bytes(60_000), True)
        floor.near_tap.flush()
    floor.wait(1.0)
    up.raw()
    floor.wait(1.0)
    assert requested(up) == 0
    floor.tapped()
    floor.wait(0.1)
    assert requested(up) == 1
    up.send(rtp(11, sequence, VP8_KEY))
    floor.turn()
    floor.wait(0.1)
    assert len(floor.overruns) == 1


def requested(up: Far) -> int:
    """How many key frames the publisher was asked for."""
    items = [item for report in up.reports() for item in feedback.read(report)]
    return sum(isinstance(each, feedback.KeyFrameRequest) for each in items)


def test_what_was_tapped_goes_out_together(floor: Ground, up: Far) -> None:
    floor.wait(0.1)
    floor.plane.set_tap(SetTap(source=SourceId(CAMERA), handle=2))
    for sequence in range(3):
        up.send(rtp(11, sequence, VP8_KEY))
        floor.turn()
    with pytest.raises(BlockingIOError):
        floor.tap.recv(BATCH_LIMIT)
    floor.wait(PERIOD)
    assert len(list(records(floor.tap.recv(BATCH_LIMIT)))) == 3
