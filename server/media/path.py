"""One receiver's path: what went to it, and what its transport-wide feedback said of it. Pure.

The pump numbers and notes, feedback is folded as it comes, and the control half takes one record
each `PERIOD`. The reference for the compiled pump's own (`twin.path`).
"""

from __future__ import annotations

from collections.abc import Mapping
from math import inf
from typing import TYPE_CHECKING, Final

from server.media.every import Every
from server.media.pacer import Pacer
from signaling.agreement import Section
from signaling.congestion.departures import Departures
from signaling.congestion.path_input import PERIOD, Fold, PathInput
from signaling.congestion.wide_feedback import WideFeedback
from signaling.rtp.extensions import TRANSPORT_CC

if TYPE_CHECKING:
    from server.media.subscription import Subscription

REST: Final = 0.5
"""Seconds for which a record can wait at most while nothing is worth a word."""


class Path:
    """A receiver that agreed on `transport-cc`; bounded by `departures.HISTORY`."""

    probe = 0
    """Number of the probe that what is sent now belongs to; 0 for none."""
    pacer: Pacer | None = None
    """What pictures wait in before they leave; none: they leave at once."""

    def __init__(self) -> None:
        self._due = Every(PERIOD)
        self._rested = self._taken = -inf
        self._open()

    def _open(self) -> None:
        """Have room for what is sent and heard."""
        self._departures = Departures()
        self._fold = Fold()

    @property
    def next(self) -> int:
        """The transport-wide number that the next packet bears, 16 bits."""
        return self._departures.next

    @property
    def octets(self) -> int:
        """Sent since the start."""
        return self._departures.octets

    def sent(self, at: float, size: int, cluster: int = 0) -> None:
        """Note that it went out: when, octets of the datagram, and the probe it belongs to."""
        self._departures.sent(at, size, cluster or self.probe)
        if self.pacer is not None:
            self.pacer.charge(size, at)

    def new_pacer(self, now: float, target: float, rows: Mapping[int, Subscription]) -> Pacer:
        """One that this path's pump can read, for a receiver with these rows by SSRC."""
        return Pacer(now, target)

    def heard(self, feedback: WideFeedback, now: float) -> None:
        """Take in one message of the receiver."""
        self._fold.add(self._departures.learned(feedback), now)

    def gone(self, number: int, now: float) -> None:
        """Note that the packet of this number is sent again as it was."""
        self._fold.add(self._departures.gone(number), now)

    def hide(self, number: int) -> None:
        """Learn nothing of the packet of this number: it goes out more than once."""
        self._departures.gone(number)

    @property
    def due_at(self) -> float:
        """When there is a record to be taken."""
        return self._due.at

    def take(self, now: float) -> PathInput | None:
        """The record since the last one, for the estimate.

        None before `PERIOD` has passed, nor in a calm one of a path that rests.
        """
        if not self._due.due(now) or (now < self._rested and self._is_calm()):
            return None
        seconds = min(now - self._taken, REST + PERIOD) if self._taken > -inf else PERIOD
        self._rested, self._taken = -inf, now
        return self._record(seconds)

    def rest(self, late: float, now: float) -> None:
        """Let calm periods be one record of up to `REST`.

        Calm is one in which packets came, nothing was lost and no delay reached `late` (seconds).
        """
        self._rested = now + REST - PERIOD / 2
        self._set_late(late)

    def rouse(self) -> None:
        """Rest no more."""
        self._rested = -inf

    def _set_late(self, late: float) -> None:
        self._fold.late = late

    def _is_calm(self) -> bool:
        return self._fold.is_calm()

    def _record(self, seconds: float) -> PathInput:
        return self._fold.take(self._departures.octets, seconds)


def is_numbered(section: Section) -> bool:
    """Whether a receiver's packets bear transport-wide numbers that it tells the arrival of."""
    down = section.active and section.source is None
    return down and TRANSPORT_CC in section.extensions and "transport-cc" in section.feedback
