import struct
from collections.abc import Iterator

import pytest
from hypothesis import given
from hypothesis import strategies as st

from server.media.feedback import read
from server.media.transport_cc import MEMORY, TransportFeedback


def decoded(message: bytes) -> dict[int, float | None]:
    """Another reading of one message: 16-bit number to arrival in seconds, none for lost."""
    first, kind, words, _, _ = struct.unpack_from("!BBHII", message)
    assert (first, kind, len(message)) == (0x8F, 205, 4 * words + 4)
    base, count, tail = struct.unpack_from("!HHI", message, 12)
    at = 20
    symbols: list[int] = []
    while len(symbols) < count:
        (chunk,) = struct.unpack_from("!H", message, at)
        at += 2
        symbols += expanded(chunk)
    assert len(symbols) < count + 14
    ticks = (tail >> 8) * 256
    arrivals: dict[int, float | None] = {}
    for place, symbol in enumerate(symbols[:count]):
        number = (base + place) & 0xFFFF
        if symbol == 0:
            arrivals[number] = None
            continue
        size = {1: 1, 2: 2}[symbol]
        ticks += int.from_bytes(message[at : at + size], "big", signed=symbol == 2)
        at += size
        arrivals[number] = ticks * 0.00025
    assert len(message) - at in range(4)
    return arrivals


def expanded(chunk: int) -> list[int]:
    if not chunk & 0x8000:
        return [chunk >> 13 & 3] * (chunk & 0x1FFF)
    if chunk & 0x4000:
        return [chunk >> shift & 3 for shift in range(12, -2, -2)]
    return [chunk >> shift & 1 for shift in range(13, -1, -1)]


def told(feedback: TransportFeedback) -> dict[int, float | None]:
    found: dict[int, float | None] = {}
    for message in feedback.messages(1, 7):
        found |= decoded(message)
    return found


def after(arrivals: Iterator[tuple[int, float]] | list[tuple[int, float]]) -> TransportFeedback:
    feedback = TransportFeedback()
    for number, at in arrivals:
        feedback.arrived(number & 0xFFFF, at)
    return feedback


def test_nothing_came_nothing_is_told() -> None:
    assert TransportFeedback().messages(1, 7) == []


def test_arrivals_and_losses_are_told_to_a_quarter_of_a_millisecond() -> None:
    feedback = after([(65_534, 100.0), (65_535, 100.001), (1, 100.1), (2, 100.09)])
    found = told(feedback)
    assert list(found) == [65_534, 65_535, 0, 1, 2]
    assert found[0] is None
    times = [found[number] for number in (65_534, 65_535, 1, 2)]
    assert times == pytest.approx([100.0, 100.001, 100.1, 100.09], abs=0.0003)


def test_each_message_tells_what_is_new_and_has_its_own_count() -> None:
    feedback = after([(1, 1.0)])
    first = feedback.messages(1, 7)
    feedback.arrived(2, 1.1)
    second = feedback.messages(1, 7)
    assert list(decoded(first[0])) == [1]
    assert list(decoded(second[0])) == [2]
    assert (first[0][19], second[0][19]) == (0, 1)
    assert feedback.messages(1, 7) == []


def test_a_late_packet_is_told_with_its_neighbours_as_they_came() -> None:
    feedback = after([(1, 1.0), (3, 1.02)])
    assert told(feedback)[2] is None
    feedback.arrived(2, 1.05)
    assert told(feedback) == pytest.approx({2: 1.05, 3: 1.02}, abs=0.0003)


def test_duplicates_change_nothing() -> None:
    feedback = after([(1, 1.0), (1, 2.0)])
    assert told(feedback) == pytest.approx({1: 1.0}, abs=0.0003)


def test_a_pause_longer_than_a_delta_begins_another_message() -> None:
    feedback = after([(1, 1.0), (2, 20.0)])
    messages = feedback.messages(1, 7)
    assert [list(decoded(message)) for message in messages] == [[1], [2]]


def test_a_long_span_fits_a_datagram_each() -> None:
    feedback = after((number, number / 1000) for number in range(1500))
    messages = feedback.messages(1, 7)
    assert all(len(message) < 1200 for message in messages)
    assert sum(len(decoded(message)) for message in messages) == 1500


def test_many_neighbours_are_one_run() -> None:
    feedback = after((number, number / 1000) for number in range(100))
    (message,) = feedback.messages(1, 7)
    assert len(message) == 20 + 2 + 100 + 2


def test_a_jump_over_the_memory_begins_anew() -> None:
    feedback = after([(1, 1.0), (1 + MEMORY + 1, 1.1)])
    assert list(told(feedback)) == [MEMORY + 2]


def test_what_is_older_than_the_memory_is_left_out() -> None:
    feedback = after((number, 1.0) for number in range(3 * MEMORY))
    told(feedback)
    feedback.arrived(1, 2.0)
    assert feedback.messages(1, 7) == []


@given(
    st.integers(0, 65_535),
    st.lists(st.tuples(st.integers(0, 300), st.floats(0, 5)), min_size=1, unique_by=lambda x: x[0]),
)
def test_another_parser_reads_what_came_when(base: int, arrivals: list[tuple[int, float]]) -> None:
    found = told(after([(base + step, 50 + late) for step, late in arrivals]))
    came = {number: at for number, at in found.items() if at is not None}
    expected = {(base + step) & 0xFFFF: 50 + late for step, late in arrivals}
    assert came == pytest.approx(expected, abs=0.0003)


@given(st.lists(st.integers(0, 65_535), max_size=60))
def test_any_numbers_make_valid_feedback(numbers: list[int]) -> None:
    feedback = after([(number, place * 0.001) for place, number in enumerate(numbers)])
    for message in feedback.messages(1, 7):
        assert decoded(message)
        assert read(message) == []
