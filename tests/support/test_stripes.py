import av
import numpy as np
import pytest

from tests.support.stripes import Stripe, draw, grey, picture, read


@pytest.mark.parametrize("source", [0, 1, 42, 63])
@pytest.mark.parametrize("number", [0, 1, 4095, 65535])
def test_a_stripe_is_read_as_it_was_drawn(source: int, number: int) -> None:
    assert read(picture(source, number)) == Stripe(source, number)


@pytest.mark.parametrize(("width", "height"), [(320, 180), (1280, 720), (480, 270)])
def test_a_scaled_picture_still_reads(width: int, height: int) -> None:
    frame = av.VideoFrame.from_ndarray(picture(5, 777), format="gray")
    scaled = frame.reformat(width=width, height=height)
    assert read(grey(scaled)) == Stripe(5, 777)


def test_a_picture_without_a_stripe_has_none() -> None:
    made = picture(1, 2)
    made[:20] = 90
    assert read(made) is None


def test_a_damaged_stripe_is_no_stripe() -> None:
    made = picture(1, 2)
    made[:20, 8 * 20 : 9 * 20] = 255 - made[:20, 8 * 20 : 9 * 20]
    assert read(made) is None


def test_a_coloured_picture_carries_a_stripe_too() -> None:
    frame = av.VideoFrame.from_ndarray(picture(9, 9), format="gray")
    coloured = frame.to_ndarray(format="rgb24").astype(np.uint8)
    draw(coloured, Stripe(3, 4))
    assert read(coloured) == Stripe(3, 4)
