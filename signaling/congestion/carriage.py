"""What one receiver's path carries, kept up to date by its records, and the probes of it. Pure.

Records in, target, pace and octets of padding out. A probe leaves in a few steps of its sender's
rounds, never in less time than its rate asks for.
"""

from __future__ import annotations

from math import inf
from typing import Final

from signaling.congestion.estimate import MOST, Change, Estimate
from signaling.congestion.path_input import PERIOD, PathInput
from signaling.congestion.probing import DURATION, FOUND, NEED, Cluster, Probing, tells
from signaling.congestion.watch import Watch

TRIED: Final = 2.0
"""Seconds in which probes look for what is wanted before any of it is left out."""
MORE: Final = 1.25
"""Of what was looked for before: more than this is looked for anew."""
PORTIONS: Final = 3
"""Of a probe: at its begin, in its middle, at its end, so that its rate is that of the whole."""
AMPLE: Final = 3.0
"""Of what is sent: a target above this needs no pacing, whatever is known of the path."""
NARROW: Final = 60.0
"""Seconds for which a path counts as narrow after it was seen to be."""
BURST: Final = 1.0
"""Seconds in which the queue of a burst that is spread is its own, and no trend."""
MUCH_WAITS: Final = 0.15
"""Seconds of the target from which on what waits is a burst, and not a frame like others."""
SENT: Final = 0.1
"""Weight of the newest period in what is sent."""


class Carriage:
    """The estimate of one receiver with wide feedback, and the probe that is under way."""

    def __init__(self, now: float, budget: float = MOST) -> None:
        self._estimate = Estimate(now, budget)
        self._watch = Watch(now)
        self._probing = Probing()
        self._cluster: Cluster | None = None
        self._began = now
        self._portion = self._sent_before = 0
        self._looked_for = 0.0
        self._trying_since = now
        self._tried = False
        self._heard = False
        self._budget = budget
        self._sent = 0.0
        self._burst_since = inf
        self._narrow_until = -inf
        self.is_known = False
        """Whether feedback comes; without it nothing is known and nothing may be judged by it."""

    @property
    def target(self) -> float:
        """Bits per second to send now."""
        return self._estimate.target

    @property
    def bitrate(self) -> float:
        """Bits per second that the path is believed to carry; more than `target` while it drains.

        For encoders, which are not to begin anew for a queue that will soon be gone.
        """
        return self._estimate.bitrate

    @property
    def loss(self) -> float:
        """Share lost on the way, 0 to 1."""
        return self._estimate.losses.loss

    @property
    def own_loss(self) -> float:
        """Share that the path loses however little is sent, 0 to 1; 0 while nothing is known."""
        return self._estimate.losses.own if self.is_known else 0.0

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
        self._budget = budget
        self._estimate.limit(budget)

    def take(self, record: PathInput, wanted: float, now: float, waiting: int = 0) -> None:
        """Take in one record; begin a probe where more than the estimate is wanted (bit/s).

        `waiting`: octets of pictures that are spread just now.
        """
        was_silent = self._estimate.silent
        self._heard = self._heard or record.packets > 0
        comes = self._watch.wide(record.packets, record.sent_octets, now)
        self.is_known = self._heard and comes
        is_burst = 8 * waiting > MUCH_WAITS * self.target
        self._burst_since = min(self._burst_since, now) if is_burst else inf
        if is_burst and now < self._burst_since + BURST:
            self.more(now)
        self._estimate.step(record, now)
        self._look_for_its_end(record, now)
        if record.probed is not None:
            self._probing.answered(record.probed, now)
        if was_silent and not self._estimate.silent:
            self._probing.restart(now)
        estimate = self._estimate
        begun = self._probing.due(now, estimate.bitrate, wanted, estimate.calm)
        if begun is not None:
            self._cluster, self._began, self._portion = begun, now, 0
            estimate.probing(now)

    def late(self, wanted: float, now: float) -> float | None:
        """Delay of a packet that has to be told at once; none if every record is waited for.

        One is while the path is narrow, is probed, or does not carry all that is wanted (bit/s).
        """
        enough = self._estimate.bitrate >= NEED * wanted
        calm = self.is_known and self._estimate.calm and self._cluster is None
        return self._estimate.delays.late if enough and calm and now >= self._narrow_until else None

    def _look_for_its_end(self, record: PathInput, now: float) -> None:
        """A probe came slower than it was sent, or the estimate was lowered: the path is narrow."""
        weight = 1 - (1 - SENT) ** (record.seconds / PERIOD)
        self._sent += weight * (8 * record.sent_octets / record.seconds - self._sent)
        probed = record.probed
        slow = (
            probed is not None and tells(probed) and probed.arrived_rate < FOUND * probed.sent_rate
        )
        if slow or self._estimate.change in (Change.DELAY, Change.LOSS):
            self._narrow_until = now + NARROW

    def pace(self, now: float) -> float | None:
        """The target by which pictures are spread; none where the path is not known to be narrow.

        The target alone does not tell: on the widest path it is half more than what is sent.
        """
        ample = AMPLE * self._sent
        narrow = now < self._narrow_until or self._budget < ample
        return self.target if self.is_known and narrow and self.target < ample else None

    def moved(self, now: float) -> None:
        """The receiver has another address: what was found of its path is of another one."""
        self._probing.restart(now)
        self._narrow_until = now

    def look(self, wanted: float, now: float, *, lacks: bool = False) -> None:
        """So much is wanted (bit/s): a trial begins where it is clearly more than ever before.

        What was estimated after a trial counts as looked for too. None begins if something `lacks`
        already: then probes look for more, and what is left out costing more than before says
        nothing of the path.
        """
        if wanted <= 0 or not self.is_known:
            return
        if self._tried:
            self._looked_for = max(self._looked_for, self.target)
        if wanted > MORE * self._looked_for:
            self._looked_for = wanted
            self._trying_since = self._trying_since if lacks else now
        self._tried = now - self._trying_since >= TRIED

    def more(self, now: float) -> None:
        """A picture or a burst begins: like a probe's, the queue of its packets is no trend."""
        self._estimate.probing(now)

    def padding(self, now: float, sent: int) -> int:
        """Octets of padding that leave now: what of the probe is not media; each is asked for once.

        `sent`: octets that have gone on this path since its start, of whatever kind.
        """
        if self._cluster is None:
            return 0
        step = DURATION / (PORTIONS - 1)
        if now < self._began + self._portion * step:
            return 0
        if self._portion == 0:
            self._sent_before = sent
        self._portion += 1
        wanted = -(-self._cluster.octets * self._portion // PORTIONS)
        return max(0, wanted - (sent - self._sent_before))

    def sent(self) -> None:
        """What `padding` asked for has gone; after the last portion no probe is under way."""
        if self._portion >= PORTIONS:
            self._cluster = None
