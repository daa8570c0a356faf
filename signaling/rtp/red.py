"""Redundant sound (RFC 2198): each packet carries the ones before it again. Pure.

Built by the server for a lossy way down from the Opus packets it has, and taken off for receivers
that did not agree on it.
"""

from collections.abc import Sequence
from typing import Final, NamedTuple

from signaling.rtp.sequence import difference

MOST: Final = 2
"""Packets that one may repeat: Opus at 20 ms then survives two losses in a row."""
OFFSET_MOST: Final = 0x3FFF
"""RTP ticks that a repeated packet may be older: 341 ms at 48 kHz."""
LENGTH_MOST: Final = 0x3FF
"""Octets that a repeated packet may have."""
SIZE_MOST: Final = 1100
"""Octets of a payload with its repetitions, so that none is split on the way."""


class Block(NamedTuple):
    """One packet's sound in a redundant payload."""

    payload_type: int
    """Its own."""
    timestamp: int
    """32 bits."""
    data: bytes
    """Its payload; may be empty."""


def redundant(
    payload_type: int, timestamp: int, data: bytes, before: Sequence[tuple[int, bytes]]
) -> bytes:
    """The redundant payload of a packet and, as far as they fit, of those `before` it.

    Those are timestamps and payloads, oldest first. None is older than `OFFSET_MOST`, longer than
    `LENGTH_MOST` or empty, and the oldest are left out of what would be longer than `SIZE_MOST`.
    """
    aged = [(difference(timestamp, each), old) for each, old in before]
    fits = [(age, old) for age, old in aged if _fits(age, old)]
    while fits and len(data) + 1 + sum(4 + len(old) for _, old in fits) > SIZE_MOST:
        fits.pop(0)
    return built(payload_type, data, fits)


def _fits(age: int, old: bytes) -> bool:
    return 0 < age <= OFFSET_MOST and 0 < len(old) <= LENGTH_MOST


def built(payload_type: int, data: bytes, older: Sequence[tuple[int, bytes]]) -> bytes:
    """A redundant payload of the packet itself and older ones by age in ticks, oldest first."""
    heads = b"".join(
        (1 << 31 | payload_type << 24 | age << 10 | len(old)).to_bytes(4, "big")
        for age, old in older
    )
    return b"".join([heads, bytes([payload_type]), *(old for _, old in older), data])


def blocks(payload: bytes, timestamp: int) -> list[Block] | None:
    """What a redundant payload with this timestamp carries, its own packet last; none if broken."""
    at, heads = 0, []
    while at < len(payload) and payload[at] & 0x80:
        head = int.from_bytes(payload[at : at + 4], "big")
        heads.append((head >> 24 & 0x7F, timestamp - (head >> 10 & OFFSET_MOST), head & 0x3FF))
        at += 4
    if at >= len(payload):
        return None
    last, at = payload[at], at + 1
    found: list[Block] = []
    for payload_type, when, length in heads:
        if at + length > len(payload):
            return None
        found.append(Block(payload_type, when & 0xFFFF_FFFF, payload[at : at + length]))
        at += length
    return [*found, Block(last, timestamp, payload[at:])]


def stripped(payload: bytes, timestamp: int) -> Block | None:
    """The packet itself without its repetitions; none if broken."""
    found = blocks(payload, timestamp)
    return None if found is None else found[-1]
