"""One picture of two: the screen large with the teacher beside, or the teacher alone. Pure."""

import av
import numpy as np
import numpy.typing as npt
from av.video.reformatter import Interpolation

from recorder.phone import BESIDE, SCREEN, SIZE, WHOLE, Box, fitted

BLACK, GREY = 16, 128
"""Luma and chroma of nothing (ITU-R BT.601, 2.5)."""

Plane = npt.NDArray[np.uint8]


class Canvas:
    """Paints pictures; what did not change is not painted again."""

    def __init__(self) -> None:
        self._data = np.empty((SIZE[1] * 3 // 2, SIZE[0]), np.uint8)
        self._shown: tuple[av.VideoFrame | None, av.VideoFrame | None] | None = None

    def painted(self, screen: av.VideoFrame | None, teacher: av.VideoFrame | None) -> av.VideoFrame:
        """Both in one picture; black where there is neither."""
        if self._shown is None or screen is not self._shown[0] or teacher is not self._shown[1]:
            self._shown = screen, teacher
            self._paint(screen, teacher)
        return av.VideoFrame.from_ndarray(self._data, format="yuv420p")

    def _paint(self, screen: av.VideoFrame | None, teacher: av.VideoFrame | None) -> None:
        self._data[: SIZE[1]] = BLACK
        self._data[SIZE[1] :] = GREY
        if screen is not None:
            self._put(screen, SCREEN)
        if teacher is not None:
            self._put(teacher, WHOLE if screen is None else BESIDE)

    def _put(self, frame: av.VideoFrame, box: Box) -> None:
        place = fitted(box, (frame.width, frame.height))
        small = frame.reformat(
            width=place.width,
            height=place.height,
            format="yuv420p",
            interpolation=Interpolation.FAST_BILINEAR,
        )
        sizes = (place.width, place.height)
        for whole, part, shrink in zip(
            _planes(self._data, SIZE),
            _planes(small.to_ndarray().astype(np.uint8, copy=False), sizes),
            (1, 2, 2),
            strict=True,
        ):
            x, y = place.x // shrink, place.y // shrink
            whole[y : y + part.shape[0], x : x + part.shape[1]] = part


def _planes(data: Plane, size: tuple[int, int]) -> tuple[Plane, Plane, Plane]:
    """The planes of a planar 4:2:0 picture, as views into it."""
    width, height = size
    flat = data.reshape(-1)
    luma, chroma = width * height, width * height // 4
    half = (height // 2, width // 2)
    return (
        flat[:luma].reshape(height, width),
        flat[luma : luma + chroma].reshape(half),
        flat[luma + chroma : luma + 2 * chroma].reshape(half),
    )
