"""Signing in as a browser does it, for tests: real passwords, hashed cheaply."""

from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import replace

from server.access.hashing import PARAMETERS, Hashing

QUICK = replace(PARAMETERS, time_cost=1, memory_cost=8 * 4)


@contextmanager
def quick_hashing() -> Iterator[Hashing]:
    """Argon2id that costs next to nothing."""
    made = Hashing(QUICK)
    try:
        yield made
    finally:
        made.close()
