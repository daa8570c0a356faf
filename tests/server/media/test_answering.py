"""A receiver's word on its packets, with either pump."""

import random

import pytest

from server.media import compound, feedback
from server.media.transport_cc import TransportFeedback
from signaling.congestion.path_input import PathInput
from signaling.events import Codec
from signaling.rtp.extensions import ABS_SEND_TIME, AUDIO_LEVEL, MID, TRANSPORT_CC
from signaling.rtp.header import LENGTH, extensions, read
from tests.support.hostile import cases, spoilt
from tests.support.plane import AGAIN, VP8_KEY, Far, Ground, down_section, numbered, rtp, up_section

CAMERA, VOICE = "h/camera", "h/microphone"
WIDE_ID = 5


@pytest.fixture
def up(floor: Ground) -> Far:
    """A publisher of a picture, 11, and a sound, 13."""
    picture = up_section("0", CAMERA, Codec.VP8, (11, 12))
    far = floor.peer("up", picture, up_section("1", VOICE, Codec.OPUS, (13,)))
    floor.gate(CAMERA)
    floor.gate(VOICE)
    return far


@pytest.fixture
def down(floor: Ground, up: Far) -> Far:
    """A receiver of both whose packets are numbered."""
    return receiver(floor, "down")


def receiver(floor: Ground, name: str) -> Far:
    """One more receiver of both."""
    picture = numbered(down_section("0", (Codec.VP8,), (101, 102)))
    far = floor.peer(name, picture, numbered(down_section("1", (Codec.OPUS,), (103,))))
    floor.bind(far, "0", CAMERA)
    floor.bind(far, "1", VOICE)
    return far


def shown(floor: Ground, up: Far, count: int, first: int = 0) -> None:
    """So many pictures and sounds, 10 ms from each to the next."""
    for sequence in range(first, first + count):
        up.send(rtp(11, sequence, VP8_KEY + bytes(sequence % 50)))
        up.send(rtp(13, sequence, b"sound", codec=Codec.OPUS))
        floor.now += 0.01
        floor.turn()


def numbers(packets: list[bytes]) -> list[int]:
    """The transport-wide number of each."""
    found = []
    for packet in packets:
        at, length = extensions(packet, read(packet))[WIDE_ID]
        assert length == 2
        found.append(int.from_bytes(packet[at : at + 2], "big"))
    return found


def record(floor: Ground, far: Far) -> PathInput:
    """What the estimate gets."""
    path = floor.near(far).path
    assert path is not None
    taken = path.take(floor.now)
    assert taken is not None
    return taken


def tell(far: Far, arrivals: dict[int, float]) -> None:
    """Feedback that these packets came then, in one datagram."""
    told = TransportFeedback()
    for number, at in arrivals.items():
        told.arrived(number, at)
    far.report(b"".join(told.messages(5, 101)))


def test_all_that_goes_to_a_receiver_is_numbered_in_order(
    floor: Ground, up: Far, down: Far
) -> None:
    other = receiver(floor, "other")
    shown(floor, up, 5)
    packets = down.packets()
    assert numbers(packets) == list(range(10))
    assert numbers(other.packets()) == list(range(10))
    lost = read(packets[2]).sequence
    down.report(feedback.nack(1, 101, [lost]))
    floor.turn()
    (again,) = down.packets()
    assert read(again).ssrc == 102
    assert numbers([again]) == [10]
    shown(floor, up, 1, 5)
    assert numbers(down.packets()) == [11, 12]


def test_sound_is_sent_again_as_it_was_while_it_can_be_heard(
    floor: Ground, up: Far, down: Far
) -> None:
    shown(floor, up, 12)
    first = down.packets()[1::2]
    lost = [read(each).sequence for each in first]
    down.report(feedback.nack(1, 103, [lost[11], lost[5]]))
    floor.turn()
    again = down.packets()
    assert again == [AGAIN + each for each in (first[11][:LENGTH], first[5][:LENGTH])]
    assert (record(floor, down).lost, floor.pump.refused) == (2, 0)
    tell(down, dict.fromkeys((11, 23), 7.0))
    floor.now += 0.2
    down.report(feedback.nack(1, 103, [lost[5], lost[11], 9]))
    floor.turn()
    assert down.packets() == []
    taken = record(floor, down)
    # Both came, late; the eleven between them were said to be missing.
    assert (taken.packets, taken.lost) == (0, 11)


@pytest.mark.parametrize("others", [(), (ABS_SEND_TIME,), (ABS_SEND_TIME, AUDIO_LEVEL, MID)])
@pytest.mark.parametrize("kind", [Codec.VP8, Codec.OPUS])
def test_the_number_stands_where_it_belongs(
    floor: Ground, up: Far, others: tuple[str, ...], kind: Codec
) -> None:
    section = numbered(down_section("0", (kind,), (201, 202)))
    section.extensions.clear()
    section.extensions.update({each: 6 + place for place, each in enumerate(others)})
    section.extensions[TRANSPORT_CC] = WIDE_ID
    far = floor.peer("third", section)
    floor.bind(far, "0", CAMERA if kind is Codec.VP8 else VOICE)
    shown(floor, up, 3)
    packets = far.packets()
    assert numbers(packets) == [0, 1, 2]
    for packet in packets:
        assert packet.endswith(b"sound") or VP8_KEY in packet
        found = extensions(packet, read(packet))
        sizes = {ABS_SEND_TIME: 3, AUDIO_LEVEL: 1, MID: 1}
        for place, each in enumerate(others):
            if each != AUDIO_LEVEL or kind is Codec.OPUS:
                assert found[6 + place][1] == sizes[each]


def test_feedback_becomes_one_record(floor: Ground, up: Far, down: Far) -> None:
    shown(floor, up, 5)
    sizes = [len(each) for each in down.raw()]
    tell(down, {number: 7.0 + number * 0.01 for number in range(10) if number != 3})
    floor.now += 0.03
    floor.turn()
    taken = record(floor, down)
    assert taken.sent_octets == sum(sizes)
    assert (taken.packets, taken.lost) == (9, 1)
    assert taken.octets == sum(sizes) - sizes[3]
    assert taken.round_trip == pytest.approx(0.03)
    assert taken.arrived == pytest.approx(0.09, abs=0.001)
    assert taken.line.groups == 4


def test_a_probe_is_told_apart(floor: Ground, up: Far, down: Far) -> None:
    shown(floor, up, 1)
    down.packets()
    near = floor.near(down)
    row = near.slots["0"]
    for _ in range(3):
        plain = row.retransmission(row.sequence_offset + (1 << 16) & 0xFFFF, floor.now)
        assert plain is not None
        floor.pump.send(near, plain, row.number_at, 4)
        floor.now += 0.01
    floor.pump.flush()
    assert numbers(down.packets()) == [2, 3, 4]
    tell(down, {number: 7.0 + number * 0.02 for number in range(5)})
    floor.turn()
    probed = record(floor, down).probed
    assert probed is not None
    assert (probed.cluster, probed.packets) == (4, 3)
    assert probed.sent_rate == pytest.approx(2 * probed.arrived_rate)


def test_what_is_not_numbered_is_not_noted(floor: Ground, up: Far) -> None:
    plain = floor.peer("plain", down_section("0", (Codec.VP8,), (301, 302)))
    floor.bind(plain, "0", CAMERA)
    shown(floor, up, 2)
    assert floor.near(plain).path is None
    packet = plain.packets()[0]
    assert WIDE_ID not in extensions(packet, read(packet))


def test_reports_wait_until_they_are_taken(floor: Ground, up: Far, down: Far) -> None:
    some = [
        feedback.Reception(
            ssrc=ssrc,
            fraction=ssrc / 256,
            lost=-2,
            highest=7,
            jitter=3,
            last_report=9,
            since_report=5,
        )
        for ssrc in (101, 102, 103, 999)
    ]
    down.report(feedback.receiver_report(5, [some[2], *some[:2]]))
    floor.turn()
    came = floor.now
    floor.now += 1
    down.report(feedback.receiver_report(5, [some[3], some[0]]))
    floor.turn()
    told = floor.near(down).receptions()
    assert sorted((each.ssrc, each.fraction, at) for each, at in told) == [
        (101, 101 / 256, came + 1),
        (102, 102 / 256, came),
        (103, 103 / 256, came),
    ]
    assert {(each.last_report, each.since_report) for each, _ in told} == {(9, 5)}
    assert floor.near(down).receptions() == []


def test_a_publisher_may_say_what_it_likes(floor: Ground, up: Far, down: Far) -> None:
    up.report(feedback.nack(1, 101, [5]) + feedback.receiver_report(5, []))
    tell(up, {0: 1.0})
    floor.turn()
    assert floor.near(up).receptions() == []
    assert floor.pump.dropped == 0


def test_the_rest_is_left_by_either_pump(floor: Ground, up: Far, down: Far) -> None:
    dice, compared = random.Random(2), 0
    for number in range(600):
        first, second = dice.choice(cases("rtcp")), spoilt(dice.choice(cases("rtcp")), dice)
        plain = (first + (second if number % 3 else b""))[:1200]
        if len(plain) < 8:
            continue
        down.report(plain)
        floor.pump.wake(floor.socket)
        left = [each.data for each in floor.pump.control if each.peer is not None]
        if plain[0] >> 6 == 2 and 192 <= plain[1] <= 223:
            rest = compound.read(plain).rest
            assert left == ([rest] if rest else [])
            compared += bool(rest) and rest != plain
        floor.turn()
    assert compared > 50


def test_forged_reports_are_dropped(floor: Ground, up: Far, down: Far) -> None:
    shown(floor, up, 2)
    down.packets()
    heard = floor.near(down).heard
    floor.now += 1
    down.throw(feedback.nack(1, 101, [0, 1]) + bytes(30))
    down.throw(bytes([0x81, 205, 0, 1]))
    up.throw(bytes([0x81, 205]) + bytes(11))
    floor.turn()
    assert down.packets() == []
    assert floor.pump.dropped == 2
    assert floor.near(down).heard == heard
