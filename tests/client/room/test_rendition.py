from dataclasses import replace

import av
import pytest

from client.room.feeds import Shot
from client.room.handover import Encoded
from client.room.layers import LAYERS, WHOLE, layer_shape
from client.room.rates import Shape
from client.room.rendition import Rendition
from signaling.events import Codec
from tests.support.walls import HEIGHT, WIDTH, wall

pytestmark = pytest.mark.slow

SMALL = Shape(width=160, height=90, rate=30)
SETTLES_S, MEASURED_S = 1, 4


@pytest.fixture(scope="module")
def filmed() -> list[av.VideoFrame]:
    return wall()


def made(
    rendition: Rendition, pictures: list[av.VideoFrame], form: Shape, bitrate: int, rate: int
) -> list[Encoded]:
    """Some seconds of pictures, so many a second."""
    shots = [
        Shot(frame=pictures[number % len(pictures)], at=number / rate)
        for number in range((SETTLES_S + MEASURED_S) * rate)
    ]
    frames = [rendition.encode(shot, form, bitrate, False, 100.0) for shot in shots]
    return [frame for frame in frames if frame is not None]


@pytest.mark.parametrize("rate", [15, 30])
@pytest.mark.parametrize("codec", [Codec.H264, Codec.VP8])
@pytest.mark.parametrize("rid", LAYERS)
def test_a_layer_of_a_busy_picture_has_the_bits_that_it_may_have(
    filmed: list[av.VideoFrame], rid: str, codec: Codec, rate: int
) -> None:
    most = LAYERS[rid].bits
    rendition = Rendition(codec, screen=False, layer=rid)
    form = replace(layer_shape(WIDTH, HEIGHT, rid), rate=rate)
    frames = made(rendition, filmed, form, most, rate)
    bits = [8 * sum(map(len, frame.payloads)) for frame in frames[SETTLES_S * rate :]]
    assert sum(bits) / MEASURED_S == pytest.approx(most, rel=0.15)


def test_a_frame_tells_its_layer_and_its_moment(filmed: list[av.VideoFrame]) -> None:
    rendition = Rendition(Codec.VP8, screen=False, layer="m")
    first = rendition.encode(Shot(frame=filmed[0], at=0.0), SMALL, 150_000, False, 100.0)
    second = rendition.encode(Shot(frame=filmed[1], at=0.5), SMALL, 150_000, False, 100.0)
    assert first is not None
    assert second is not None
    assert (first.layer, first.codec, first.key, second.key) == ("m", Codec.VP8, True, False)
    assert (second.ticks, second.captured) == (45_000, 100.5)
    number, following = (int.from_bytes(each.payloads[0][2:4], "big") for each in (first, second))
    assert (following - number) & 0x7FFF == 1, "pictures are numbered through"


def test_another_size_is_cut_as_a_key_frame_of_that_size(filmed: list[av.VideoFrame]) -> None:
    rendition = Rendition(Codec.VP9, screen=True, layer=WHOLE)
    rendition.encode(Shot(frame=filmed[0], at=0.0), SMALL, 150_000, False, 0.0)
    large = Shape(width=320, height=180, rate=30)
    frame = rendition.encode(Shot(frame=filmed[1], at=0.1), large, 150_000, False, 0.0)
    assert frame is not None
    assert frame.key
    assert bytes([320 >> 8, 320 & 255, 0, 180]) in frame.payloads[0][:12]
