"""From what a receiver tells of its losses to what it and the publisher get; either pump."""

from collections import Counter
from dataclasses import replace

import pytest

from server.media import copies, feedback
from server.media.recent import MEASURED
from server.media.transport_cc import TransportFeedback
from signaling.events import Codec
from tests.support.plane import Far, Ground, down_section, numbered, rtp, up_section

VOICE = "h/microphone"


@pytest.fixture
def up(floor: Ground) -> Far:
    far = floor.peer("up", up_section("0", VOICE, Codec.OPUS, (11,)))
    floor.gate(VOICE)
    return far


def receiver(floor: Ground, *, wide: bool, red: bool = True) -> Far:
    section = down_section("0", (Codec.OPUS,), (101,))
    if not red:
        section = replace(section, payloads=(replace(section.payloads[0], red=None),))
    far = floor.peer("down", numbered(section) if wide else section)
    floor.bind(far, "0", VOICE)
    return far


def listen(floor: Ground, up: Far, down: Far, lost: float, seconds: int, first: int = 0) -> None:
    """Seconds of sound; of five packets one is lost, if any; told by either kind."""
    path, wide = floor.near(down).path, TransportFeedback()
    for number in range(first, first + 50 * seconds):
        up.send(rtp(11, number, b"sound", codec=Codec.OPUS, timestamp=960 * number))
        floor.turn()
        if path is not None and not (lost and number % 5 == 2):
            wide.arrived(path.next - 1 & 0xFFFF, floor.now)
        if number % 5 == 4:
            for message in wide.messages(1, 101):
                down.report(message)
        if number % 50 == 49 and path is None:
            down.report(feedback.receiver_report(1, [reception(lost)]))
        floor.wait(0.02)


def reception(fraction: float) -> feedback.Reception:
    return feedback.Reception(
        ssrc=101, fraction=fraction, lost=0, highest=0, jitter=0, last_report=0, since_report=0
    )


@pytest.mark.parametrize("wide", [True, False])
def test_who_loses_gets_more_and_who_does_no_more_less(floor: Ground, up: Far, wide: bool) -> None:
    down = receiver(floor, wide=wide)
    row = floor.near(down).slots["0"]
    listen(floor, up, down, 0.0, 5)
    assert row.copies == 0
    listen(floor, up, down, 0.2, 8, 250)
    assert row.copies == 2
    listen(floor, up, down, 0.0, 20, 650)
    assert row.copies == 0


@pytest.mark.parametrize("wide", [True, False])
def test_who_takes_no_redundant_sound_gets_each_packet_again(
    floor: Ground, up: Far, wide: bool
) -> None:
    down = receiver(floor, wide=wide, red=False)
    listen(floor, up, down, 0.2, 8)
    row = floor.near(down).slots["0"]
    assert row.copies == 2
    down.raw()
    for number in range(400, 400 + 3 * MEASURED):
        up.send(rtp(11, number, b"sound", codec=Codec.OPUS, timestamp=960 * number))
        floor.turn()
        floor.wait(0.02)
    came = [int.from_bytes(datagram[2:4], "big") for datagram in down.raw() if datagram[1] < 192]
    often = Counter(came[: came.index(max(came))])
    inner = range(min(often) + 2, max(often) - 1)
    once = {number for number in inner if wide and number % MEASURED == 0}
    assert {number: often[number] for number in inner} == {
        number: 1 if number in once else 3 for number in inner
    }
    assert bool(once) == wide


def test_of_what_is_repeated_the_path_learns_nothing(floor: Ground, up: Far) -> None:
    down = receiver(floor, wide=True, red=False)
    listen(floor, up, down, 0.2, 8)
    path = floor.near(down).path
    assert path is not None
    path.take(floor.now)
    listen(floor, up, down, 0.2, 2, 400)
    record = path.take(floor.now)
    assert record is not None
    assert record.packets + record.lost == pytest.approx(100 / MEASURED, abs=2)


def fractions(up: Far) -> list[float]:
    """What the publisher is told that it lost."""
    reports = [each for each in up.reports() if each[1] == 201 and each[0] & 31]
    return [each[12] / 256 for each in reports]


@pytest.mark.parametrize(("most", "told"), [(copies.SOUND_MOST, 0.0), (0.0, 0.2)])
def test_the_publisher_is_told_what_nothing_is_repeated_for(
    floor: Ground, up: Far, monkeypatch: pytest.MonkeyPatch, most: float, told: float
) -> None:
    monkeypatch.setattr(copies, "SOUND_MOST", most)
    down = receiver(floor, wide=True)
    listen(floor, up, down, 0.2, 12)
    assert fractions(up)[-1] == pytest.approx(told, abs=0.05)
    assert floor.near(down).slots["0"].copies == (2 if most else 0)
