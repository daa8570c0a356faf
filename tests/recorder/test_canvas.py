import av
import numpy as np

from recorder.canvas import BLACK, Canvas
from recorder.phone import BESIDE, SCREEN, SIZE


def plain(luma: int, size: tuple[int, int]) -> av.VideoFrame:
    """A picture of one grey."""
    return av.VideoFrame.from_ndarray(
        np.full((size[1], size[0]), luma, np.uint8), format="gray"
    ).reformat(format="yuv420p")


def luma(frame: av.VideoFrame, x: int, y: int) -> int:
    return int(frame.to_ndarray()[y, x])


def test_the_teacher_alone_fills_the_picture() -> None:
    canvas = Canvas()
    frame = canvas.painted(None, plain(200, (1280, 720)))
    assert (frame.width, frame.height) == SIZE
    corners = [luma(frame, x, y) for x in (2, 957) for y in (2, 537)]
    assert min(corners) > 150


def test_with_a_screen_the_teacher_stands_beside_it() -> None:
    frame = Canvas().painted(plain(220, (1280, 720)), plain(100, (1280, 720)))
    screen = luma(frame, SCREEN.width // 2, SCREEN.height // 2)
    teacher = luma(frame, BESIDE.x + BESIDE.width // 2, BESIDE.height // 2)
    assert screen > teacher > BLACK
    assert luma(frame, BESIDE.x + 10, 10) == BLACK


def test_what_is_over_is_not_left_standing() -> None:
    canvas = Canvas()
    canvas.painted(plain(220, (320, 180)), plain(100, (320, 180)))
    frame = canvas.painted(None, None)
    assert int(frame.to_ndarray()[: SIZE[1]].max()) == BLACK
