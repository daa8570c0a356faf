"""A server's sending side and a receiver over a simulated path, in simulated time. Pure.

Everything is the real part but the link and the source of the media: pacer, history, feedback as
bytes, its parser, the fold, the estimate and the probes.
"""

import random
from bisect import insort
from collections import deque
from collections.abc import Callable
from math import inf

from server.media.pacer import Pacer, Waiting
from server.media.transport_cc import TransportFeedback
from signaling.congestion.carriage import BURST, MUCH_WAITS, PORTIONS
from signaling.congestion.departures import Departures
from signaling.congestion.estimate import Estimate
from signaling.congestion.path_input import PERIOD, Fold, PathInput
from signaling.congestion.probing import DURATION, Probing
from signaling.congestion.wide_feedback import read_wide
from tests.support.bottleneck import Bottleneck

TICK = 0.005
SOUND = 100, 0.02
"""Octets of a sound's packet, and seconds from one to the next."""
FRAME = 1 / 30
ROW = 1

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
        frame: float = FRAME,
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
        self._from_frame_to_frame = frame
        self._departures = Departures()
        self._fold = Fold()
        self._feedback = TransportFeedback()
        self._random = random.Random(7)
        self._jitter = random.Random(link.seed)
        self._arriving: list[tuple[float, int]] = []
        self._returning: deque[tuple[float, bytes]] = deque()
        self._sound = self._frame = self._step = self._report = self._key = 0.0
        self._rate = 0.0
        self._portions: list[tuple[float, int]] = []
        self._cluster = self._sent_before = 0
        self._burst_since = inf

    def run(self, until: float) -> None:
        """Let time pass."""
        while self.now < until:
            self._media()
            while (waited := self.pacer.due(self.now)) is not None:
                self._leave(waited.size)
            self._probe()
            self._receive()
            if self.now >= self._step:
                self._step += PERIOD
                self._estimate()
            self.now += TICK

    def _media(self) -> None:
        if self.now >= self._sound:
            self._sound += SOUND[1]
            self._leave(SOUND[0])
        if self.now >= self._frame:
            self._frame += self._from_frame_to_frame
            self._picture()

    def _picture(self) -> None:
        key = self.now >= self._key
        if key:
            self._key += self._key_every
        left = int(self._rate * FRAME / 8 * (5 if key else 0.95))
        if key:
            self.pacer.forget(ROW)
        while left > 0:
            size = min(1200, left)
            waiting = Waiting(ROW, -1, 0, 0, 0, 0, 0, 0, size, key=key, newest=True)
            self.drops += self.pacer.refuses(ROW)
            if not self.pacer.waits(waiting, self.now):
                self._leave(size)
            left -= size
        if self.pacer.ended():
            self._key = self.now + 0.1

    def _probe(self) -> None:
        """A third of a probe until its begin, its middle and its end: media, and padding."""
        while self._portions and self._portions[0][0] <= self.now:
            _, octets = self._portions.pop(0)
            for place in range(self._departures.octets, self._sent_before + octets, 255):
                self._leave(min(255, self._sent_before + octets - place))
            self._cluster = self._cluster if self._portions else 0

    def _leave(self, size: int) -> None:
        self.pacer.charge(size, self.now)
        number = self._departures.sent(self.now, size, self._cluster)
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
                    self._returns(message)
        while self._returning and self._returning[0][0] <= self.now:
            for told in read_wide(self._returning.popleft()[1]):
                self._fold.add(self._departures.learned(told), self.now)

    def _returns(self, message: bytes) -> None:
        """It takes as long as what it tells of, jitter and all; order is kept."""
        late = self._jitter.uniform(0, self.link.jitter)
        before = self._returning[-1][0] if self._returning else 0.0
        self._returning.append((max(before, self.now + self.link.delay + late), message))

    def _estimate(self) -> None:
        record = self._fold.take(self._departures.octets)
        is_burst = 8 * self.pacer.octets > MUCH_WAITS * self.estimate.target
        self._burst_since = min(self._burst_since, self.now) if is_burst else inf
        if is_burst and self.now < self._burst_since + BURST:
            self.estimate.probing(self.now)
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
            self._cluster, self._sent_before = cluster.number, self._departures.octets
            self._portions = [
                (
                    self.now + place * DURATION / (PORTIONS - 1),
                    cluster.octets * (1 + place) // PORTIONS,
                )
                for place in range(PORTIONS)
            ]
        self.pacer.aim(target)
        self._rate = self._source(target)
        self.log.append((self.now, target, self._rate))

    def targets(self, start: float, end: float) -> list[float]:
        """The targets of a time."""
        return [target for at, target, _ in self.log if start <= at < end]

    def first_above(self, bitrate: float, start: float) -> float:
        """Seconds from a moment until the target is at least so much."""
        return next((at - start for at, target, _ in self.log if at >= start and target >= bitrate))
