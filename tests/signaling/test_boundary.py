"""Messages between our processes, however the stream is cut."""

from itertools import pairwise

import pytest
from hypothesis import given
from hypothesis import strategies as st
from pydantic import TypeAdapter

from signaling.boundary import LINE_LIMIT, Lines, encode
from signaling.messages import FROM_DEVICE, FromDevice, Ping, RaiseHand

MESSAGES: list[FromDevice] = [Ping(sent=1.5), RaiseHand(id=7), Ping(sent=2.5)]
STREAM = b"".join(encode(FROM_DEVICE, message) for message in MESSAGES)


def lines() -> Lines[FromDevice]:
    adapter: TypeAdapter[FromDevice] = FROM_DEVICE
    return Lines(adapter)


@given(st.lists(st.integers(0, len(STREAM))))
def test_a_stream_gives_its_messages_wherever_it_is_cut(cuts: list[int]) -> None:
    reader = lines()
    ends = sorted({0, *cuts, len(STREAM)})
    pieces = [STREAM[a:b] for a, b in pairwise(ends)]
    assert [message for piece in pieces for message in reader.feed(piece)] == MESSAGES


def test_an_empty_line_is_nothing() -> None:
    assert lines().feed(b"\n\n") == []


def test_what_is_no_message_is_a_bug_of_ours() -> None:
    with pytest.raises(ValueError, match="type"):
        lines().feed(b'{"type":"moon"}\n')


def test_a_line_without_end_is_not_gathered_for_ever() -> None:
    with pytest.raises(ValueError, match="too long"):
        lines().feed(b"x" * (LINE_LIMIT + 1))
