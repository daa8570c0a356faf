"""Whether one receiver's pictures go out twice, by what its path loses of its own. Pure.

A lost packet that is asked for comes a round trip later, if neither request nor answer is lost too:
at 20 % each way one of three is, and each frame behind it waits. A retransmission that follows at
once, unasked, leaves 4 % to be asked for. It costs as much again, so only loss that stays however
little is sent counts (`loss_trend`): on a full line it would be oil in the fire.
"""

from __future__ import annotations

from dataclasses import replace
from typing import Final

from server.media.allocation import RISE, Demand, Plan, allocate

MORE, LESS = 0.08, 0.04
"""Own loss of the path from which all goes out twice, and below which it does no more."""
REST: Final = 5.0
"""Seconds from leaving it for want of room to beginning again."""


class Doubling:
    """Of one receiver; asked with each plan."""

    def __init__(self) -> None:
        self.on = False
        """Whether its pictures go out twice."""
        self._is_lossy = False
        self._ended = float("-inf")

    def allocate(self, demand: Demand, before: Plan | None, own: float, now: float) -> Plan:
        """The plan, by `allocation.allocate`; at twice the cost while pictures go out twice.

        They do where the sounds and the least quality of all that is shown fit so: a small picture
        that moves is better than a large one that stands, but not than two. As much is looked for
        where it does not fit yet.

        Args:
            demand: as it would be without.
            before: the plan in force.
            own: share that the path loses by itself, 0 to 1.
            now: seconds.
        """
        self._is_lossy = own >= (LESS if self._is_lossy else MORE)
        if not self.on and not self._is_lossy:
            return allocate(demand, before, now)
        twice = _doubled(demand)
        self._judge(demand.repeated + _least(twice), demand.room, now)
        plan = allocate(twice if self.on else demand, before, now)
        if self.on or not self._is_lossy:
            return plan
        return replace(plan, wanted=2 * plan.wanted - demand.repeated)

    def _judge(self, needed: float, room: float, now: float) -> None:
        if self.on and needed > room:
            self._ended = now
        rested = now - self._ended >= REST
        self.on = self._is_lossy and rested and needed * (1.0 if self.on else RISE) <= room


def _least(demand: Demand) -> float:
    """Bits per second of the least quality of each picture that is shown."""
    return sum(each.qualities[0].bitrate for each in demand.pictures if each.useful())


def _doubled(demand: Demand) -> Demand:
    """The same with every picture at twice its cost."""
    pictures = (
        replace(
            picture,
            qualities=tuple(each._replace(bitrate=2 * each.bitrate) for each in picture.qualities),
        )
        for picture in demand.pictures
    )
    return replace(demand, pictures=tuple(pictures))
