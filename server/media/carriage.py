"""What one receiver's path carries, kept up to date by its records, and the probes of it. Pure.

Records in, target and octets of padding out. Without the pacer a probe leaves in a few steps of the
worker's rounds, never in less time than its rate asks for.
"""

from __future__ import annotations

from typing import Final

from server.media.estimate import MOST, Estimate
from server.media.path_input import PathInput
from server.media.probing import DURATION, Cluster, Probing
from server.media.reported import Watch

TRIED: Final = 2.0
"""Seconds in which probes look for what is wanted before any of it is left out."""
MORE: Final = 1.25
"""Of what was looked for before: more than this is looked for anew."""
PORTIONS: Final = 3
"""Of a probe: at its begin, in its middle, at its end, so that its rate is that of the whole."""


class Carriage:
    """The estimate of one receiver with wide feedback, and the probe that is under way."""

    def __init__(self, now: float, budget: float = MOST) -> None:
        self._estimate = Estimate(now, budget)
        self._watch = Watch(now)
        self._probing = Probing()
        self._cluster: Cluster | None = None
        self._began = now
        self._portion = 0
        self._looked_for = 0.0
        self._trying_since = now
        self._tried = False
        self._heard = False
        self.is_known = False
        """Whether feedback comes; without it nothing is known and nothing may be judged by it."""

    @property
    def target(self) -> float:
        """Bits per second to send now."""
        return self._estimate.target

    @property
    def loss(self) -> float:
        """Share lost on the way, 0 to 1."""
        return self._estimate.losses.loss

    @property
    def queue(self) -> float:
        """Seconds that the packets of the last record waited on the way at least."""
        return self._estimate.delays.queue

    @property
    def probe(self) -> int:
        """Number of the probe that is under way; 0 for none."""
        return 0 if self._cluster is None else self._cluster.number

    @property
    def tried(self) -> bool:
        """Whether what is wanted was looked for: before that a small estimate says nothing."""
        return self._tried

    def limit(self, budget: float) -> None:
        """The school's link budget, in bits per second."""
        self._estimate.limit(budget)

    def take(self, record: PathInput, wanted: float, now: float) -> None:
        """Take in one record; begin a probe where more than the estimate is wanted (bit/s)."""
        was_silent = self._estimate.silent
        self._heard = self._heard or record.packets > 0
        comes = self._watch.wide(record.packets, record.sent_octets, now)
        self.is_known = self._heard and comes
        self._estimate.step(record, now)
        if record.probed is not None:
            self._probing.answered(record.probed, now)
        if was_silent and not self._estimate.silent:
            self._probing.restart(now)
        estimate = self._estimate
        begun = self._probing.due(now, estimate.bitrate, wanted, estimate.calm)
        if begun is not None:
            self._cluster, self._began, self._portion = begun, now, 0
            estimate.probing(now)

    def look(self, wanted: float, now: float) -> None:
        """So much is wanted (bit/s): a trial begins where it is clearly more than ever before."""
        if wanted <= 0 or not self.is_known:
            return
        if wanted > MORE * self._looked_for:
            self._looked_for, self._trying_since = wanted, now
        self._tried = now - self._trying_since >= TRIED

    def more(self, now: float) -> None:
        """A picture begins: like a probe's, the queue of its first packets is no trend."""
        self._estimate.probing(now)

    def padding(self, now: float) -> int:
        """Octets of the probe that leave now; each is asked for once."""
        if self._cluster is None:
            return 0
        step = DURATION / (PORTIONS - 1)
        if now < self._began + self._portion * step:
            return 0
        octets = -(-self._cluster.octets // PORTIONS)
        self._portion += 1
        return octets

    def sent(self) -> None:
        """What `padding` asked for has gone; after the last portion no probe is under way."""
        if self._portion >= PORTIONS:
            self._cluster = None
