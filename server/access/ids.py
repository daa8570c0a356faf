"""Random names of things; a shell: it reads the clock and the system's random bytes."""

import secrets
import time

_RANDOM_BITS = 74
_STEP_BITS = 32


class _Names:
    """The last one drawn in this process: a time in milliseconds, then chance, as one number."""

    last = 0


def uuid7() -> str:
    """A new UUID, version 7 (RFC 9562, 5.7): sorts behind every other of this process.

    Two of one millisecond are a random step apart (6.2, method 2), so that lines written one after
    the other are read in that order; a clock that is set back changes nothing of it.
    """
    milliseconds = time.time_ns() // 1_000_000
    fresh = (milliseconds << _RANDOM_BITS) | secrets.randbits(_RANDOM_BITS)
    _Names.last = max(fresh, _Names.last + 1 + secrets.randbits(_STEP_BITS))
    head, chance = _Names.last >> _RANDOM_BITS, _Names.last & ((1 << _RANDOM_BITS) - 1)
    high, low = chance >> 62, chance & ((1 << 62) - 1)
    bits = (head << 80) | (0x7 << 76) | (high << 64) | (0b10 << 62) | low
    text = f"{bits:032x}"
    return "-".join((text[:8], text[8:12], text[12:16], text[16:20], text[20:]))
