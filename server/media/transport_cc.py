"""Transport-wide feedback: which packets came when, so that the sender estimates its path.

draft-holmer-rmcat-transport-wide-cc-extensions-01. Pure; one `TransportFeedback` per peer.
"""

import struct
from collections.abc import Iterator
from itertools import groupby

from aiortc import rtp

from signaling.rtp.sequence import extend

FORMAT = 15
"""The FMT of this RTP feedback message."""
STATUS_LIMIT = 500
"""Packets that one message covers at most; a larger span becomes several messages."""
MEMORY = 2048
"""Arrivals that are remembered, so that a late packet's message tells its neighbours truly."""

_TICK = 0.000_25
_REFERENCE = 0.064
_LOST, _SMALL, _LARGE = 0, 1, 2


class TransportFeedback:
    """The arrivals of one peer by their transport-wide numbers, and the messages about them.

    Bounded: the newest `MEMORY` numbers are told of; what is older is left out, and a jump over
    more than `MEMORY` numbers begins anew behind it.
    """

    def __init__(self) -> None:
        self._arrivals: dict[int, float] = {}
        self._highest: int | None = None
        self._next = 0
        self._count = 0

    def arrived(self, sequence: int, arrival: float) -> None:
        """A packet with this 16-bit number came at `arrival` seconds; duplicates change nothing."""
        if self._highest is None:
            self._highest = sequence + 0x10000
            self._next = self._highest
        number = self._highest + 1
        if sequence == number & 0xFFFF:  # as nearly always
            self._arrivals[number], self._highest = arrival, number
            return
        number = extend(sequence, self._highest)
        if number <= self._highest - MEMORY or number in self._arrivals:
            return
        if number > self._highest + MEMORY:
            self._next = number
        self._arrivals[number] = arrival
        self._highest = max(self._highest, number)
        self._next = min(self._next, number)

    def messages(self, sender: int, media: int) -> list[bytes]:
        """RTCP for all that came since the last call; empty when nothing did."""
        if self._highest is None or self._next > self._highest:
            return []
        self._next = max(self._next, self._highest - MEMORY + 1)
        spans = self._whole() or list(self._spans(self._next, self._highest))
        self._next = self._highest + 1
        self._forget()
        return [self._message(sender, media, span) for span in spans]

    def _forget(self) -> None:
        if len(self._arrivals) < 2 * MEMORY:
            return  # looking through all of them at each message would cost more than it frees
        oldest = self._next - MEMORY
        for number in [number for number in self._arrivals if number < oldest]:
            del self._arrivals[number]

    def _whole(self) -> list[list[tuple[int, float | None]]]:
        """The one run of all that came, as nearly always; none where it takes more than one."""
        assert self._highest is not None
        numbers = range(self._next, self._highest + 1)
        came = [self._arrivals.get(number) for number in numbers]
        known = [arrival for arrival in came if arrival is not None]
        if len(known) < len(came) or not _fits(max(known) - min(known), len(came) - 1):
            return []
        return [list(zip(numbers, came, strict=True))]

    def _spans(self, first: int, last: int) -> Iterator[list[tuple[int, float | None]]]:
        """Runs of (number, arrival) that fit one message; each begins with one that came."""
        span: list[tuple[int, float | None]] = []
        before = 0.0
        for number in range(first, last + 1):
            arrival = self._arrivals.get(number)
            if arrival is not None and span and not _fits(arrival - before, len(span)):
                yield span
                span = []
            if arrival is not None:
                before = arrival
            if span or arrival is not None:
                span.append((number, arrival))
        yield span

    def _message(self, sender: int, media: int, span: list[tuple[int, float | None]]) -> bytes:
        first = next(arrival for _, arrival in span if arrival is not None)
        reference = int(first / _REFERENCE)
        symbols, deltas = _encoded(span, reference)
        head = struct.pack(
            "!IIHHI",
            sender,
            media,
            span[0][0] & 0xFFFF,
            len(span),
            (reference & 0xFFFFFF) << 8 | self._count & 0xFF,
        )
        self._count += 1
        body = head + b"".join(_chunks(symbols)) + deltas
        return rtp.pack_rtcp_packet(rtp.RTCP_RTPFB, FORMAT, body + bytes(-len(body) % 4))


def _fits(step: float, length: int) -> bool:
    return abs(step) < 8.0 and length < STATUS_LIMIT


def _encoded(span: list[tuple[int, float | None]], reference: int) -> tuple[list[int], bytes]:
    """A symbol for each packet, and the deltas of those that came, in 250 µs ticks."""
    symbols, deltas = [], bytearray()
    ticks = round(reference * _REFERENCE / _TICK)
    for _, arrival in span:
        if arrival is None:
            symbols.append(_LOST)
            continue
        delta = int(arrival / _TICK) - ticks
        ticks += delta
        if 0 <= delta <= 255:
            symbols.append(_SMALL)
            deltas.append(delta)
        else:
            symbols.append(_LARGE)
            deltas += struct.pack("!h", delta)
    return symbols, bytes(deltas)


def _chunks(symbols: list[int]) -> Iterator[bytes]:
    """Run lengths for seven and more of one symbol, else vectors of seven (3.1.1 to 3.1.4)."""
    at = 0
    while at < len(symbols):
        run = _run(symbols, at)
        if run >= 7:
            yield struct.pack("!H", symbols[at] << 13 | run)
            at += run
        else:
            vector = symbols[at : at + 7]
            at += 7
            bits = sum(symbol << 12 - 2 * place for place, symbol in enumerate(vector))
            yield struct.pack("!H", 0xC000 | bits)


def _run(symbols: list[int], at: int) -> int:
    """How many of the same symbol follow one another, at most 8191."""
    _, same = next(groupby(symbols[at : at + 8191]))
    return sum(1 for _ in same)
