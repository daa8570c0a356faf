"""Spoiling SDP in the ways that parsers trip over."""

import random
import re

from tests.support.offers import offer

LINES = [line for name in ("chromium_up", "firefox_down") for line in offer(name).splitlines()]


def mutate(lines: list[str], dice: random.Random) -> None:
    """One change of the kinds that parsers trip over."""
    at = dice.randrange(len(lines))
    words = re.split(r"([ :/=;])", lines[at])
    match dice.randrange(6):
        case 0:
            del lines[at]
        case 1:
            lines.insert(at, dice.choice(LINES))
        case 2:
            lines[at] = lines[at][: dice.randrange(len(lines[at]) + 1)]
        case 3:
            odd = ["-1", "999999999999", "²", "", "\0", "a", "0x1f", "65536", "*", "9" * 5000]
            words[dice.randrange(len(words))] = dice.choice(odd)
            lines[at] = "".join(words)
        case 4:
            lines[at] = lines[at] * 2
        case _:
            lines[at], lines[0] = lines[0], lines[at]
    if not lines:
        lines.append("")
