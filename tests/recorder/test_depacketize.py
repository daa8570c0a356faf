"""Payloads to frames: whole, broken, hostile."""

import pytest
from hypothesis import given
from hypothesis import strategies as st

from recorder.depacketize import Frame, assembler, opus_duration
from signaling.events import Codec
from tests.support.encoded import Encoded, payloads, pictures, sounds, units

PICTURES = [Codec.H264, Codec.VP8, Codec.VP9]


def fed(codec: Codec, frames: list[Encoded], lost: tuple[int, int] | None = None) -> list[Frame]:
    """What comes out without the packet that is lost: (frame, packet)."""
    machine = assembler(codec)
    out = []
    for number, frame in enumerate(frames):
        pieces = payloads(codec, frame.data, frame.key)
        for place, piece in enumerate(pieces):
            if (number, place) == lost:
                machine.lose()
                continue
            whole = machine.feed(piece, 0, len(piece), place == len(pieces) - 1)
            out += [whole] if whole is not None else []
    return out


def contents(codec: Codec, frame: Encoded) -> bytes:
    if codec is not Codec.H264:
        return frame.data
    return b"".join(len(unit).to_bytes(4, "big") + unit for unit in units(frame.data))


@pytest.mark.parametrize("codec", PICTURES)
def test_frames_come_out_as_they_were_encoded(codec: Codec) -> None:
    frames = pictures(codec, 2, every=10, size=(320, 240))
    assert max(len(payloads(codec, frame.data, frame.key)) for frame in frames) > 1
    out = fed(codec, frames)
    assert [frame.data for frame in out] == [contents(codec, frame) for frame in frames]
    assert [frame.key for frame in out] == [frame.key for frame in frames]


@pytest.mark.parametrize("codec", PICTURES)
@pytest.mark.parametrize("place", [0, 1])
def test_a_frame_with_a_missing_packet_never_comes_out(codec: Codec, place: int) -> None:
    frames = pictures(codec, 2, every=10, size=(320, 240))
    out = fed(codec, frames, (10, place))
    assert contents(codec, frames[10]) not in [frame.data for frame in out]
    assert len(frames) - 2 <= len(out) < len(frames)


def test_a_lost_marker_costs_two_frames_of_h264_at_most() -> None:
    frames = pictures(Codec.H264, 2, every=10)
    last = len(payloads(Codec.H264, frames[5].data, False)) - 1
    out = fed(Codec.H264, frames, (5, last))
    assert len(frames) - 2 <= len(out) < len(frames)


def test_a_key_frame_without_parameter_sets_gets_the_last_ones() -> None:
    first, *others = pictures(Codec.H264, 1, every=5)
    machine = assembler(Codec.H264)
    for piece in payloads(Codec.H264, first.data, True):
        machine.feed(piece, 0, len(piece), False)
    machine.lose()
    idr = next(frame for frame in others if frame.key)
    bare = [unit for unit in units(idr.data) if unit[0] & 31 == 5]
    machine.feed(b"\x61x", 0, 2, True)
    whole = machine.feed(bare[0], 0, len(bare[0]), True)
    assert whole is not None
    assert whole.key
    sets = [unit for unit in units(first.data) if unit[0] & 31 in (7, 8)]
    assert whole.data == b"".join(len(u).to_bytes(4, "big") + u for u in [*sets, bare[0]])


def test_delimiters_and_fillers_are_left_out() -> None:
    machine = assembler(Codec.H264)
    machine.feed(b"\x09\x10", 0, 2, False)
    machine.feed(b"\x0c\xff", 0, 2, False)
    whole = machine.feed(b"\x41slice", 0, 6, True)
    assert whole == Frame(b"\0\0\0\6\x41slice", False)


@pytest.mark.parametrize(
    ("packet", "seconds"),
    [
        (b"\xf8\xff\xfe", 0.02),
        (b"\x78", 0.02),
        (b"\x08", 0.02),
        (b"\x18", 0.06),
        (b"\xe1\0", 0.005),
        (b"\xfb\x03", 0.06),
        (b"\xfb", 0.0),
        (b"", 0.0),
    ],
)
def test_opus_tells_how_long_it_lasts(packet: bytes, seconds: float) -> None:
    assert opus_duration(packet) == pytest.approx(seconds)


def test_real_sound_lasts_20_ms_a_packet() -> None:
    assert {opus_duration(frame.data) for frame in sounds(0.5)} == {0.02}


@given(
    st.sampled_from(list(Codec)),
    st.lists(st.tuples(st.binary(max_size=40), st.booleans(), st.booleans()), max_size=30),
)
def test_garbage_breaks_nothing(codec: Codec, packets: list[tuple[bytes, bool, bool]]) -> None:
    machine = assembler(codec)
    for packet, marker, lost in packets:
        if lost:
            machine.lose()
        machine.feed(packet, 0, len(packet), marker)
