"""Throws hostile datagrams at the compiled pump, with keys and without, until the time is up.

`python -m tests.support.fuzz_pump LIBRARY SECONDS SEED`, in a process that has the sanitizers'
library loaded: the first fault ends it. Prints how many datagrams it took.
"""

import contextlib
import random
import sys
import time
from pathlib import Path
from typing import Any

from pylibsrtp import Error

from server.media.twin import library
from tests.support.hostile import cases, spoilt
from tests.support.plane import ground
from tests.support.play import PICTURES, SSRCS, Play, begin, step

KEPT = [*cases("rtp"), *cases("rtcp"), *cases("stun"), *cases("dtls")]


def happening(dice: random.Random) -> tuple[Any, ...]:
    """Something that may happen to a lesson."""
    source, picture = dice.choice(sorted(SSRCS)), dice.choice(PICTURES)
    return dice.choice(
        [
            ("send", source, dice.randint(1, 4), dice.random() < 0.5),
            ("skip", source, dice.choice([1, 2, 20, 600, 4000, 30_000])),
            ("hold", source),
            ("release", dice.randint(1, 3)),
            ("switch", dice.randint(0, 1), picture),
            ("repair", picture, dice.randint(0, 40), dice.random() < 0.5),
            ("gate", source, dice.random() < 0.7),
            ("bind", dice.randint(0, 1), dice.choice([*sorted(SSRCS), None])),
            ("nack", dice.randint(0, 1), dice.randint(0, 60)),
            ("anew", source),
            ("again", source),
            ("forget", source),
        ]
    )


def throw(play: Play, dice: random.Random) -> None:
    """One datagram that nobody would send: of somebody with keys, or of a stranger."""
    far = dice.choice([*play.ups.values(), *play.downs])
    plain = bytearray(spoilt(dice.choice(KEPT), dice))
    if dice.random() < 0.5:  # an SSRC that is known, so that it gets further
        plain[8:12] = dice.choice(list(SSRCS.values()))[0].to_bytes(4, "big")
    if dice.random() < 0.2:
        far.throw(bytes(plain)[:2000])
        return
    with contextlib.suppress(Error):  # libsrtp refuses to encrypt the worst
        far.send(bytes(plain)[:1300])


def lesson(dice: random.Random, until: float) -> int:
    """One plane's life, of at most 400 turns; how many datagrams were thrown."""
    thrown = 0
    with ground("compiled") as floor:
        play = begin(floor)
        for _ in range(400):
            if time.monotonic() > until:
                break
            for _ in range(dice.randint(0, 20)):
                throw(play, dice)
                thrown += 1
            step(play, *happening(dice))
            floor.wait(0.02)
            floor.tapped()
    return thrown


def main() -> None:
    """Fuzz the library of the command line."""
    library.LIBRARY = Path(sys.argv[1])
    until, seed, thrown = time.monotonic() + float(sys.argv[2]), int(sys.argv[3]), 0
    while time.monotonic() < until:
        thrown += lesson(random.Random(seed), until)
        seed += 1
    sys.stdout.write(f"{thrown}\n")


if __name__ == "__main__":
    main()
