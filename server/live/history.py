"""The last ten minutes of every worker and of every running lesson, for plots (pure)."""

from collections import deque
from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field
from typing import Final

from server.live.readings import Flow
from signaling.ids import LessonId

EVERY: Final = 5.0
"""Seconds between two points."""
KEPT: Final = 120
"""Points that are kept: ten minutes."""


@dataclass(frozen=True, kw_only=True)
class Reading:
    """How one worker stands at the moment."""

    number: int
    """Which."""
    cpu: float
    """Share of a core that it uses."""
    peers: int
    """Peers that it has open."""
    unsent: int
    """Datagrams that the kernel did not take, since its start."""
    tap_full_s: float
    """Seconds of sources that the recorder did not take, since the server's start."""
    flow: Flow
    """Its media."""
    lessons: Mapping[LessonId, Flow]
    """The same by lesson."""


@dataclass(frozen=True, kw_only=True)
class Point:
    """One moment of a plot; of a lesson `cpu`, `unsent` and `tap_full_s` are 0."""

    n: int
    """Number of the moment; one follows the other by `EVERY` seconds."""
    peers: int
    """How many were there."""
    up_kbps: float
    """From devices to us since the point before, in kbit/s."""
    down_kbps: float
    """From us to devices."""
    loss: float
    """Share lost, 0 to 1: of a worker all peers together, of a lesson the one that lost most."""
    cpu: float = 0.0
    """Share of a core."""
    unsent: int = 0
    """Datagrams not taken by the kernel since the point before."""
    tap_full_s: float = 0.0
    """Seconds of sources not taken by the recorder since the point before."""


@dataclass
class _Series:
    """Points of one worker or lesson, and the counters at the last."""

    points: deque[Point] = field(default_factory=lambda: deque(maxlen=KEPT))
    octets: tuple[int, int] = (0, 0)
    unsent: int = 0
    tap_full_s: float = 0.0


class History:
    """Points in memory alone; a lesson that has ended is forgotten."""

    def __init__(self) -> None:
        self.newest = 0
        """Number of the last point; 0 before the first."""
        self._at: float | None = None
        self._workers: dict[int, _Series] = {}
        self._lessons: dict[LessonId, _Series] = {}

    def take(self, readings: Sequence[Reading], now: float) -> None:
        """Add one point to each series at monotonic time `now` (s)."""
        elapsed = EVERY if self._at is None else max(now - self._at, 0.001)
        self._at = now
        self.newest += 1
        running = {lesson: flow for one in readings for lesson, flow in one.lessons.items()}
        for gone in self._lessons.keys() - running.keys():
            del self._lessons[gone]
        for one in readings:
            self._worker(one, elapsed)
        for lesson, flow in running.items():
            series = self._lessons.setdefault(lesson, _Series())
            up, down = _rates(series, flow, elapsed)
            series.points.append(
                Point(n=self.newest, peers=flow.peers, up_kbps=up, down_kbps=down, loss=flow.worst)
            )

    def worker(self, number: int, after: int = 0) -> list[Point]:
        """What a worker did after a point, oldest first."""
        return _after(self._workers.get(number), after)

    def lesson(self, lesson: LessonId, after: int = 0) -> list[Point]:
        """The same of a lesson."""
        return _after(self._lessons.get(lesson), after)

    @property
    def lessons(self) -> list[LessonId]:
        """Those of which there are points."""
        return list(self._lessons)

    def _worker(self, reading: Reading, elapsed: float) -> None:
        series = self._workers.setdefault(reading.number, _Series())
        up, down = _rates(series, reading.flow, elapsed)
        # A worker that was started again counts from 0.
        unsent = reading.unsent - series.unsent
        series.points.append(
            Point(
                n=self.newest,
                peers=reading.peers,
                up_kbps=up,
                down_kbps=down,
                loss=reading.flow.loss,
                cpu=reading.cpu,
                unsent=reading.unsent if unsent < 0 else unsent,
                tap_full_s=reading.tap_full_s - series.tap_full_s,
            )
        )
        series.unsent, series.tap_full_s = reading.unsent, reading.tap_full_s


def _rates(series: _Series, flow: Flow, elapsed: float) -> tuple[float, float]:
    """Kbit/s up and down; a lesson at another worker counts from 0 there."""
    before, series.octets = series.octets, (flow.up.octets, flow.down.octets)
    grown = [
        now - then if now >= then else now for now, then in zip(series.octets, before, strict=True)
    ]
    up, down = (8 * octets / elapsed / 1000 for octets in grown)
    return up, down


def _after(series: _Series | None, after: int) -> list[Point]:
    return [] if series is None else [point for point in series.points if point.n > after]
