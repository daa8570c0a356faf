"""A picture in layers as packets, and what a network does to them."""

import random
from collections.abc import Iterator, Sequence
from dataclasses import dataclass, replace

from signaling.rtp.frames import FIRST, KEY, RISES, SYNCED

RATE = 90_000
STEP = 3000
"""RTP ticks between two frames."""
PATTERN = (0, 2, 1, 2)
"""Temporal layers of a group of frames; each needs the newest one of a lower layer."""
LAP = 1 << 16


@dataclass(frozen=True)
class Sent:
    """One packet of one layer."""

    layer: int
    index: int
    timestamp: int
    moment: int
    """When it was sent, in ticks."""
    frame: int
    """Number of the picture that was filmed, the same in each layer."""
    key: bool
    flags: int
    temporal: int
    picture: int
    base: int
    needs: int
    """The frame that it needs, -1 for none."""


def layer(
    number: int, frames: int, keys: Sequence[int], dice: random.Random, temporal: bool, bits: int
) -> list[Sent]:
    """One layer's packets; `keys` are frames that need no other, as is the first."""
    index, start = LAP + dice.randrange(LAP), dice.randrange(1 << 32)
    picture, base = dice.randrange(1 << bits), dice.randrange(256)
    newest, place = [-1, -1, -1], 0
    sent = []
    for frame in range(frames):
        key = frame == 0 or frame in keys
        place = 0 if key else place + 1
        level = PATTERN[place % 4] if temporal else 0
        needs = -1 if key else max(newest[: max(level, 1)])
        newest[level] = frame
        base += level == 0
        flags = SYNCED * (level > 0 and needs == newest[0]) | RISES * (level == 0)
        one = Sent(
            layer=number,
            index=0,
            timestamp=(start + frame * STEP) & 0xFFFF_FFFF,
            moment=frame * STEP + number * 200,
            frame=frame,
            key=key,
            flags=flags,
            temporal=level,
            picture=(picture + frame) % (1 << bits),
            base=base & 0xFF,
            needs=needs,
        )
        for piece in range(dice.randint(1, 4)):
            first = (FIRST | KEY * key) * (piece == 0)
            sent.append(replace(one, index=index, flags=flags | first, moment=one.moment + piece))
            index += 1
    return sent


def arriving(
    sent: Sequence[Sent], dice: random.Random, loss: float, late: float
) -> Iterator[tuple[Sent, bool]]:
    """Packets as they arrive, each once, and whether each is the newest of its layer."""
    kept = [one for one in sent if dice.random() >= loss]
    delayed = {one: dice.randrange(STEP * 6) if dice.random() < late else 0 for one in kept}
    highest: dict[int, int] = {}
    for one in sorted(kept, key=lambda one: one.moment + delayed[one]):
        newest = one.index > highest.get(one.layer, -1)
        highest[one.layer] = max(one.index, highest.get(one.layer, -1))
        yield one, newest
