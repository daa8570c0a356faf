"""What a publisher is asked and told."""

from dataclasses import replace

import pytest
from aiortc import rtp as aiortc_rtp

from server.media import feedback
from server.media.losses import TRIES
from server.media.requests import AskKeyFrame
from server.media.transport_cc import FORMAT
from signaling.events import Codec
from signaling.ids import SourceId
from signaling.rtp.extensions import TRANSPORT_CC
from tests.support.plane import (
    UP_IDS,
    VP8_DELTA,
    VP8_KEY,
    Far,
    Ground,
    rtp,
    up_section,
)

CAMERA, SOUND = "h/camera", "h/microphone"


@pytest.fixture
def up(floor: Ground) -> Far:
    """A publisher of a picture, 11, and a sound, 21."""
    return floor.peer(
        "up",
        up_section("0", CAMERA, Codec.VP8, (11, 12)),
        up_section("1", SOUND, Codec.OPUS, (21,)),
    )


def said(floor: Ground, up: Far, seconds: float) -> list[feedback.Item]:
    """What the publisher is told in this time."""
    floor.turn()
    up.raw()
    floor.wait(seconds)
    return [item for report in up.reports() for item in feedback.read(report)]


def nacks(items: list[feedback.Item]) -> list[tuple[int, tuple[int, ...]]]:
    """The requests for packets among them."""
    return [(each.ssrc, each.sequences) for each in items if isinstance(each, feedback.Nack)]


def key_frames(items: list[feedback.Item]) -> int:
    """How many requests for key frames are among them."""
    return sum(isinstance(each, feedback.KeyFrameRequest) for each in items)


def test_a_gap_is_asked_for_within_50_ms(floor: Ground, up: Far) -> None:
    for sequence in (1, 2, 5):
        up.send(rtp(11, sequence, VP8_KEY))
    assert nacks(said(floor, up, 0.05)) == [(11, (3, 4))]


def test_a_gap_over_the_wrap_is_asked_for(floor: Ground, up: Far) -> None:
    for sequence in (65_534, 1):
        up.send(rtp(11, sequence, VP8_KEY))
    assert nacks(said(floor, up, 0.05)) == [(11, (65_535, 0))]


def test_what_was_repaired_is_not_asked_for_again(floor: Ground, up: Far) -> None:
    up.send(rtp(11, 1, VP8_KEY))
    up.send(rtp(11, 3, VP8_KEY))
    up.send(rtp(12, 500, (2).to_bytes(2, "big") + VP8_DELTA, number=97))
    floor.gate(CAMERA)
    assert nacks(said(floor, up, 0.5)) == []


def test_a_lost_packet_is_asked_for_a_bounded_number_of_times(floor: Ground, up: Far) -> None:
    up.send(rtp(11, 1, VP8_KEY))
    up.send(rtp(11, 3, VP8_KEY))
    assert len(nacks(said(floor, up, 10.0))) == TRIES


def test_key_frames_are_asked_for_once_for_many(floor: Ground, up: Far) -> None:
    up.send(rtp(11, 1, VP8_DELTA))
    floor.turn()
    floor.wait(1.0)
    up.send(rtp(11, 2, VP8_KEY))
    floor.turn()
    floor.wait(1.0)
    for _ in range(10):
        floor.plane.ask_key_frame(AskKeyFrame(source=SourceId(CAMERA)))
    assert key_frames(said(floor, up, 0.3)) == 1
    up.send(rtp(11, 3, VP8_KEY))
    assert key_frames(said(floor, up, 2.0)) == 0


def test_no_key_frame_is_asked_of_a_sound(floor: Ground, up: Far) -> None:
    up.send(rtp(21, 1, b"sound", codec=Codec.OPUS))
    floor.plane.ask_key_frame(AskKeyFrame(source=SourceId(SOUND)))
    assert key_frames(said(floor, up, 1.0)) == 0


def test_a_gap_too_large_to_repair_asks_for_a_key_frame(floor: Ground, up: Far) -> None:
    up.send(rtp(11, 1, VP8_KEY))
    floor.turn()
    floor.wait(0.5)
    up.send(rtp(11, 700, VP8_DELTA))
    items = said(floor, up, 0.1)
    assert nacks(items) == []
    assert key_frames(items) == 1


def test_reports_tell_the_loss(floor: Ground, up: Far) -> None:
    for sequence in (1, 2, 3, 5):
        up.send(rtp(21, sequence, b"sound", codec=Codec.OPUS))
    items = said(floor, up, 1.1)
    receptions = [each for each in items if isinstance(each, feedback.Reception)]
    assert {(each.ssrc, each.lost) for each in receptions} == {(21, 1)}


def test_transport_wide_feedback_comes_while_packets_do(floor: Ground, up: Far) -> None:
    for sequence in range(20):
        wide = {UP_IDS[TRANSPORT_CC]: sequence.to_bytes(2, "big")}
        up.send(rtp(11, sequence, VP8_KEY, extensions=wide))
    floor.turn()
    floor.wait(0.2)
    found = [
        packet
        for report in up.reports()
        for packet in aiortc_rtp.RtcpPacket.parse(report)
        if isinstance(packet, aiortc_rtp.RtcpRtpfbPacket) and packet.fmt == FORMAT
    ]
    assert len(found) == 1


def test_without_transport_wide_feedback_there_is_a_remb(floor: Ground) -> None:
    section = up_section("0", CAMERA, Codec.VP8, (11, 12))
    up = floor.peer("up", replace(section, feedback=("nack", "goog-remb")))
    up.send(rtp(11, 1, VP8_KEY))
    items = said(floor, up, 1.1)
    assert [each.bitrate > 1_000_000 for each in items if isinstance(each, feedback.Estimate)]
