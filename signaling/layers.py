"""The layers that a camera is asked for (RFC 8853): one table for who sends and who shares out."""

from typing import Final, NamedTuple


class Layer(NamedTuple):
    """One of the sizes in which a camera is sent at once."""

    rid: str
    """Its name (RFC 8851)."""
    divisor: int
    """What width and height of the camera's picture are divided by."""
    bits: int
    """Bits per second that it takes at most."""


LAYERS: Final = (Layer("l", 4, 150_000), Layer("m", 2, 350_000), Layer("h", 1, 1_500_000))
"""Lowest first. With a voice the middle one fits a line of 500 kbit/s with what an estimate must
have to spare, the lowest one of 250."""
ROWS: Final = 720
"""Of a camera whose device does not say how many it has."""
