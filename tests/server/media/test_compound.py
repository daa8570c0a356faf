"""What the pump sees to itself is taken out of RTCP, and nothing else."""

import random
import struct

import pytest
from hypothesis import given
from hypothesis import strategies as st

from server.media import compound, feedback
from server.media.feedback import NACK_LIMIT, Nack, Reception
from server.media.transport_cc import TransportFeedback
from tests.support.hostile import cases, spoilt

DESCRIPTION = bytes([0x81, 202, 0, 2, 0, 0, 0, 1, 1, 0, 0, 0])
PLI = feedback.key_frame_request(1, 101)
BYE = bytes([0x81, 203, 0, 1, 0, 0, 0, 1])


def reception(ssrc: int, lost: int = 0) -> Reception:
    return Reception(
        ssrc=ssrc,
        fraction=0.25,
        lost=lost,
        highest=70_000,
        jitter=12,
        last_report=0x8765_4321,
        since_report=65_536,
    )


def padded(packet: bytes, count: int) -> bytes:
    """With so many octets of padding, the count itself among them (RFC 3550, 6.4.1)."""
    words = len(packet) // 4 - 1 + count // 4
    head = bytes([packet[0] | 0x20, packet[1]]) + words.to_bytes(2, "big")
    return head + packet[4:] + bytes(count - 1) + bytes([count])


def wide() -> bytes:
    """A message of transport-wide feedback."""
    told = TransportFeedback()
    told.arrived(7, 1.0)
    (message,) = told.messages(1, 2)
    return message


@given(st.lists(st.integers(0, 65_535), max_size=40, unique=True), st.integers(-(2**23), 2**23 - 1))
def test_reports_and_requests_are_read_as_they_were_written(asked: list[int], lost: int) -> None:
    some = [reception(101), reception(102, lost)]
    found = compound.read(feedback.receiver_report(1, some) + feedback.nack(1, 101, asked or [1]))
    assert found.receptions == some
    (nack,) = found.nacks
    assert (nack.ssrc, set(nack.sequences)) == (101, set(asked or [1]))
    assert found.rest == b""


def test_what_is_for_others_is_left_in_its_order() -> None:
    report = feedback.receiver_report(1, [reception(101)])
    nack = feedback.nack(1, 101, [5])
    found = compound.read(PLI + report + DESCRIPTION + BYE + nack + wide() + PLI)
    assert found.rest == PLI + BYE + PLI
    assert (len(found.receptions), len(found.nacks)) == (1, 1)


def test_a_sender_report_is_left_whole() -> None:
    report = feedback.sender_report(
        feedback.SenderReport(ssrc=1, ntp=2, rtp=3, packets=4, octets=5)
    )
    assert compound.read(report + BYE).rest == report + BYE


def test_padding_says_nothing() -> None:
    report = padded(feedback.receiver_report(1, [reception(101)]), 8)
    nack = padded(feedback.nack(1, 101, [5]), 4)
    found = compound.read(report + nack)
    assert found == compound.Compound([reception(101)], [Nack(ssrc=101, sequences=(5,))], b"")


@pytest.mark.parametrize(
    "broken",
    [
        bytes([0x82, 201, 0, 1, 0, 0, 0, 1]),
        bytes([0x81, 205, 0, 1, 0, 0, 0, 1]),
        b"\xa1" + feedback.nack(1, 101, [5])[1:-1] + b"\0",
        b"\xa1" + feedback.nack(1, 101, [5])[1:-1] + b"\xff",
        feedback.nack(1, 101, [5])[:-4],
        b"\x41" + feedback.nack(1, 101, [5])[1:],
        b"\x81",
    ],
)
def test_what_is_odd_is_left_for_who_counts_it(broken: bytes) -> None:
    assert compound.read(DESCRIPTION + broken) == compound.Compound([], [], broken)


def test_a_request_is_bounded_and_asks_for_each_packet_once() -> None:
    body = struct.pack("!II", 1, 101) + struct.pack("!HH", 65_530, 0xFFFF) * 2
    body += b"".join(struct.pack("!HH", number * 17, 0xFFFF) for number in range(1, 100))
    packet = bytes([0x81, 205]) + (len(body) // 4).to_bytes(2, "big") + body
    (nack,) = compound.read(packet).nacks
    assert nack.sequences[:17] == (*range(65_530, 65_536), *range(11))
    assert len(nack.sequences) == len(set(nack.sequences)) == NACK_LIMIT


def test_any_octets_will_do() -> None:
    dice = random.Random(1)
    kept = cases("rtcp")
    for _ in range(2000):
        compound.read(spoilt(dice.choice(kept), dice))
