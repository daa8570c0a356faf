import struct
from contextlib import suppress

import pytest
from aiortc import rtp
from hypothesis import given
from hypothesis import strategies as st

from server.media import feedback
from server.media.feedback import (
    ITEM_LIMIT,
    NACK_LIMIT,
    Estimate,
    Goodbye,
    KeyFrameRequest,
    Nack,
    Reception,
    SenderReport,
    read,
)
from tests.support.hostile import case, names

REPORT = SenderReport(ssrc=7, ntp=0x1122_3344_5566_7788, rtp=90_000, packets=3, octets=400)
RECEPTION = Reception(
    ssrc=7,
    fraction=0.25,
    lost=-2,
    highest=70_000,
    jitter=11,
    last_report=0x3344_5566,
    since_report=65_536,
)


def test_a_sender_report_is_written_and_read() -> None:
    assert read(feedback.sender_report(REPORT)) == [REPORT]


def test_a_receiver_report_is_written_and_read() -> None:
    assert read(feedback.receiver_report(1, [RECEPTION])) == [RECEPTION]


def test_losses_and_fractions_that_do_not_fit_are_clamped() -> None:
    worst = Reception(
        ssrc=7,
        fraction=1.0,
        lost=1 << 30,
        highest=1 << 33,
        jitter=1 << 40,
        last_report=0,
        since_report=1 << 40,
    )
    (told,) = read(feedback.receiver_report(1, [worst]))
    assert isinstance(told, Reception)
    assert (told.fraction, told.lost) == (255 / 256, (1 << 23) - 1)
    assert (told.highest, told.jitter) == (0, 0xFFFF_FFFF)


def test_no_report_names_more_streams_than_its_count_can_tell() -> None:
    assert len(read(feedback.receiver_report(1, [RECEPTION] * 40))) == 31


@given(
    st.lists(st.integers(-300, 300), min_size=1, max_size=60, unique=True), st.integers(0, 65535)
)
def test_a_nack_names_exactly_what_is_missing_even_over_the_wrap(
    steps: list[int], base: int
) -> None:
    missing = [(base + step) & 0xFFFF for step in sorted(steps)]
    (item,) = read(feedback.nack(1, 7, missing))
    assert isinstance(item, Nack)
    assert item.ssrc == 7
    assert sorted(item.sequences) == sorted(missing)


def test_a_nack_packs_seventeen_neighbours_into_one_word() -> None:
    assert len(feedback.nack(1, 7, [n & 0xFFFF for n in range(65_530, 65_547)])) == 16


def test_a_mask_that_reaches_over_the_wrap_is_wrapped() -> None:
    (item,) = read(rtp.pack_rtcp_packet(205, 1, struct.pack("!IIHH", 1, 7, 65_535, 0b101)))
    assert item == Nack(ssrc=7, sequences=(65_535, 0, 2))


def test_a_nack_of_more_than_the_limit_is_cut() -> None:
    body = struct.pack("!II", 1, 7) + b"".join(
        struct.pack("!HH", first, 0xFFFF) for first in range(0, 17 * 300, 17)
    )
    (item,) = read(rtp.pack_rtcp_packet(205, 1, body))
    assert isinstance(item, Nack)
    assert len(item.sequences) == NACK_LIMIT


def test_transport_feedback_is_not_taken_for_a_nack() -> None:
    assert read(rtp.pack_rtcp_packet(205, 15, bytes(20))) == []


def test_pli_and_fir_ask_for_key_frames() -> None:
    fir = rtp.RtcpPsfbPacket(fmt=4, ssrc=1, media_ssrc=0, fci=struct.pack("!IB3xIB3x", 7, 1, 8, 2))
    assert read(feedback.key_frame_request(1, 7)) == [KeyFrameRequest(ssrc=7)]
    assert read(bytes(fir)) == [KeyFrameRequest(ssrc=7), KeyFrameRequest(ssrc=8)]


def test_an_estimate_is_written_and_read_with_its_precision() -> None:
    (item,) = read(feedback.estimate(1, 3_456_789, [7, 8]))
    assert isinstance(item, Estimate)
    assert item.bitrate == pytest.approx(3_456_789, rel=1e-5)


def test_goodbyes_are_read_and_names_are_left_out() -> None:
    name = rtp.RtcpSdesPacket([rtp.RtcpSourceInfo(7, [(1, b"tongke")])])
    data = bytes(name) + bytes(rtp.RtcpByePacket(sources=[7, 8]))
    assert read(data) == [Goodbye(ssrcs=(7, 8))]


def test_a_compound_packet_keeps_its_order() -> None:
    data = feedback.sender_report(REPORT) + feedback.nack(1, 9, [3])
    assert read(data) == [REPORT, Nack(ssrc=9, sequences=(3,))]


def test_items_are_bounded() -> None:
    assert len(read(feedback.key_frame_request(1, 7) * 200)) == ITEM_LIMIT


@pytest.mark.parametrize(
    "data",
    [
        b"\x80",
        b"\x40\xc9\0\0",
        b"\x80\xc9\0\x09",
        b"\xa0\xc9\0\1\0\0\0\0",
        b"\x81\xc9\0\1\0\0\0\0",
        b"\x80\xcd\0\1\0\0\0\0",
        rtp.pack_rtcp_packet(206, 15, bytes(8) + b"REMB\x05\0\0\0"),
    ],
)
def test_what_is_not_rtcp_is_refused(data: bytes) -> None:
    with pytest.raises(ValueError, match="RTCP"):
        read(data)


HEADS = st.builds(
    lambda count, kind, body: rtp.pack_rtcp_packet(kind, count, body[: len(body) // 4 * 4]),
    st.integers(0, 31),
    st.sampled_from([200, 201, 202, 203, 204, 205, 206, 207]),
    st.binary(max_size=80),
)


@given(st.lists(HEADS, max_size=4).map(b"".join) | st.binary(max_size=200))
def test_garbage_is_read_or_refused(data: bytes) -> None:
    try:
        items = read(data)
    except ValueError:
        return
    assert len(items) <= ITEM_LIMIT


@pytest.mark.parametrize("name", names("rtcp"))
def test_a_kept_case_is_read_or_refused(name: str) -> None:
    with suppress(ValueError):
        assert len(read(case("rtcp", name))) <= ITEM_LIMIT
