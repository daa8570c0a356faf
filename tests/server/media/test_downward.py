"""What a receiver asks for and is told."""

import pytest

from server.media import feedback
from server.media.requests import Reports
from server.media.subscription import RTX_RATE
from signaling.events import Codec
from signaling.rtp.header import read
from signaling.rtp.sequence import middle
from tests.support.plane import (
    VP8_KEY,
    Far,
    Ground,
    down_section,
    rtp,
    up_section,
)

CAMERA = "h/camera"
NTP = 0xE800_0000_8000_0000


@pytest.fixture
def up(floor: Ground) -> Far:
    """A publisher of a picture, 11."""
    far = floor.peer("up", up_section("0", CAMERA, Codec.VP8, (11, 12)))
    floor.gate(CAMERA)
    return far


@pytest.fixture
def down(floor: Ground, up: Far) -> Far:
    """A receiver that has seen ten packets."""
    far = floor.peer("down", down_section("0", (Codec.VP8,), (101, 102)))
    floor.bind(far, "0", CAMERA)
    for sequence in range(10):
        up.send(rtp(11, sequence, VP8_KEY + bytes([sequence]), timestamp=sequence * 3000))
    floor.turn()
    return far


def clock(timestamp: int, ntp: int = NTP) -> bytes:
    """The publisher's sender report."""
    report = feedback.SenderReport(ssrc=11, ntp=ntp, rtp=timestamp, packets=10, octets=300)
    return feedback.sender_report(report)


def told(down: Far) -> list[feedback.SenderReport]:
    """The sender reports that arrived."""
    items = [item for report in down.reports() for item in feedback.read(report)]
    return [each for each in items if isinstance(each, feedback.SenderReport)]


@pytest.mark.parametrize("lost", [(3,), (0, 1, 2), (2, 5, 9), tuple(range(10))])
def test_what_is_lost_comes_again(floor: Ground, up: Far, down: Far, lost: tuple[int, ...]) -> None:
    arrived = [read(packet) for packet in down.packets()]
    down.report(feedback.nack(1, 101, [arrived[each].sequence for each in lost]))
    floor.turn()
    again = down.packets()
    originals = [int.from_bytes(each[read(each).payload :][:2], "big") for each in again]
    assert originals == [arrived[each].sequence for each in lost]
    assert [each[-1] for each in again] == list(lost)
    assert {read(each).ssrc for each in again} == {102}


def test_what_was_never_sent_does_not_come(floor: Ground, up: Far, down: Far) -> None:
    last = read(down.packets()[-1]).sequence
    down.report(feedback.nack(1, 101, [last + 1 & 0xFFFF, last - 10 & 0xFFFF]))
    down.report(feedback.nack(1, 999, [last]))
    floor.turn()
    assert down.packets() == []


def test_one_receiver_cannot_ask_for_ever(floor: Ground, up: Far, down: Far) -> None:
    last = read(down.packets()[-1]).sequence
    for _ in range(1000):
        down.report(feedback.nack(1, 101, [last]))
        floor.turn()
    assert len(down.packets()) == RTX_RATE[1]


def test_a_request_for_a_key_frame_reaches_the_publisher(floor: Ground, up: Far, down: Far) -> None:
    floor.wait(1.0)
    up.raw()
    down.report(feedback.key_frame_request(1, 101))
    floor.turn()
    floor.wait(0.1)
    items = [item for report in up.reports() for item in feedback.read(report)]
    assert [each.ssrc for each in items if isinstance(each, feedback.KeyFrameRequest)] == [11]


def test_the_publishers_clock_is_translated(floor: Ground, up: Far, down: Far) -> None:
    first = read(down.packets()[0])
    up.report(clock(4500))
    floor.turn()
    (report,) = told(down)
    assert (report.ssrc, report.ntp) == (101, NTP)
    assert (report.rtp - first.timestamp) & 0xFFFF_FFFF == 4500
    assert (report.packets, report.octets) == (10, 10 * (len(VP8_KEY) + 1))


def test_a_row_that_begins_is_told_the_clock_within_a_second(
    floor: Ground, up: Far, down: Far
) -> None:
    up.report(clock(4500))
    floor.turn()
    late = floor.peer("late", down_section("0", (Codec.VP8,), (201, 202)))
    floor.bind(late, "0", CAMERA)
    up.send(rtp(11, 10, VP8_KEY, timestamp=30_000))
    floor.turn()
    first = read(late.packets()[0])
    floor.wait(1.1)
    report = told(late)[0]
    assert (first.timestamp - report.rtp) & 0xFFFF_FFFF == 30_000 - 4500


def test_a_shut_gate_tells_no_clock(floor: Ground, up: Far, down: Far) -> None:
    floor.gate(CAMERA, is_open=False)
    up.report(clock(4500))
    floor.turn()
    floor.wait(1.1)
    assert told(down) == []


def test_the_round_trip_is_measured_by_our_reports(floor: Ground, up: Far, down: Far) -> None:
    assert floor.plane.downward[down.id].round_trip is None
    up.report(clock(4500))
    floor.turn()
    floor.now += 0.25
    reception = feedback.Reception(
        ssrc=101,
        fraction=0.25,
        lost=3,
        highest=0,
        jitter=0,
        last_report=middle(NTP),
        since_report=int(0.1 * 65_536),
    )
    down.report(feedback.receiver_report(5, [reception]))
    floor.turn()
    floor.notices.clear()
    floor.wait(2.1)
    reports = next(each for each in floor.notices if isinstance(each, Reports))
    (report,) = [each for each in reports.peers if each.peer == down.id]
    assert report.rtt_ms == pytest.approx(150.0, abs=0.1)
    assert (report.loss, report.packets, report.octets) == (0.25, 10, 10 * (len(VP8_KEY) + 1))
