"""A server's sending side and a receiver over a simulated path, in simulated time. Pure.

Everything is the real part but the link and the source of the media: pacer, history, feedback as
bytes, its parser, the fold, the estimate and the probes.
"""

import random
from bisect import insort
from collections import deque
from collections.abc import Callable

from server.media.departures import Departures
from server.media.estimate import Estimate
from server.media.pacer import Pacer, Packet
from server.media.path_input import PERIOD, Fold, PathInput
from server.media.probing import Probing
from server.media.transport_cc import TransportFeedback
from server.media.wide_feedback import read_wide
from tests.support.bottleneck import Bottleneck

TICK = 0.005
SOUND = 100, 0.02
"""Octets of a sound's packet, and seconds from one to the next."""
FRAME = 1 / 30

Source = Callable[[float], float]
"""From the target in bits per second to what the pictures take of it."""


def elastic(most: float) -> Source:
    """Pictures that take all there is."""
    return lambda target: min(max(target - 60_000, 0.0), most)


def layered(*rates: float) -> Source:
    """Pictures in layers, of which the largest that fits is sent."""
    return lambda target: max((rate for rate in rates if rate + 60_000 <= target), default=0.0)


class Streaming:
    """One receiver, from time 0 on."""

    def __init__(
        self,
        link: Bottleneck,
        source: Source,
        wanted: float,
        back_loss: float = 0.0,
        key_every: float = 10.0,
    ) -> None:
        self.link = link
        self.now = 0.0
        self.estimate = Estimate(0.0)
        self.probing = Probing()
        self.pacer = Pacer(0.0, self.estimate.target)
        self.records: list[tuple[float, PathInput]] = []
        self.log: list[tuple[float, float, float]] = []
        """Time, target and what of the pictures was offered."""
        self.drops = 0
        self._source = source
        self._wanted = wanted
        self._back_loss = back_loss
        self._key_every = key_every
        self._departures = Departures()
        self._fold = Fold()
        self._feedback = TransportFeedback()
        self._random = random.Random(7)
        self._arriving: list[tuple[float, int]] = []
        self._returning: deque[tuple[float, bytes]] = deque()
        self._sound = self._frame = self._step = self._report = self._key = 0.0
        self._rate = 0.0

    def run(self, until: float) -> None:
        """Let time pass."""
        while self.now < until:
            self._media()
            for sent in self.pacer.due(self.now):
                self._leave(sent.size, sent.cluster)
            self._receive()
            if self.now >= self._step:
                self._step += PERIOD
                self._estimate()
            self.now += TICK

    def _media(self) -> None:
        if self.now >= self._sound:
            self._sound += SOUND[1]
            self._leave(SOUND[0], 0)
            self.pacer.charge(SOUND[0], self.now)
        if self.now >= self._frame:
            self._frame += FRAME
            self._picture()

    def _picture(self) -> None:
        key = self.now >= self._key
        if key:
            self._key += self._key_every
        left = int(self._rate * FRAME / 8 * (5 if key else 0.95))
        begins = key
        while left > 0:
            size = min(1200, left)
            if not self.pacer.offer(Packet(1, size, key, begins, 0), self.now):
                self.drops += 1
            begins = False
            left -= size
        if self.pacer.starved():
            self._key = self.now + 0.1

    def _leave(self, size: int, cluster: int) -> None:
        number = self._departures.sent(self.now, size, cluster)
        arrival = self.link.pass_on(self.now, size)
        if arrival is not None:
            insort(self._arriving, (arrival, number))

    def _receive(self) -> None:
        while self._arriving and self._arriving[0][0] <= self.now:
            arrival, number = self._arriving.pop(0)
            self._feedback.arrived(number, 1000 + arrival)
        if self.now >= self._report:
            self._report += 0.1
            for message in self._feedback.messages(1, 2):
                if self._random.random() >= self._back_loss:
                    self._returning.append((self.now + self.link.delay, message))
        while self._returning and self._returning[0][0] <= self.now:
            for told in read_wide(self._returning.popleft()[1]):
                self._fold.add(self._departures.learned(told), self.now)

    def _estimate(self) -> None:
        record = self._fold.take(self._departures.octets)
        silent = self.estimate.silent
        target = self.estimate.step(record, self.now)
        self.records.append((self.now, record))
        if record.probed is not None:
            self.probing.answered(record.probed, self.now)
        if silent and not self.estimate.silent:
            self.probing.restart(self.now)
        cluster = self.probing.due(
            self.now, self.estimate.bitrate, self._wanted, self.estimate.calm
        )
        if cluster is not None:
            self.estimate.probing(self.now)
            self.pacer.probe(cluster)
        self.pacer.aim(target)
        self._rate = self._source(target)
        self.log.append((self.now, target, self._rate))

    def targets(self, start: float, end: float) -> list[float]:
        """The targets of a time."""
        return [target for at, target, _ in self.log if start <= at < end]

    def first_above(self, bitrate: float, start: float) -> float:
        """Seconds from a moment until the target is at least so much."""
        return next((at - start for at, target, _ in self.log if at >= start and target >= bitrate))
