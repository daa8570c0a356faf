import struct
from time import perf_counter

import pytest
from hypothesis import given
from hypothesis import strategies as st

from server.media.transport_cc import TransportFeedback
from signaling.congestion.wide_feedback import STATUS_LIMIT, TICK, read_wide


def message(count: int, body: bytes, first: int = 7, reference: int = 1) -> bytes:
    body += bytes(-len(body) % 4)
    words = (16 + len(body)) // 4
    return struct.pack("!BBHIIHHI", 0x8F, 205, words, 1, 2, first, count, reference << 8) + body


def test_each_kind_of_chunk_is_read() -> None:
    run = struct.pack("!H", 1 << 13 | 2)
    bits = struct.pack("!H", 0x8000 | 0b10 << 12)
    pairs = struct.pack("!H", 0xC000 | 2 << 12)
    deltas = bytes([1, 2, 3]) + struct.pack("!h", -4)
    (found,) = read_wide(message(17, run + bits + pairs + deltas))
    assert found.first == 7
    assert found.ticks == [257, 259, 262, *[None] * 13, 258]


def test_other_rtcp_around_it_is_passed_by() -> None:
    report = bytes([0x80, 201, 0, 1, 0, 0, 0, 1])
    nack = struct.pack("!BBHIIHH", 0x81, 205, 3, 1, 2, 3, 4)
    wide = message(1, struct.pack("!HBB", 1 << 13 | 1, 9, 0))
    assert [found.ticks for found in read_wide(report + nack + wide)] == [[265]]


@pytest.mark.parametrize(
    "broken",
    [
        b"",
        bytes([0x8F, 205]),
        message(0, bytes(4)),
        message(3, struct.pack("!H", 1 << 13 | 3) + bytes(2)),
        message(1, struct.pack("!H", 3 << 13 | 1) + bytes(2)),
        message(STATUS_LIMIT + 1, struct.pack("!H", STATUS_LIMIT + 1)),
        message(100, struct.pack("!HH", 5, 5)),
        message(1, struct.pack("!HBB", 1 << 13 | 1, 9, 0))[:-2],
    ],
)
def test_what_is_broken_is_not_read(broken: bytes) -> None:
    good = message(1, struct.pack("!HBB", 1 << 13 | 1, 9, 0))
    assert len(read_wide(good + broken)) == 1


def test_all_messages_of_a_datagram_together_are_bounded() -> None:
    half = message(STATUS_LIMIT // 2, struct.pack("!H", STATUS_LIMIT // 2))
    assert sum(len(found.ticks) for found in read_wide(half * 1000)) == STATUS_LIMIT


@given(
    st.integers(0, 65_535),
    st.lists(st.tuples(st.integers(0, 300), st.floats(0, 5)), min_size=1, unique_by=lambda x: x[0]),
)
def test_what_our_own_writer_tells_is_read(base: int, arrivals: list[tuple[int, float]]) -> None:
    feedback = TransportFeedback()
    for step, late in arrivals:
        feedback.arrived((base + step) & 0xFFFF, 50 + late)
    came = {
        (found.first + place) & 0xFFFF: ticks * TICK
        for told in feedback.messages(1, 7)
        for found in read_wide(told)
        for place, ticks in enumerate(found.ticks)
        if ticks is not None
    }
    expected = {(base + step) & 0xFFFF: 50 + late for step, late in arrivals}
    assert came == pytest.approx(expected, abs=0.0003)


chunks = st.lists(st.integers(0, 0xFFFF), max_size=400).map(
    lambda numbers: b"".join(number.to_bytes(2, "big") for number in numbers)
)
hostile = st.one_of(
    st.binary(max_size=1500),
    st.builds(message, st.integers(0, 0xFFFF), chunks),
    st.builds(
        lambda one, times: one * times,
        st.builds(message, st.integers(1, 4096), chunks),
        st.integers(1, 40),
    ),
)


@given(hostile)
def test_any_datagram_is_read_within_its_bounds(datagram: bytes) -> None:
    found = read_wide(datagram)
    assert sum(len(told.ticks) for told in found) <= STATUS_LIMIT
    assert all(tick is None or 0 <= tick < 2**32 for told in found for tick in told.ticks)


@pytest.mark.timed
def test_the_dearest_datagrams_hold_the_loop_for_less_than_5_ms() -> None:
    large = message(STATUS_LIMIT, struct.pack("!H", 0xEAAA) * 586 + bytes(2 * STATUS_LIMIT))
    halves = message(2048, struct.pack("!H", 0xD555) * 293 + bytes(2048))
    refused = message(1, struct.pack("!H", 3 << 13 | 1))
    for datagram in (large, halves * 20, message(STATUS_LIMIT, b"\xc0\x00" * 586), refused * 2500):
        times = []
        for _ in range(5):
            began = perf_counter()
            read_wide(datagram)
            times.append(perf_counter() - began)
        assert min(times) < 0.005
