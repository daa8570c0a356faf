"""What the feedback of 100 ms says about one path, folded into one record. Pure.

This is all that the estimate gets, however many packets there were; the compiled pump makes the
same record. Delays are kept as the sums of a least-squares line, which add up over records: a
line through any number of records is the very line through their packets.
"""

from __future__ import annotations

import math
from dataclasses import dataclass
from typing import Final, NamedTuple

from signaling.congestion.departures import Fate

PERIOD: Final = 0.1
"""Seconds that one record stands for."""
GROUP: Final = 0.005
"""Packets sent within so many seconds are one group, judged by its last (GCC, 5.2)."""


class Line(NamedTuple):
    """Sums of a least-squares line through the delays of groups by arrival, from an origin."""

    groups: int = 0
    """How many groups."""
    x0: float = 0.0
    """Arrival of the origin, seconds."""
    y0: float = 0.0
    """Delay of the origin, seconds; its zero is unknown."""
    x: float = 0.0
    """Sum of arrivals from the origin."""
    y: float = 0.0
    """Sum of delays from the origin."""
    xx: float = 0.0
    """Sum of squared arrivals."""
    xy: float = 0.0
    """Sum of arrivals times delays."""
    yy: float = 0.0
    """Sum of squared delays."""

    def through(self, arrival: float, delay: float) -> Line:
        """The line with one more group."""
        if not self.groups:
            return Line(1, arrival, delay)
        x, y = arrival - self.x0, delay - self.y0
        return Line(
            self.groups + 1,
            self.x0,
            self.y0,
            self.x + x,
            self.y + y,
            self.xx + x * x,
            self.xy + x * y,
            self.yy + y * y,
        )

    def joined(self, later: Line) -> Line:
        """The line through the groups of both."""
        if not self.groups or not later.groups:
            return later if not self.groups else self
        dx, dy, n = later.x0 - self.x0, later.y0 - self.y0, later.groups
        return Line(
            self.groups + n,
            self.x0,
            self.y0,
            self.x + later.x + n * dx,
            self.y + later.y + n * dy,
            self.xx + later.xx + 2 * dx * later.x + n * dx * dx,
            self.xy + later.xy + dx * later.y + dy * later.x + n * dx * dy,
            self.yy + later.yy + 2 * dy * later.y + n * dy * dy,
        )

    def slope(self) -> float:
        """Seconds of delay gained in a second; 0 where there is no line."""
        spread = self.groups * self.xx - self.x * self.x
        if self.groups < 2 or spread <= 1e-9:
            return 0.0
        return (self.groups * self.xy - self.x * self.y) / spread

    def error(self) -> float:
        """Standard error of the slope: how much of it may be jitter."""
        n = self.groups
        spread = n * self.xx - self.x * self.x
        if n < 3 or spread <= 1e-9:
            return 0.0
        slope = (n * self.xy - self.x * self.y) / spread
        rest = (n * self.yy - self.y * self.y) - slope * slope * spread
        return math.sqrt(max(rest, 0.0) / spread / (n - 2))


@dataclass(frozen=True, kw_only=True, slots=True)
class Probed:
    """How a probe's packets came, as far as is known."""

    cluster: int
    """Its number, from 1."""
    packets: int
    """That came."""
    sent_rate: float
    """Bits per second at which those that came were sent; the last one begins nothing."""
    arrived_rate: float
    """Bits per second at which they came; the first one ends nothing."""
    seconds: float
    """From when the first of them was sent until the last was."""


@dataclass(kw_only=True, slots=True)
class PathInput:
    """One record of one path; nobody changes one, but to be frozen it would cost thrice as much."""

    sent_octets: int
    """Octets that went out in the period."""
    packets: int
    """Packets said to have come."""
    octets: int
    """Octets of these."""
    lost: int
    """Packets said to be missing, those that came late after all taken off; may be negative."""
    arrived: float
    """Newest arrival, seconds of the receiver's clock since the first; of the last if none came."""
    least_delay: float | None
    """Least way from us to the receiver, of the last period; its zero is unknown. None if nothing
    came in it."""
    line: Line
    """Delays of the groups of the last period."""
    round_trip: float | None
    """Least time from sending to the feedback about it, of the last period."""
    probed: Probed | None
    """The newest probe, in each record in which more of it was heard of."""
    seconds: float = PERIOD
    """That it stands for; of more than one period if nothing was to be told before."""


class _Cluster:
    """The packets of one probe that came."""

    def __init__(self, number: int, fate: Fate, arrived: float) -> None:
        self.number = number
        self.packets = self.octets = 0
        self.sent = [fate.sent, fate.sent]
        self.came = [arrived, arrived]
        self.first = self.last = fate.size

    def add(self, fate: Fate, arrived: float) -> None:
        self.packets += 1
        self.octets += fate.size
        if fate.sent >= self.sent[1]:
            self.sent[1], self.last = fate.sent, fate.size
        self.sent[0] = min(self.sent[0], fate.sent)
        if arrived < self.came[0]:
            self.came[0], self.first = arrived, fate.size
        self.came[1] = max(self.came[1], arrived)

    def probed(self) -> Probed:
        sent, came = self.sent[1] - self.sent[0], self.came[1] - self.came[0]
        return Probed(
            cluster=self.number,
            packets=self.packets,
            sent_rate=8 * (self.octets - self.last) / max(sent, 0.001),
            arrived_rate=8 * (self.octets - self.first) / max(came, 0.001),
            seconds=sent,
        )


class Fold:
    """Folds the fates of one receiver's packets; constant in size."""

    def __init__(self) -> None:
        self.late = -math.inf
        """Delay from which on a packet is worth a word; its zero is that of `least_delay`."""
        self._octets_before = 0
        self._arrived = 0.0
        self._cluster: _Cluster | None = None
        self._group: tuple[float, float, float] | None = None
        self._clear()

    def _clear(self) -> None:
        self._packets = self._octets = self._lost = self._packets_before = 0
        self._more_probed = self._told = False
        self._begin_period()

    def _begin_period(self) -> None:
        self._least: float | None = None
        self._line = Line()
        self._round_trip: float | None = None

    def add(self, fates: list[Fate], now: float) -> None:
        """Take in what one message told at `now`."""
        for fate in fates:
            if fate.arrived is None:
                self._lost += 1
                self._told = True
                continue
            if fate.late:
                self._lost -= 1
            self._came(fate, fate.arrived, now)

    def _came(self, fate: Fate, arrived: float, now: float) -> None:
        self._packets += 1
        self._octets += fate.size
        self._arrived = max(self._arrived, arrived)
        delay, trip = arrived - fate.sent, now - fate.sent
        self._told |= delay >= self.late
        self._least = delay if self._least is None else min(self._least, delay)
        self._round_trip = trip if self._round_trip is None else min(self._round_trip, trip)
        self._grouped(fate.sent, arrived, delay)
        if fate.cluster:
            self._probe(fate, arrived)

    def _grouped(self, sent: float, arrived: float, delay: float) -> None:
        """Groups by time of sending; one is a point of the line when the next begins."""
        if self._group is None:
            self._group = sent, arrived, delay
            return
        began, last, _ = self._group
        if sent < began:
            return  # came out of order, its group is closed
        if sent - began <= GROUP:
            self._group = (began, arrived, delay) if arrived >= last else self._group
            return
        self._line = self._line.through(*self._group[1:])
        self._group = sent, arrived, delay

    def _probe(self, fate: Fate, arrived: float) -> None:
        if self._cluster is None or self._cluster.number != fate.cluster:
            self._cluster = _Cluster(fate.cluster, fate, arrived)
        self._cluster.add(fate, arrived)
        self._more_probed = self._told = True

    def is_calm(self) -> bool:
        """Whether packets came in this period, and none is worth a word; another then begins.

        Counts add up, and of delays none is left: they would hide those that follow.
        """
        came, self._packets_before = self._packets > self._packets_before, self._packets
        if self._told or not came:
            return False
        self._begin_period()
        return True

    def take(self, octets: int, seconds: float = PERIOD) -> PathInput:
        """The record of what came since the last; `octets` is all that was ever sent."""
        cluster = self._cluster if self._more_probed else None
        record = PathInput(
            sent_octets=octets - self._octets_before,
            packets=self._packets,
            octets=self._octets,
            lost=self._lost,
            arrived=self._arrived,
            least_delay=self._least,
            line=self._line,
            round_trip=self._round_trip,
            probed=None if cluster is None else cluster.probed(),
            seconds=seconds,
        )
        self._octets_before = octets
        self._clear()
        return record
