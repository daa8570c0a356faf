"""A stripe on every picture that says whose it is and which: drawn, sent, read back.

Layout, the same in Python and in the browser tests: the stripe is the top of the picture, 32 blocks
side by side over its whole width, each as high as it is wide (20×20 pixels at 640×360). A block is
white for 1 and black for 0. From left to right, most significant bit first:

    4 bits   1 0 1 0, so that a picture without a stripe is not taken for one
    6 bits   source, 0 to 63
    16 bits  frame number, 0 to 65,535
    6 bits   parity: the 22 bits before it, folded by XOR into 6, XOR 101010

A reader takes the mean brightness of the inner half of each block, so a scaled or blurred picture
reads as well as a sharp one.
"""

from typing import NamedTuple

import av
import numpy as np
import numpy.typing as npt

WIDTH, HEIGHT = 640, 360
BLOCKS = 32
MARK = 0b1010

Picture = npt.NDArray[np.uint8]


class Stripe(NamedTuple):
    """What a stripe says."""

    source: int
    """0 to 63."""
    number: int
    """0 to 65,535."""


def parity(stripe: Stripe) -> int:
    """The 6 bits that guard the rest."""
    value = stripe.source << 16 | stripe.number
    return (value ^ value >> 6 ^ value >> 12 ^ value >> 18) & 63 ^ 0b101010


def draw(picture: Picture, stripe: Stripe) -> None:
    """Draw a stripe onto a grey (height, width) or coloured (height, width, 3) picture."""
    word = MARK << 28 | stripe.source << 22 | stripe.number << 6 | parity(stripe)
    side = picture.shape[1] // BLOCKS
    for block in range(BLOCKS):
        bit = word >> (BLOCKS - 1 - block) & 1
        picture[:side, block * side : (block + 1) * side] = 255 * bit


def read(picture: Picture) -> Stripe | None:
    """Read the stripe of a picture of any size; none if there is none or it is damaged."""
    grey = picture if picture.ndim == 2 else picture.mean(axis=2)
    side = grey.shape[1] / BLOCKS
    top, bottom = int(side / 4), max(int(side / 4) + 1, int(side * 3 / 4))
    word = 0
    for block in range(BLOCKS):
        left, right = int(side * (block + 0.25)), int(side * (block + 0.75))
        inner = grey[top:bottom, left : max(left + 1, right)]
        word = word << 1 | int(inner.mean() >= 128)
    found = Stripe(word >> 22 & 63, word >> 6 & 0xFFFF)
    intact = word >> 28 == MARK and word & 63 == parity(found)
    return found if intact else None


def grey(frame: av.VideoFrame) -> Picture:
    """The brightness of a decoded picture."""
    return frame.to_ndarray(format="gray").astype(np.uint8)


def picture(source: int, number: int, width: int = WIDTH, height: int = HEIGHT) -> Picture:
    """A grey picture that moves, with its stripe."""
    across = np.arange(width, dtype=np.int64)[None, :] + 7 * number
    down = np.arange(height, dtype=np.int64)[:, None] * 2
    made = ((across + down) // 2 % 192 + 32).astype(np.uint8)
    draw(made, Stripe(source, number & 0xFFFF))
    return made
