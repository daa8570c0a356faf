"""Inputs that could be too much for a parser; kept as files, one folder a language."""

import random
from pathlib import Path

FOLDER = Path(__file__).parents[1] / "vectors" / "hostile"


def names(language: str) -> list[str]:
    """What is kept for `sdp`, `rtp`, `rtcp`, `stun`, `dtls` or `json`."""
    return sorted(path.name for path in (FOLDER / language).iterdir())


def case(language: str, name: str) -> bytes:
    """One of them."""
    return (FOLDER / language / name).read_bytes()


def cases(language: str) -> list[bytes]:
    """All of them."""
    return [case(language, name) for name in names(language)]


def spoilt(data: bytes, dice: random.Random) -> bytes:
    """A packet with some of its octets changed, cut or repeated."""
    octets = bytearray(data)
    for _ in range(dice.randrange(1, 5)):
        at = dice.randrange(len(octets) or 1)
        match dice.randrange(4):
            case 0:
                octets[at : at + 1] = bytes([dice.randrange(256)])
            case 1:
                del octets[at:]
            case 2:
                octets[at:at] = octets[at : at + dice.randrange(40)]
            case _:
                octets[at : at + 2] = b"\xff\xff"
    return bytes(octets[:2000])
