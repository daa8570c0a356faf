import pytest
from hypothesis import given
from hypothesis import strategies as st

from signaling.events import Codec
from signaling.rtp.codecs import CLOCK_RATES, NAMES, starts_key_frame
from signaling.rtp.tap import CODECS


def test_every_codec_has_a_clock_a_name_and_a_number() -> None:
    assert set(CLOCK_RATES) == set(NAMES) == set(CODECS) == set(Codec)


@pytest.mark.parametrize(
    ("codec", "payload", "key"),
    [
        (Codec.OPUS, b"\xfc", True),
        (Codec.OPUS, b"", False),
        (Codec.H264, b"\x67\x42\xe0\x1f", True),
        (Codec.VP8, b"\x10\x10\x02\x00", True),
        (Codec.VP9, b"\x8c\x80\x01\x82", True),
    ],
)
def test_each_codec_is_asked_in_its_own_way(codec: Codec, payload: bytes, key: bool) -> None:
    assert starts_key_frame(codec, b"head" + payload, 4, 4 + len(payload)) is key


@given(st.sampled_from(Codec), st.binary(max_size=60), st.integers(0, 60))
def test_garbage_is_answered_not_raised(codec: Codec, payload: bytes, start: int) -> None:
    assert starts_key_frame(codec, payload, start, len(payload)) in (True, False)
