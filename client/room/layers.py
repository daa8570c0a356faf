"""The layers of a camera: their sizes and their parts of a rate (docs/protocol.md); pure."""

from collections.abc import Collection
from typing import Final

from client.room.rates import FULL, LEAST, MOST, Shape, even, shape
from signaling import layers

WHOLE: Final = ""
"""What a picture in one piece is called where layers are called by their rid."""
BEGIN: Final = 1.2
"""A layer that is not sent begins only with so much more than its least: it would come and go."""


LAYERS: Final = {each.rid: each for each in layers.LAYERS}
"""By rid, lowest first. None has a frame rate of its own (docs/decisions/0009)."""
LEASTS: Final = {"l": LEAST, "m": 150_000, "h": 600_000}
"""Bits per second below which a layer is left out: the one below looks better then."""
HIGHEST: Final = next(reversed(LAYERS))
"""The one of the whole size."""


def whole_shape(width: int, height: int) -> Shape:
    """How large the highest layer of a picture is sent, which has all the bits that it may have."""
    return shape(width, height, MOST, screen=False)


def layer_shape(width: int, height: int, rid: str) -> Shape:
    """How large a layer of a picture is sent, and how often at most."""
    whole, divisor = whole_shape(width, height), LAYERS[rid].divisor
    return Shape(
        width=even(whole.width / divisor), height=even(whole.height / divisor), rate=FULL[1]
    )


def lowered(layers: Collection[str]) -> frozenset[str]:
    """Without the highest of these: the next lower one stands in for it; the lowest alone stays."""
    order = [rid for rid in LAYERS if rid in layers]
    below = list(LAYERS)[: list(LAYERS).index(order[-1])] if order else []
    return frozenset(order[:-1]) | frozenset(below[-1:]) or frozenset(layers)


def spared(layers: Collection[str], count: int) -> frozenset[str]:
    """Without the highest so many of all; for any of these the highest that is left stands in."""
    left = list(LAYERS)[: len(LAYERS) - count]
    kept = frozenset(layers) & frozenset(left)
    return kept if len(kept) == len(frozenset(layers)) else kept | {left[-1]}


def demand(wanted: int, watched: Collection[str]) -> int:
    """Bits per second that the watched layers take where the way has room for them.

    Args:
        wanted: bits per second that no layer is to exceed.
        watched: rids.
    """
    return sum(min(each.bits, wanted) for rid, each in LAYERS.items() if rid in watched)


def split(
    budget: int, wanted: int, watched: Collection[str], sent: Collection[str]
) -> dict[str, int]:
    """Bits per second of each layer that is to be sent, lowest first.

    The lowest that is watched is always sent; each gets all it may have before the next gets any.
    For the highest, where it gets too little, the next lower one stands in.

    Args:
        budget: bits per second for all of them together.
        wanted: bits per second that no layer is to exceed.
        watched: rids of those that somebody gets.
        sent: rids of those that are sent just now.
    """
    shares = _divided(budget, wanted, watched, sent)
    while shares and not shares.keys() >= {_highest(watched)}:
        watched = lowered(watched)
        shares = _divided(budget, wanted, watched, sent)
    return shares


def _highest(layers: Collection[str]) -> str:
    return next(rid for rid in reversed(LAYERS) if rid in layers)


def _divided(
    budget: int, wanted: int, watched: Collection[str], sent: Collection[str]
) -> dict[str, int]:
    shares: dict[str, int] = {}
    for rid, layer in LAYERS.items():
        if rid not in watched:
            continue
        rate = min(layer.bits, wanted, budget - sum(shares.values()))
        least = LEASTS[rid] if rid in sent else round(LEASTS[rid] * BEGIN)
        if not shares:
            shares[rid] = max(rate, LEAST)
        elif rate >= least:
            shares[rid] = rate
    return shares
