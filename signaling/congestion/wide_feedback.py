"""Transport-wide feedback as a receiver sends it: which of our packets came, and when.

draft-holmer-rmcat-transport-wide-cc-extensions-01, 3.1. The reference for a compiled parser. Pure.
"""

import struct
from collections.abc import Iterator
from typing import Final, NamedTuple

TICK: Final = 0.000_25
"""Seconds of one unit of arrival time."""
STATUS_LIMIT: Final = 4096
"""Packets that one datagram tells about at most: more are under way on no path of ours."""

_HEAD: Final = struct.Struct("!BBHIIHHI")
_REFERENCE: Final = 256
_LOST, _SMALL, _LARGE = 0, 1, 2


class WideFeedback(NamedTuple):
    """One message."""

    first: int
    """Transport-wide number of the first packet told about, 16 bits."""
    ticks: list[int | None]
    """For it and those after it: arrival in `TICK`s modulo 2**32, none for what did not come."""


def read_wide(datagram: bytes) -> list[WideFeedback]:
    """The transport-wide messages of a decrypted RTCP datagram, in order; other RTCP is passed by.

    What follows a message that is cut short, uses the reserved symbol or goes beyond
    `STATUS_LIMIT` is not read, so that no datagram takes longer than an honest one.
    """
    found: list[WideFeedback] = []
    room = STATUS_LIMIT
    for start, end in packets(datagram):
        if datagram[start] & 0x1F != 15 or datagram[start + 1] != 205:
            continue
        message = _message(datagram, start, end, room)
        if message is None:
            break
        room -= len(message.ticks)
        found.append(message)
    return found


def packets(datagram: bytes) -> Iterator[tuple[int, int]]:
    """Where the packets of a compound begin and end (RFC 3550, 6.1)."""
    at = 0
    while at + 4 <= len(datagram) and datagram[at] >> 6 == 2:
        end = at + 4 + 4 * int.from_bytes(datagram[at + 2 : at + 4], "big")
        if end > len(datagram):
            return
        yield at, end
        at = end


def _message(datagram: bytes, start: int, end: int, room: int) -> WideFeedback | None:
    if end - start < _HEAD.size + 2:
        return None
    *_, first, count, tail = _HEAD.unpack_from(datagram, start)
    if not 0 < count <= room:
        return None
    symbols: list[int] = []
    at = start + _HEAD.size
    while len(symbols) < count:
        if at + 2 > end:
            return None
        symbols += _expanded(datagram[at] << 8 | datagram[at + 1])
        at += 2
    del symbols[count:]
    ticks = _arrivals(symbols, datagram[at:end], (tail >> 8) * _REFERENCE)
    return None if ticks is None else WideFeedback(first, ticks)


def _expanded(chunk: int) -> list[int]:
    """The symbols of one chunk: a run, fourteen of one bit or seven of two (3.1.3, 3.1.4)."""
    if not chunk & 0x8000:
        return [chunk >> 13] * (chunk & 0x1FFF)
    if not chunk & 0x4000:
        return [chunk >> shift & 1 for shift in range(13, -1, -1)]
    return [chunk >> shift & 3 for shift in range(12, -1, -2)]


def _arrivals(symbols: list[int], deltas: bytes, reference: int) -> list[int | None] | None:
    """The arrival each symbol stands for; none at all if a delta is missing or undefined."""
    ticks: list[int | None] = []
    now, at = reference, 0
    for symbol in symbols:
        if symbol == _LOST:
            ticks.append(None)
            continue
        if symbol > _LARGE or at + symbol > len(deltas):
            return None
        if symbol == _SMALL:
            now += deltas[at]
        else:
            now += (deltas[at] << 8 | deltas[at + 1]) - (deltas[at] >> 7 << 16)
        at += symbol
        ticks.append(now & 0xFFFF_FFFF)
    return ticks
