"""Pacers of either kind, packets for them, and what leaves."""

from collections.abc import Callable

from server.media.pacer import Pacer, Waiting
from server.media.subscription import Subscription
from server.media.twin.pacer import TwinPacer
from server.media.twin.receiver import TwinSubscription
from signaling.events import Codec
from tests.support.plane import down_section, ground

TARGET = 800_000.0
ROWS = (1, 2, 3)
Make = Callable[[float, float], Pacer]


def twin(now: float, target: float) -> Pacer:
    """A compiled one for three rows."""
    rows: dict[int, Subscription] = {}
    with ground("compiled") as floor:
        near = floor.near(floor.peer("down"))
        for ssrc in ROWS:
            section = down_section("0", (Codec.VP8,), (ssrc, 100 + ssrc))
            rows[ssrc] = TwinSubscription(near, section, 0, 0)
    return TwinPacer(now, target, rows)


def packet(number: int, row: int = 1, size: int = 1000, *, key: bool = False) -> Waiting:
    """A packet of a row, the newest of its sequence."""
    return Waiting(row, -1, number, 9, number, 7, 5, 3, size, key=key, newest=True)


def packets(count: int, row: int = 1, first: int = 0, *, key: bool = False) -> list[Waiting]:
    return [packet(first + place, row, key=key) for place in range(count)]


def due(pacer: Pacer, now: float) -> list[Waiting]:
    """What leaves now, charged."""
    left = []
    while (found := pacer.due(now)) is not None:
        pacer.charge(found.size, now)
        left.append(found)
    return left


def offered(pacer: Pacer, some: list[Waiting], now: float) -> list[int]:
    """The numbers of those that leave at once."""
    left = []
    for each in some:
        if not pacer.waits(each, now):
            pacer.charge(each.size, now)
            left.append(each.number)
    return left
