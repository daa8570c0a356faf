"""Rows: sequence and timestamps run on, whatever is bound to them."""

import pytest

from server.media.subscription import PADDING_MOST
from signaling.events import Codec
from signaling.rtp.header import read
from tests.support.plane import (
    VP8_DELTA,
    VP8_KEY,
    Far,
    Ground,
    down_section,
    numbered,
    rtp,
    up_section,
)

ONE, TWO = "one/camera", "two/camera"


@pytest.fixture
def one(floor: Ground) -> Far:
    """A publisher of VP8 with the SSRCs 11 and 12."""
    far = floor.peer("one", up_section("0", ONE, Codec.VP8, (11, 12)))
    floor.gate(ONE)
    return far


@pytest.fixture
def two(floor: Ground) -> Far:
    """Another, with the SSRCs 13 and 14."""
    far = floor.peer("two", up_section("0", TWO, Codec.VP8, (13, 14)))
    floor.gate(TWO)
    return far


@pytest.fixture
def down(floor: Ground) -> Far:
    """A receiver of the first one."""
    far = floor.peer("down", down_section("0", (Codec.VP8, Codec.H264), (101, 102)))
    floor.bind(far, "0", ONE)
    return far


def sent(floor: Ground, down: Far) -> list[tuple[int, int, bytes]]:
    """Sequence number, timestamp and payload of what arrived."""
    floor.turn()
    packets = down.packets()
    headers = [read(packet) for packet in packets]
    assert {each.ssrc for each in headers} <= {101}
    return [
        (head.sequence, head.timestamp, packet[head.payload :])
        for head, packet in zip(headers, packets, strict=True)
    ]


def test_a_rebound_slot_runs_on(floor: Ground, one: Far, two: Far, down: Far) -> None:
    one.send(rtp(11, 900, VP8_KEY, timestamp=5000))
    (before,) = sent(floor, down)
    floor.bind(down, "0", TWO)
    floor.now += 0.4
    two.send(rtp(13, 40_000, VP8_DELTA, timestamp=77))
    two.send(rtp(13, 40_001, VP8_KEY, timestamp=3077))
    one.send(rtp(11, 901, VP8_KEY, timestamp=8000))
    (after,) = sent(floor, down)
    assert after[0] == (before[0] + 1) & 0xFFFF
    assert (after[1] - before[1]) & 0xFFFF_FFFF == 36_000


def test_a_late_packet_from_before_a_switch_is_dropped(
    floor: Ground, one: Far, two: Far, down: Far
) -> None:
    late = two.protect(rtp(13, 5, VP8_DELTA))
    two.send(rtp(13, 6, VP8_DELTA))
    one.send(rtp(11, 900, VP8_KEY))
    sent(floor, down)
    floor.bind(down, "0", TWO)
    two.send(rtp(13, 7, VP8_KEY))
    assert len(sent(floor, down)) == 1
    two.throw(late)
    assert sent(floor, down) == []


def test_the_sequence_stands_still_while_nothing_is_bound(
    floor: Ground, one: Far, down: Far
) -> None:
    one.send(rtp(11, 900, VP8_KEY))
    (before,) = sent(floor, down)
    floor.bind(down, "0", None)
    for sequence in range(901, 950):
        one.send(rtp(11, sequence, VP8_DELTA))
    assert sent(floor, down) == []
    floor.bind(down, "0", ONE)
    one.send(rtp(11, 950, VP8_KEY))
    (after,) = sent(floor, down)
    assert after[0] == (before[0] + 1) & 0xFFFF


def test_the_sequence_stands_still_while_the_gate_is_shut(
    floor: Ground, one: Far, down: Far
) -> None:
    one.send(rtp(11, 900, VP8_KEY))
    (before,) = sent(floor, down)
    floor.gate(ONE, is_open=False)
    one.send(rtp(11, 901, VP8_KEY))
    assert sent(floor, down) == []
    floor.gate(ONE)
    one.send(rtp(11, 902, VP8_DELTA))
    one.send(rtp(11, 903, VP8_KEY))
    (after,) = sent(floor, down)
    assert after[0] == (before[0] + 1) & 0xFFFF


def test_a_switched_codec_changes_the_payload_type_alone(
    floor: Ground, one: Far, down: Far
) -> None:
    one.send(rtp(11, 900, VP8_KEY, timestamp=1000))
    floor.turn()
    (packet,) = down.packets()
    before = read(packet)
    floor.agree("one", up_section("0", ONE, Codec.H264, (11, 12)))
    floor.now += 0.1
    one.send(rtp(11, 901, VP8_KEY, timestamp=4000))
    one.send(rtp(11, 902, b"\x67sps", codec=Codec.H264, timestamp=10_000))
    floor.turn()
    (packet,) = down.packets()
    after = read(packet)
    assert (before.payload_type, after.payload_type) == (106, 112)
    assert (after.ssrc, after.sequence) == (before.ssrc, (before.sequence + 1) & 0xFFFF)


def test_a_new_publisher_of_a_source_continues_it(
    floor: Ground, one: Far, two: Far, down: Far
) -> None:
    one.send(rtp(11, 900, VP8_KEY))
    (before,) = sent(floor, down)
    newer = floor.peer("newer", up_section("0", ONE, Codec.VP8, (15, 16)))
    newer.send(rtp(15, 7, VP8_KEY + b"newer"))
    one.send(rtp(11, 901, VP8_KEY + b"older"))
    (after,) = sent(floor, down)
    assert after[2].endswith(b"newer")
    assert after[0] == (before[0] + 1) & 0xFFFF


def test_a_renegotiated_slot_keeps_its_sequence(floor: Ground, one: Far, down: Far) -> None:
    one.send(rtp(11, 900, VP8_KEY))
    (before,) = sent(floor, down)
    floor.agree(
        "down",
        down_section("0", (Codec.VP8,), (101, 102)),
        down_section("1", (Codec.VP8,), (201, 202)),
    )
    one.send(rtp(11, 901, VP8_KEY))
    (after,) = sent(floor, down)
    assert after[0] == (before[0] + 1) & 0xFFFF


def test_nothing_of_an_earlier_binding_is_sent_again(
    floor: Ground, one: Far, two: Far, down: Far
) -> None:
    one.send(rtp(11, 900, VP8_KEY))
    (before,) = sent(floor, down)
    two.send(rtp(13, 5, VP8_KEY + b"not yet shown"))
    sent(floor, down)
    floor.bind(down, "0", TWO)
    two.send(rtp(13, 6, VP8_KEY))
    (after,) = sent(floor, down)
    row = floor.near(down).slots["0"]
    assert row.retransmission(before[0], floor.now) is None
    assert row.retransmission(after[0], floor.now) is not None
    assert row.retransmission((after[0] + 1) & 0xFFFF, floor.now) is None


def test_a_retransmission_has_its_own_stream_and_number(floor: Ground, one: Far, down: Far) -> None:
    one.send(rtp(11, 900, VP8_KEY, timestamp=1000))
    (first,) = sent(floor, down)
    row = floor.near(down).slots["0"]
    repairs = [row.retransmission(first[0], floor.now) for _ in range(2)]
    headers = [read(each) for each in repairs if each is not None]
    assert [(each.ssrc, each.payload_type) for each in headers] == [(102, 107)] * 2
    assert headers[1].sequence == (headers[0].sequence + 1) & 0xFFFF
    assert headers[0].timestamp == first[1]
    assert repairs[0] is not None
    assert repairs[0][headers[0].payload :] == first[0].to_bytes(2, "big") + VP8_KEY


def test_a_slot_of_sound_has_no_retransmissions(floor: Ground) -> None:
    up = floor.peer("up", up_section("0", "h/microphone", Codec.OPUS, (21,)))
    down = floor.peer("down", down_section("0", (Codec.OPUS,), (101,)))
    floor.gate("h/microphone")
    floor.bind(down, "0", "h/microphone")
    up.send(rtp(21, 1, b"sound", codec=Codec.OPUS))
    ((sequence, _, _),) = sent(floor, down)
    assert floor.near(down).slots["0"].retransmission(sequence, floor.now) is None


def test_packets_are_counted_over_all_bindings(
    floor: Ground, one: Far, two: Far, down: Far
) -> None:
    one.send(rtp(11, 1, VP8_KEY))
    one.send(rtp(11, 2, VP8_DELTA))
    sent(floor, down)
    floor.bind(down, "0", TWO)
    two.send(rtp(13, 1, VP8_KEY))
    sent(floor, down)
    row = floor.near(down).slots["0"]
    assert row.source is not None
    octets = 2 * len(VP8_KEY) + len(VP8_DELTA)
    assert row.sent(row.source.publication) == (3, octets)


def test_an_older_publisher_cannot_disturb_the_newer_ones_rows(
    floor: Ground, one: Far, down: Far
) -> None:
    newer = floor.peer("newer", up_section("0", ONE, Codec.VP8, (15, 16)))
    newer.send(rtp(15, 7, VP8_KEY))
    assert len(sent(floor, down)) == 1
    floor.agree("one", up_section("0", ONE, Codec.H264, (11, 12)))
    one.send(rtp(11, 901, VP8_KEY))
    newer.send(rtp(15, 8, VP8_DELTA))
    assert len(sent(floor, down)) == 1


def test_padding_is_a_retransmission_of_nothing(floor: Ground, one: Far) -> None:
    section = numbered(down_section("0", (Codec.VP8,), (101, 102)))
    far = floor.peer("padded", section)
    row = floor.near(far).slots["0"]
    assert row.pads
    for octets in (1, PADDING_MOST):
        number = row.rtx_sequence
        packet = row.padding(octets, floor.now)
        head = read(packet)
        assert (head.ssrc, head.sequence) == (102, number + 1)
        assert packet[0] & 0x20
        assert len(packet) - head.payload == packet[-1] == octets


def test_what_is_not_wanted_does_not_pass_until_it_is_again(
    floor: Ground, one: Far, down: Far
) -> None:
    one.send(rtp(11, 900, VP8_KEY))
    assert len(sent(floor, down)) == 1
    row = floor.near(down).slots["0"]
    row.want(None)
    floor.plane.change(row)
    one.send(rtp(11, 901, VP8_KEY))
    assert not sent(floor, down)
    row.want(0)
    floor.plane.change(row)
    one.send(rtp(11, 902, VP8_DELTA))
    assert not sent(floor, down)
    one.send(rtp(11, 903, VP8_KEY))
    assert len(sent(floor, down)) == 1
