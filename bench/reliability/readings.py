"""What the queues at both ends of the line say while a row is measured. Pure."""

from collections.abc import Sequence
from typing import NamedTuple

from bench.reliability.queues import Queue
from bench.reliability.rows import FREE_KBPS, Link
from bench.reliability.seen import percentile


class Reading(NamedTuple):
    """Both queues at one instant."""

    at: float
    down: Queue
    """Towards the weak school."""
    up: Queue
    """From it."""


def wait_p95(queues: Sequence[Queue], link: Link) -> float:
    """Seconds that the queue held in 95 of 100 readings at most."""
    bits_per_second = 1000 * (link.kbps or FREE_KBPS)
    return percentile([8 * one.waits / bits_per_second for one in queues], 0.95)


def used(queues: Sequence[Queue], link: Link, seconds: float) -> float:
    """Share of the rate that left the queue."""
    if len(queues) < 2:
        return 0.0
    octets = queues[-1].passed - queues[0].passed
    return 8 * octets / seconds / (1000 * (link.kbps or FREE_KBPS))
