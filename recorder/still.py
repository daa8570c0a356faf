"""One small picture of a lesson, cut from its phone version: it shows nobody whom that does not."""

from fractions import Fraction
from typing import BinaryIO

import av

STILL = "still.jpg"
"""The picture in a lesson's folder."""
SIZE = 320, 180
"""As wide and high as a line of a list."""
PART = 3
"""It is taken after this part of the film: at its beginning everybody still sits down."""


def cut(film: BinaryIO) -> bytes:
    """A picture of an open film as JPEG; empty if it has none."""
    with av.open(film, "r") as container:
        container.seek((container.duration or 0) // PART)
        frame = next(container.decode(video=0), None)
    if frame is None:
        return b""
    codec = av.CodecContext.create("mjpeg", "w")
    codec.width, codec.height = SIZE
    codec.pix_fmt, codec.framerate = "yuvj420p", Fraction(1)
    small = frame.reformat(*SIZE, "yuvj420p", dst_color_range="JPEG")
    return b"".join(bytes(one) for one in [*codec.encode(small), *codec.encode(None)])
