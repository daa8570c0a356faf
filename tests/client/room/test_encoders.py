from dataclasses import replace
from fractions import Fraction

import av
import numpy as np
import pytest

from client.room.encoders import BLOCK, RAISE_S, PictureEncoder, SoundEncoder, loudness
from client.room.rates import Shape, shape
from recorder.depacketize import opus_duration
from signaling.events import Codec
from tests.support.stripes import Stripe, grey, picture, read

pytestmark = pytest.mark.slow

SHAPE = Shape(width=640, height=360, rate=15)
DECODERS = {Codec.H264: "h264", Codec.VP8: "vp8", Codec.VP9: "vp9"}
PICTURES = [Codec.H264, Codec.VP8, Codec.VP9]


def frame(number: int, source: int = 3) -> av.VideoFrame:
    return av.VideoFrame.from_ndarray(picture(source, number), format="gray")


def encoded(
    encoder: PictureEncoder, numbers: range, bitrate: int, keys: tuple[int, ...] = ()
) -> list[tuple[bytes, bool]]:
    """Pictures at 15 a second; key frames asked for at some of them."""
    return [encoder.encode(frame(n), n / SHAPE.rate, SHAPE, bitrate, n in keys) for n in numbers]


@pytest.mark.parametrize("codec", PICTURES)
def test_every_picture_comes_out_at_once_and_can_be_read(codec: Codec) -> None:
    decoder = av.CodecContext.create(DECODERS[codec], "r")
    assert isinstance(decoder, av.VideoCodecContext)
    found = []
    for data, _ in encoded(PictureEncoder(codec, screen=False), range(30), 1_500_000):
        found += [read(grey(shown)) for shown in decoder.decode(av.Packet(data))]
    found += [read(grey(shown)) for shown in decoder.decode(None)]
    assert found == [Stripe(3, n) for n in range(30)]


@pytest.mark.parametrize("codec", PICTURES)
def test_a_key_frame_comes_when_it_is_asked_for_and_not_before(codec: Codec) -> None:
    made = encoded(PictureEncoder(codec, screen=False), range(40), 800_000, keys=(25,))
    assert [number for number, (_, key) in enumerate(made) if key] == [0, 25]


@pytest.mark.slow
@pytest.mark.parametrize("codec", PICTURES)
@pytest.mark.parametrize("bitrate", [60_000, 250_000, 1_000_000])
def test_the_bit_rate_is_about_what_is_asked(codec: Codec, bitrate: int) -> None:
    encoder, form = PictureEncoder(codec, screen=False), shape(1280, 720, bitrate, screen=False)
    size = 0
    for number in range(round(9 * form.rate)):
        at = number / form.rate
        data, _ = encoder.encode(frame(number), at, form, bitrate, False)
        size += len(data) if at >= 3 else 0
    assert size * 8 / 6 < 1.25 * bitrate


def mosaics(count: int) -> list[av.VideoFrame]:
    """Pictures of 1280×720 that have nothing to do with one another."""
    dice, block = np.random.default_rng(1), np.ones((8, 8), np.uint8)
    made = [np.kron(dice.integers(0, 255, (90, 160), np.uint8), block) for _ in range(count)]
    return [av.VideoFrame.from_ndarray(one, format="gray") for one in made]


@pytest.mark.slow
@pytest.mark.parametrize("codec", PICTURES)
def test_a_rich_picture_uses_three_megabits(codec: Codec) -> None:
    encoder, form = PictureEncoder(codec, screen=False), shape(1280, 720, 3_000_000, screen=False)
    shown, size = mosaics(8), 0
    for number in range(90):
        at = number / form.rate
        data, _ = encoder.encode(shown[number % 8], at, form, 3_000_000, False)
        size += len(data) if at >= 1 else 0
    assert 0.8 < size * 8 / 2 / 3_000_000 < 1.25


def test_h264_is_constrained_baseline() -> None:
    data, _ = PictureEncoder(Codec.H264, screen=False).encode(frame(0), 0.0, SHAPE, 800_000, True)
    sps = data.index(b"\x67")
    profile, constraints, level = data[sps + 1 : sps + 4]
    assert (profile, constraints & 0x40, level) == (0x42, 0x40, 0x1F)


def test_a_lower_rate_takes_hold_at_once_and_a_higher_one_after_a_while() -> None:
    encoder = PictureEncoder(Codec.H264, screen=False)

    def is_key(at: float, bitrate: int) -> bool:
        return encoder.encode(frame(0), at, SHAPE, bitrate, False)[1]

    assert is_key(0.0, 800_000)
    assert not is_key(0.1, 760_000), "a small step is not worth a key frame"
    assert is_key(0.2, 400_000)
    assert not is_key(0.3, 800_000)
    assert is_key(0.2 + RAISE_S, 800_000)


def test_another_pace_takes_hold_after_a_while() -> None:
    encoder, rare = PictureEncoder(Codec.H264, screen=False), replace(SHAPE, rate=SHAPE.rate / 2)

    def is_key(at: float, form: Shape) -> bool:
        return encoder.encode(frame(0), at, form, 800_000, False)[1]

    assert is_key(0.0, SHAPE)
    assert not is_key(0.1, rare)
    assert not is_key(RAISE_S + 0.1, replace(SHAPE, rate=SHAPE.rate * 0.9))
    assert is_key(RAISE_S + 0.2, rare)


def test_another_size_begins_with_a_key_frame() -> None:
    encoder = PictureEncoder(Codec.VP8, screen=False)
    encoder.encode(frame(0), 0.0, SHAPE, 800_000, False)
    small = Shape(width=320, height=180, rate=15)
    assert encoder.encode(frame(1), 0.1, small, 800_000, False)[1]


def test_a_screen_is_encoded_too() -> None:
    assert encoded(PictureEncoder(Codec.VP9, screen=True), range(2), 400_000)[0][1]


def test_sound_is_20_ms_a_packet_and_comes_back() -> None:
    encoder = SoundEncoder()
    decoder = av.CodecContext.create("libopus", "r")
    assert isinstance(decoder, av.AudioCodecContext)
    decoder.sample_rate = 48_000
    tone = (np.sin(np.arange(BLOCK * 25) / 10) * 12_000).astype(np.int16)
    heard = []
    for number in range(25):
        packet = encoder.encode(tone[number * BLOCK : (number + 1) * BLOCK])
        assert opus_duration(packet) == 0.02
        heard += [loudness_of(each) for each in decoder.decode(av.Packet(packet))]
    assert max(heard[5:]) < 20


def loudness_of(sound: av.AudioFrame) -> int:
    samples = sound.to_ndarray()
    scale = 1 if samples.dtype == np.int16 else 32767
    return loudness((samples * scale).astype(np.int16))


def test_loudness_is_told_in_decibels_below_the_loudest() -> None:
    assert loudness(np.zeros(BLOCK, np.int16)) == 127
    assert loudness(np.full(BLOCK, 32767, np.int16)) == 0
    assert loudness(np.full(BLOCK, 3277, np.int16)) == 20


def test_odd_frame_rates_are_taken() -> None:
    odd = Shape(width=320, height=180, rate=float(Fraction(30_000, 1001)))
    assert PictureEncoder(Codec.H264, screen=False).encode(frame(0), 0.0, odd, 99_000, False)[1]
