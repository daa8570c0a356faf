"""What a first key frame says about its part."""

import pytest
from hypothesis import given
from hypothesis import strategies as st

from recorder import segments
from recorder.depacketize import assembler
from signaling.events import Codec
from tests.support.encoded import payloads, pictures


def key_frame(codec: Codec, size: tuple[int, int], profile: str = "baseline") -> bytes:
    """As it comes from the depacketizer."""
    first = pictures(codec, 0.2, size=size, profile=profile)[0]
    machine = assembler(codec)
    pieces = payloads(codec, first.data, True)
    whole = [machine.feed(p, 0, len(p), n == len(pieces) - 1) for n, p in enumerate(pieces)][-1]
    assert whole is not None
    return whole.data


@pytest.mark.parametrize("size", [(160, 120), (640, 360), (322, 182)])
def test_the_size_of_a_picture_is_read_from_its_key_frame(size: tuple[int, int]) -> None:
    sps, pps = segments.parameter_sets(key_frame(Codec.H264, size))
    assert segments.sps_size(sps) == size
    assert pps
    assert segments.vp8_size(key_frame(Codec.VP8, size)) == size
    assert segments.vp9_size(key_frame(Codec.VP9, size)) == size


@pytest.mark.parametrize(
    ("codec", "suffix", "mime"),
    [
        (Codec.H264, "mp4", 'video/mp4; codecs="avc3.42c0'),
        (Codec.VP8, "webm", 'video/webm; codecs="vp8"'),
        (Codec.VP9, "mp4", 'video/mp4; codecs="vp09.00.'),
    ],
)
def test_each_codec_has_its_container(codec: Codec, suffix: str, mime: str) -> None:
    writer = segments.writer(codec, key_frame(codec, (160, 120)))
    assert writer.suffix == suffix
    assert writer.mime.startswith(mime)
    assert segments.init_length(suffix, writer.init) == len(writer.init)


def test_a_high_profile_is_read_too() -> None:
    sps, _ = segments.parameter_sets(key_frame(Codec.H264, (322, 182), profile="high"))
    assert sps[1] == 100
    assert segments.sps_size(sps) == (322, 182)


@pytest.mark.parametrize("width", [0, 16_385])
def test_a_size_that_no_picture_has_is_refused(width: int) -> None:
    frame = b"\0\0\0\x9d\x01\x2a" + (width & 0x3FFF).to_bytes(2, "little") + b"\x10\0"
    if width:
        frame = b"\x82\x49\x83\x42" + (width << 12).to_bytes(4, "big") + bytes(8)
    codec = Codec.VP9 if width else Codec.VP8
    with pytest.raises(ValueError, match="no picture has this size"):
        segments.writer(codec, frame)


@given(st.sampled_from([Codec.H264, Codec.VP8, Codec.VP9]), st.binary(max_size=60))
def test_garbage_is_no_key_frame(codec: Codec, data: bytes) -> None:
    with pytest.raises(ValueError, match=r"frame|picture|kept|lists|RGB"):
        segments.writer(codec, data)
