"""A picture in layers and a voice to one receiver over a simulated path, in simulated time. Pure.

What `Streaming` is to an estimate this is to a receiver as a whole: its path, its plan, and what of
the picture passes by it. All of it is the real part but the rows and their measured bitrates.
"""

import random

from server.media.allocation import Demand, Picture, Quality, Rank, allocate
from server.media.pacer import Waiting
from server.media.sharing import AT_MOST, SECOND, Receiver
from server.media.switching import EVERY
from signaling.congestion.estimate import MOST
from signaling.ids import SourceId
from tests.support.bottleneck import Bottleneck
from tests.support.streaming import ROW, Streaming, elastic

CAMERA = SourceId("h/camera")
FRAME = 1 / 15
LEAST_ROWS = 180
"""Of the smallest layer; each next has twice as many, and the last is as large as shown."""
VOICE = 48_000.0
"""Bits per second of a sound of 100 octets each 20 ms, with its headers."""
KEY = 5
"""Of a frame: what a key frame takes."""
NONE = -1


class Lesson(Streaming):
    """One receiver, from time 0 on."""

    def __init__(self, link: Bottleneck, rates: tuple[float, ...], seed: int = 1) -> None:
        super().__init__(link, elastic(0), 0.0, frame=FRAME)
        self.receiver = Receiver(0.0)
        self.layer = NONE
        """That passes."""
        self.shown: list[tuple[float, int]] = []
        """Which layer passed, each tenth of a second."""
        self._rates = rates
        self._dice = random.Random(seed)
        self._begins = False

    def share(self, layer: int, start: float, end: float) -> float:
        """For how much of a time this layer or a better one passed."""
        shown = [passed >= layer for at, passed in self.shown if start <= at < end]
        return sum(shown) / len(shown)

    def _picture(self) -> None:
        if self.layer == NONE:
            return
        key, self._begins = self._begins, False
        left = int(self._rates[self.layer] * FRAME / 8 * self._dice.uniform(0.7, 1.3))
        if key:
            left *= KEY
            self.pacer.forget(ROW)
        while left > 0:
            size = min(1200, left)
            waiting = Waiting(ROW, -1, 0, 0, 0, 0, 0, 0, size, key=key, newest=True)
            if not self.pacer.waits(waiting, self.now):
                self._leave(size)
            left -= size
        self._begins |= bool(self.pacer.ended())

    def _probe(self) -> None:
        carriage = self.receiver.carriage
        if not carriage.probe:
            return
        self._cluster = carriage.probe
        octets = carriage.padding(self.now, self._departures.octets)
        while octets > 0:
            self._leave(min(255, octets))
            octets -= 255
        carriage.sent()
        self._cluster = carriage.probe

    def _estimate(self) -> None:
        receiver, carriage, room = self.receiver, self.receiver.carriage, self.receiver.room
        wanted = 0.0 if receiver.plan is None else receiver.plan.wanted
        record = self._fold.take(self._departures.octets)
        carriage.take(record, wanted, self.now, self.pacer.octets)
        receiver.listen(self.now)
        pace = carriage.pace(self.now)
        self.pacer.aim(MOST if pace is None else pace)
        receiver.is_stale |= receiver.room != room and not receiver.suffices
        since = self.now - receiver.planned
        if since >= SECOND or (receiver.is_stale and since >= AT_MOST):
            self._plan()
        self.shown.append((self.now, self.layer))
        self.log.append((self.now, carriage.target, 0.0))

    def _plan(self) -> None:
        receiver = self.receiver
        receiver.is_stale, receiver.planned = False, self.now
        plan = allocate(self._demand(), receiver.plan, self.now)
        receiver.carriage.look(plan.wanted, self.now)
        if not receiver.carriage.tried:
            plan = allocate(self._demand(), receiver.plan, self.now)
        receiver.plan = plan
        quality = plan.rows[CAMERA]
        layer = NONE if quality is None else quality.layer
        if layer > self.layer:
            receiver.carriage.more(self.now)
        self._begins |= layer != self.layer
        self.layer = layer

    def _demand(self) -> Demand:
        qualities = tuple(
            Quality(
                layer=layer,
                temporal=EVERY,
                height=LEAST_ROWS << layer,
                bitrate=rate * self._dice.uniform(0.97, 1.03),
            )
            for layer, rate in enumerate(self._rates)
        )
        shown = qualities[-1].height
        picture = Picture(source=CAMERA, rank=Rank.CALLED, shown=shown, qualities=qualities)
        return Demand(
            sound=VOICE, pictures=(picture,), target=self.receiver.room, patient=self.receiver.least
        )
