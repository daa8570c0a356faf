"""Random names of things; a shell: it reads the clock and the system's random bytes."""

import os
import time

_RANDOM_BITS = 74


def uuid7() -> str:
    """A new UUID, version 7 (RFC 9562, 5.7): sorts by the millisecond it was made in."""
    milliseconds = time.time_ns() // 1_000_000
    chance = int.from_bytes(os.urandom(10)) & ((1 << _RANDOM_BITS) - 1)
    high, low = chance >> 62, chance & ((1 << 62) - 1)
    bits = (milliseconds << 80) | (0x7 << 76) | (high << 64) | (0b10 << 62) | low
    text = f"{bits:032x}"
    return "-".join((text[:8], text[8:12], text[12:16], text[16:20], text[20:]))
