"""Throws strange batches at the compiled half of the recorder until the time is up.

`python -m tests.support.fuzz_recorder LIBRARY SECONDS SEED`, in a process that has the sanitizers'
library loaded: the first fault ends it. Prints how many batches it took.
"""

import random
import sys
import time
from pathlib import Path

from recorder.twin import library
from recorder.twin.incoming import Compiled
from tests.support.hostile import spoilt
from tests.support.strange_tap import StrangeTap, done


def life(dice: random.Random, until: float) -> int:
    """One recorder's life, of at most 400 turns; how many batches were thrown."""
    strange, incoming, thrown = StrangeTap(dice), Compiled(), 0
    while thrown < 400 and time.monotonic() < until:
        what, batch, handle, now = strange.step()
        if dice.random() < 0.1:
            batch = spoilt(batch, dice)
        # Memory of the very size, so that nothing is read behind it unseen.
        done(incoming, what, bytes(batch), handle, now)
        thrown += 1
    return thrown


def main() -> None:
    """Fuzz the library of the command line."""
    library.LIBRARY = Path(sys.argv[1])
    until, seed, thrown = time.monotonic() + float(sys.argv[2]), int(sys.argv[3]), 0
    while time.monotonic() < until:
        thrown += life(random.Random(seed), until)
        seed += 1
    sys.stdout.write(f"{thrown}\n")


if __name__ == "__main__":
    main()
