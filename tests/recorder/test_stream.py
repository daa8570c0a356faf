"""One publication: packets in, frames with their time out."""

from collections.abc import Iterable

import pytest

from recorder.cutter import Timed
from recorder.packets import BEGUN, LOST, WHOLE, Found, Incoming, Interpreted
from recorder.stream import Stream
from recorder.timeline import DeviceClock, device_clock
from recorder.twin.incoming import Compiled
from signaling.events import Codec
from tests.support.encoded import Encoded, Publisher, pictures, sounds

HALVES = [Interpreted, Compiled]
ZERO = 100.0
"""CLOCK_MONOTONIC at lesson time 0."""


class Coming:
    """One publication with its clock, in lesson time."""

    def __init__(self, codec: Codec, clock: DeviceClock, incoming: Incoming) -> None:
        self.stream = Stream(codec, clock, ZERO)
        self._incoming = incoming
        incoming.open(1, codec)

    def feed(self, publisher: Publisher, frame: Encoded, arrival: float) -> list[Timed | None]:
        """What a frame's packets come to; none stands where something is missing."""
        records = publisher.frame(frame, ZERO + arrival)
        return self._timed(self._incoming.batch(b"".join(records)))

    def expire(self, now: float) -> list[Timed | None]:
        """What comes of time that passes."""
        return self._timed(self._incoming.expire(ZERO + now))

    def _timed(self, found: Iterable[Found]) -> list[Timed | None]:
        out: list[Timed | None] = []
        for one in found:
            if one.kind == BEGUN:
                out += [None] * self.stream.begin(one.codec)
            elif one.kind in (LOST, WHOLE):
                out.append(self.stream.frame(one) if one.kind == WHOLE else None)
        return out


@pytest.fixture(params=HALVES)
def incoming(request: pytest.FixtureRequest) -> Incoming:
    half: type[Incoming] = request.param
    return half()


@pytest.mark.parametrize("codec", list(Codec))
def test_frames_have_the_time_of_their_first_packet(codec: Codec, incoming: Incoming) -> None:
    coming, publisher = Coming(codec, device_clock(), incoming), Publisher(1, codec)
    frames = sounds(1) if codec is Codec.OPUS else pictures(codec, 2)
    out = [one for frame in frames for one in coming.feed(publisher, frame, 5 + frame.time)]
    times = [one.time for one in out if one is not None]
    assert times == pytest.approx([5 + frame.time for frame in frames], abs=1e-4)
    assert [one.ran for one in out if one is not None] == pytest.approx(
        [frame.time for frame in frames], abs=1e-4
    )


def test_a_hole_is_named_once_it_is_too_old(incoming: Incoming) -> None:
    coming, publisher = Coming(Codec.OPUS, device_clock(), incoming), Publisher(1, Codec.OPUS)
    first, _, third = sounds(0.06)[:3]
    assert len(coming.feed(publisher, first, 5.0)) == 1
    publisher.index += 1
    assert coming.feed(publisher, third, 5.04) == []
    out = coming.expire(5.6)
    assert out[0] is None
    assert len(out) == 2


def test_a_new_ssrc_or_codec_begins_anew(incoming: Incoming) -> None:
    coming, frames = Coming(Codec.OPUS, device_clock(), incoming), sounds(0.1)
    coming.feed(Publisher(1, Codec.OPUS, ssrc=1), frames[0], 5.0)
    out = coming.feed(Publisher(1, Codec.OPUS, index=9, rtp=5, ssrc=2), frames[1], 6.0)
    assert out[0] is None
    assert out[1] is not None
    assert out[1].time == 6.0
    picture = pictures(Codec.VP8, 0.2)[0]
    changed = coming.feed(Publisher(1, Codec.VP8, ssrc=2), picture, 7.0)
    assert [one.codec if one is not None else None for one in changed] == [None, Codec.VP8]


def test_a_report_moves_what_follows() -> None:
    clock, frames = device_clock(), sounds(0.1)
    early, late = Publisher(1, Codec.OPUS), Publisher(1, Codec.OPUS)
    one = Coming(Codec.OPUS, clock, Interpreted())
    two = Coming(Codec.OPUS, clock, Interpreted())
    one.feed(early, frames[0], 5.0)
    two.feed(late, frames[0], 5.3)
    one.stream.report(1 << 40, early.ticks(0.0), ZERO + 5.0)
    two.stream.report(1 << 40, late.ticks(0.0), ZERO + 5.3)
    (moved,) = two.feed(late, frames[1], 5.32)
    assert moved is not None
    assert moved.time == pytest.approx(5.02)
