"""The layers of a camera: their sizes and their parts of a rate (docs/protocol.md); pure."""

from collections.abc import Collection
from dataclasses import dataclass
from typing import Final

from client.room.rates import FULL, LEAST, MOST, Shape, even, shape

WHOLE: Final = ""
"""What a picture in one piece is called where layers are called by their rid."""
BEGIN: Final = 1.2
"""A layer that is not sent begins only with so much more than its least: it would come and go."""


@dataclass(frozen=True, kw_only=True)
class Layer:
    """One layer of a picture."""

    divisor: int
    """By what width and height of the picture are divided."""
    least: int
    """Bits per second below which it is left out: the layer below looks better then."""
    most: int
    """Bits per second that it never exceeds."""


LAYERS: Final = {
    "l": Layer(divisor=4, least=LEAST, most=150_000),
    "m": Layer(divisor=2, least=200_000, most=500_000),
    "h": Layer(divisor=1, least=600_000, most=1_500_000),
}
"""By rid, lowest first. None has a frame rate of its own (docs/decisions/0009)."""
HIGHEST: Final = "h"
"""The one of the whole size."""


def layer_shape(width: int, height: int, rid: str) -> Shape:
    """How large a layer of a picture is sent, and how often at most."""
    whole, divisor = shape(width, height, MOST, screen=False), LAYERS[rid].divisor
    return Shape(
        width=even(whole.width / divisor), height=even(whole.height / divisor), rate=FULL[1]
    )


def demand(wanted: int, watched: Collection[str]) -> int:
    """Bits per second that the watched layers take where the way has room for them.

    Args:
        wanted: bits per second that no layer is to exceed.
        watched: rids.
    """
    return sum(min(each.most, wanted) for rid, each in LAYERS.items() if rid in watched)


def split(
    budget: int, wanted: int, watched: Collection[str], sent: Collection[str]
) -> dict[str, int]:
    """Bits per second of each layer that is to be sent, lowest first.

    The lowest that is watched is always sent; each gets all it may have before the next gets any.

    Args:
        budget: bits per second for all of them together.
        wanted: bits per second that no layer is to exceed.
        watched: rids of those that somebody gets.
        sent: rids of those that are sent just now.
    """
    shares: dict[str, int] = {}
    for rid, layer in LAYERS.items():
        if rid not in watched:
            continue
        rate = min(layer.most, wanted, budget - sum(shares.values()))
        least = layer.least if rid in sent else round(layer.least * BEGIN)
        if not shares:
            shares[rid] = max(rate, LEAST)
        elif rate >= least:
            shares[rid] = rate
    return shares
