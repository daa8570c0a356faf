"""A room's camera in layers and its voice over a simulated way, in simulated time. Pure.

The room's uplink, the server's feedback as bytes and the split into layers are the real ones; the
encoders are modelled: they begin anew as `PictureEncoder` does, each time with a key frame.
"""

from bisect import insort
from collections import deque
from dataclasses import dataclass, field
from itertools import pairwise

from client.room.encoders import RAISE_S
from client.room.layers import LAYERS, demand, split
from client.room.rates import SOUND
from client.room.sources import BEHIND
from client.room.uplink import Uplink
from server.media.transport_cc import TransportFeedback
from server.media.upward import WIDE_PERIOD
from tests.support.bottleneck import Bottleneck

TICK = 0.005
FRAME = 1 / 30
WANTED = 1_500_000
KEY = 6
"""Frames that a key frame is as large as."""
PACKET = 1150
RTX = 1200


@dataclass
class Encoder:
    """One layer's."""

    bitrate: float
    began: float
    key: bool = True

    def give(self, bitrate: float, now: float) -> None:
        """So many bits from now on."""
        late = now - self.began >= RAISE_S
        if bitrate < 0.9 * self.bitrate or (late and bitrate > 1.2 * self.bitrate):
            self.bitrate, self.began, self.key = bitrate, now, True

    def octets(self) -> int:
        """Of its next frame."""
        size, self.key = self.bitrate * FRAME / 8 * (KEY if self.key else 0.9), False
        return int(size)


@dataclass
class Sending:
    """The room's end and the server's, from time 0 on."""

    link: Bottleneck
    follows: bool = True
    """Whether it does what the feedback says; else it sends everything, as without."""
    watched: tuple[str, ...] = tuple(LAYERS)
    now: float = 0.0
    shown: dict[str, list[float]] = field(default_factory=lambda: {rid: [] for rid in LAYERS})
    """When each frame of a layer came whole."""
    budgets: list[tuple[float, int]] = field(default_factory=list)
    """When the encoders were given another budget."""
    lost: int = 0

    def __post_init__(self) -> None:
        self.uplink = Uplink(0.0)
        self._feedback = TransportFeedback()
        self._encoders: dict[str, Encoder] = {}
        self._frames: deque[tuple[str, list[int]]] = deque()
        self._rest: deque[int] = deque()
        self._layer, self._whole, self._last = "", True, 0.0
        self._arriving: list[tuple[float, int]] = []
        self._returning: deque[tuple[float, bytes]] = deque()
        self._frame = self._sound = self._report = 0.0
        self._divide()

    def run(self, until: float) -> None:
        """Let time pass."""
        while self.now < until:
            self._media()
            self._leave()
            self._receive()
            self._follow()
            self.now += TICK

    def _divide(self) -> None:
        budget = self.uplink.budget - SOUND if self.follows else 10_000_000
        shares = split(budget, WANTED, self.watched, self._encoders)
        self._encoders = {
            rid: self._encoders.get(rid) or Encoder(rate, self.now) for rid, rate in shares.items()
        }
        for rid, rate in shares.items():
            self._encoders[rid].give(rate, self.now)

    def _media(self) -> None:
        if self.now >= self._sound:
            self._sound += 0.02
            self._send(100)
        if self.now >= self._frame:
            self._frame += FRAME
            if len(self._frames) < BEHIND * len(self._encoders):
                for rid, encoder in self._encoders.items():
                    octets = encoder.octets()
                    sizes = [PACKET] * (octets // PACKET) + [octets % PACKET + 40]
                    self._frames.append((rid, sizes))

    def _leave(self) -> None:
        while self._rest or self._frames:
            if self.follows and not self.uplink.may_leave(self.now):
                return
            if not self._rest:
                self._layer, sizes = self._frames.popleft()
                self._rest.extend(sizes)
                self._whole = True
            arrival = self._send(self._rest.popleft())
            self._whole = self._whole and arrival is not None
            if not self._rest and self._whole and arrival is not None:
                self.shown[self._layer].append(arrival)

    def _send(self, size: int) -> float | None:
        number = self.uplink.left(size, self.now)
        arrival = self.link.pass_on(self.now, size)
        if arrival is None:
            self.lost += 1
        else:
            insort(self._arriving, (arrival, number))
        return arrival

    def _receive(self) -> None:
        while self._arriving and self._arriving[0][0] <= self.now:
            arrival, number = self._arriving.pop(0)
            self._feedback.arrived(number, 1000 + arrival)
        if self.now >= self._report:
            self._report += WIDE_PERIOD
            for message in self._feedback.messages(1, 2):
                self._returning.append((self.now + self.link.delay, message))
        while self._returning and self._returning[0][0] <= self.now:
            self.uplink.heard(self._returning.popleft()[1], self.now)

    def _follow(self) -> None:
        waits = sum(self._rest) + sum(sum(sizes) for _, sizes in self._frames)
        wanted = demand(WANTED, self.watched) + SOUND
        if self.uplink.step(wanted, waits, self.now):
            self.budgets.append((self.now, self.uplink.budget))
            self._divide()
        if self.uplink.probes:
            octets = self.uplink.padding(self.now)
            while octets > 0:
                self._send(RTX)
                octets -= RTX

    def rate(self, rid: str, start: float, end: float) -> float:
        """Frames a second of a layer that came whole in a time."""
        return sum(start <= at < end for at in self.shown[rid]) / (end - start)

    def gap(self, rid: str, start: float, end: float) -> float:
        """The longest time in which no frame of a layer came."""
        came = [start, *(at for at in self.shown[rid] if start <= at < end), end]
        return max(later - one for one, later in pairwise(came))
