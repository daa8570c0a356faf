"""One publication: packets in, frames with their time out."""

import pytest
from hypothesis import given
from hypothesis import strategies as st

from recorder.stream import Frames, Stream
from recorder.timeline import device_clock
from signaling.events import Codec
from signaling.rtp import tap
from tests.support.encoded import Publisher, pictures, sounds


def feed(stream: Stream, records: list[bytes], arrival: float) -> Frames:
    out: Frames = []
    for data in records:
        for record in tap.records(data):
            out += stream.packet(record.codec, record.rollover, bytes(record.body), arrival)
    return out


@pytest.mark.parametrize("codec", list(Codec))
def test_frames_have_the_time_of_their_first_packet(codec: Codec) -> None:
    stream, publisher = Stream(codec, device_clock()), Publisher(1, codec)
    frames = sounds(1) if codec is Codec.OPUS else pictures(codec, 2)
    out = [one for f in frames for one in feed(stream, publisher.frame(f, 0), 5 + f.time)]
    times = [one.time for one in out if one is not None]
    assert times == pytest.approx([5 + frame.time for frame in frames], abs=1e-4)
    assert [one.ran for one in out if one is not None] == pytest.approx(
        [frame.time for frame in frames], abs=1e-4
    )


def test_a_hole_is_named_once_it_is_too_old() -> None:
    stream, publisher = Stream(Codec.OPUS, device_clock()), Publisher(1, Codec.OPUS)
    first, _, third = (publisher.frame(frame, 0) for frame in sounds(0.06)[:3])
    assert len(feed(stream, first, 5.0)) == 1
    assert feed(stream, third, 5.04) == []
    out = stream.expire(5.6)
    assert out[0] is None
    assert len(out) == 2


def test_a_new_ssrc_or_codec_begins_anew() -> None:
    stream, frames = Stream(Codec.OPUS, device_clock()), sounds(0.1)
    feed(stream, Publisher(1, Codec.OPUS, ssrc=1).frame(frames[0], 0), 5.0)
    out = feed(stream, Publisher(1, Codec.OPUS, index=9, rtp=5, ssrc=2).frame(frames[1], 0), 6.0)
    assert out[0] is None
    assert out[1] is not None
    assert out[1].time == 6.0
    picture = pictures(Codec.VP8, 0.2)[0]
    changed = feed(stream, Publisher(1, Codec.VP8, ssrc=2).frame(picture, 0), 7.0)
    assert [one.codec if one is not None else None for one in changed] == [None, Codec.VP8]


def test_a_report_moves_what_follows() -> None:
    clock = device_clock()
    early, late = Publisher(1, Codec.OPUS), Publisher(2, Codec.OPUS)
    one, two = Stream(Codec.OPUS, clock), Stream(Codec.OPUS, clock)
    frames = sounds(0.1)
    feed(one, early.frame(frames[0], 0), 5.0)
    feed(two, late.frame(frames[0], 0), 5.3)
    one.report(1 << 40, early.ticks(0.0), 5.0)
    two.report(1 << 40, late.ticks(0.0), 5.3)
    (moved,) = feed(two, late.frame(frames[1], 0), 5.32)
    assert moved is not None
    assert moved.time == pytest.approx(5.02)


@given(st.lists(st.tuples(st.integers(0, 3), st.binary(max_size=60)), max_size=20))
def test_garbage_breaks_nothing(packets: list[tuple[int, bytes]]) -> None:
    stream = Stream(Codec.H264, device_clock())
    for number, (codec, body) in enumerate(packets):
        stream.packet(tap.CODECS[codec], 0, body, number / 10)
        stream.expire(number / 10)
    stream.drain(9.0)
