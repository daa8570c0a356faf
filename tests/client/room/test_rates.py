import pytest
from hypothesis import given
from hypothesis import strategies as st

from client.room.rates import LEAST, MOST, Shape, clamp, shape, share


def test_pictures_have_what_they_want_where_there_is_room() -> None:
    assert share(3_000_000, {"camera": 1_500_000, "screen": 800_000}) == {
        "camera": 1_500_000,
        "screen": 800_000,
    }


def test_a_small_budget_is_shared_in_proportion() -> None:
    assert share(900_000, {"camera": 1_500_000, "screen": 300_000}) == {
        "camera": 750_000,
        "screen": 150_000,
    }


@given(st.integers(-1000, 10**9))
def test_no_rate_leaves_the_bounds(bitrate: int) -> None:
    assert LEAST <= clamp(bitrate) <= MOST


@pytest.mark.parametrize(
    ("bitrate", "expected"),
    [
        (60_000, Shape(width=320, height=180, rate=8)),
        (150_000, Shape(width=480, height=270, rate=10)),
        (300_000, Shape(width=640, height=360, rate=15)),
        (500_000, Shape(width=960, height=540, rate=25)),
        (1_500_000, Shape(width=1280, height=720, rate=30)),
    ],
)
def test_fewer_bits_make_smaller_and_rarer_pictures(bitrate: int, expected: Shape) -> None:
    assert shape(1920, 1080, bitrate, screen=False) == expected


def test_a_picture_is_never_enlarged() -> None:
    assert shape(640, 360, 3_000_000, screen=False) == Shape(width=640, height=360, rate=30)


def test_a_screen_keeps_its_size_and_gives_up_frames() -> None:
    assert shape(1920, 1080, 60_000, screen=True) == Shape(width=1920, height=1080, rate=8)


@given(st.integers(2, 4000), st.integers(2, 3000), st.integers(LEAST, MOST), st.booleans())
def test_sizes_are_even(width: int, height: int, bitrate: int, screen: bool) -> None:
    made = shape(width, height, bitrate, screen)
    assert (made.width % 2, made.height % 2) == (0, 0)
    assert made.width >= 2
