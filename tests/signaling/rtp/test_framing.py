"""RFC 4571: packets come out as they went in, however the stream was cut."""

from itertools import pairwise

import pytest
from hypothesis import given
from hypothesis import strategies as st

from signaling.rtp.framing import LONGEST, Frames, FramingError, frame


def cut(stream: bytes, places: list[int]) -> list[bytes]:
    """A stream in pieces."""
    ends = [0, *sorted(place % (len(stream) + 1) for place in places), len(stream)]
    return [stream[one:other] for one, other in pairwise(ends)]


@given(st.lists(st.binary(max_size=300), max_size=20), st.lists(st.integers(min_value=0)))
def test_packets_come_out_as_they_went_in(packets: list[bytes], places: list[int]) -> None:
    frames = Frames()
    found: list[bytes] = []
    for piece in cut(b"".join(frame(each) for each in packets), places):
        found += frames.feed(piece)
    assert found == [each for each in packets if each]


@given(st.lists(st.binary(max_size=5000), max_size=8))
def test_no_stream_makes_it_hold_more_than_a_frame(pieces: list[bytes]) -> None:
    frames = Frames()
    for piece in pieces:
        try:
            given_out = list(frames.feed(piece))
        except FramingError:
            return
        assert all(0 < len(each) <= LONGEST for each in given_out)
        assert len(frames._rest) < 2 + LONGEST


def test_a_frame_that_is_too_long_ends_the_stream() -> None:
    longest = bytes(LONGEST)
    assert list(Frames().feed(frame(longest))) == [longest]
    frames = Frames()
    reading = frames.feed(frame(b"before") + (LONGEST + 1).to_bytes(2, "big"))
    assert next(reading) == b"before"
    with pytest.raises(FramingError):
        next(reading)
