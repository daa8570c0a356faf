"""Records of a path, made by hand."""

from dataclasses import replace

from signaling.congestion.path_input import Line, PathInput, Probed

NOTHING = PathInput(
    sent_octets=0,
    packets=0,
    octets=0,
    lost=0,
    arrived=0.0,
    least_delay=None,
    line=Line(),
    round_trip=None,
    probed=None,
)
"""One in which nothing was sent and nothing came."""


def delays(place: int, some: list[float]) -> PathInput:
    """The record of one 100 ms: a packet each 10 ms with these delays."""
    line = Line()
    for step, delay in enumerate(some):
        line = line.through(place / 10 + step / 100, delay)
    return replace(
        NOTHING,
        packets=len(some),
        octets=1000 * len(some),
        sent_octets=1000 * len(some),
        least_delay=min(some, default=None),
        arrived=place / 10 + 0.09,
        line=line,
        round_trip=0.1 if some else None,
    )


def steady(place: int, rate: float, loss: float = 0.0, probed: Probed | None = None) -> PathInput:
    """A record of an even path on which this rate arrives."""
    packets = 10
    lost = round(packets * loss / (1 - loss))
    octets = int(rate / 80)
    record = delays(place, [5.0] * packets)
    sent = int(octets / (1 - loss))
    return replace(record, octets=octets, sent_octets=sent, lost=lost, probed=probed)
