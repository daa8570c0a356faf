"""What a pump has noted of a publisher's packets, taken as the control half takes it."""

from typing import Any, NamedTuple

from server.media.feedback import Reception
from server.media.peer import Peer

ROUND_TRIP = 0.1


class Course(NamedTuple):
    """How the packets of one publication came."""

    begins: int
    """With which a decoder could begin."""
    loudness: float | None
    """Mean level since the last look."""
    waits: bool
    """Whether something is missing or was given up."""
    overflowed: bool
    """Whether it was given up."""
    due: list[int]
    """What is asked for."""
    report: Reception | None
    """What the publisher is told."""


class Noted(NamedTuple):
    """All that was noted of one peer since the last look."""

    counted: tuple[int, int, bool]
    """Packets and octets since the start, and whether something may be missing."""
    messages: list[bytes]
    """Transport-wide feedback."""
    courses: list[Course]
    """Of its publications, the lower layers behind them."""


def noted(near: Peer, now: float) -> Noted:
    """Look at all there is; what is due counts as asked for then."""
    uplink = near.uplink
    counted = uplink.packets, uplink.octets, uplink.gaps
    uplink.gaps = False
    publications = [*near.publications.values(), *near.aside.values()]
    inflows: list[Any] = [each.inflow for each in publications]
    return Noted(
        counted,
        uplink.messages(1, 2),
        [
            Course(
                each.begins,
                each.loudness(),
                each.losses.waits,
                each.losses.overflowed(),
                each.losses.due(now, ROUND_TRIP),
                each.arrivals.report(now),
            )
            for each in inflows
        ],
    )
