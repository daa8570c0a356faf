"""What a worker and its recorder told of themselves: traffic, loss, what waits (pure)."""

from collections.abc import Container
from dataclasses import dataclass, field

from recorder import requests as recorder
from server.live.peer_names import lesson_of_peer
from server.media import requests as media
from server.media.allocation import Served
from signaling.ids import LessonId, PeerId


@dataclass
class Way:
    """Media of some peers in one direction."""

    packets: int = 0
    """RTP packets since they were counted first."""
    octets: int = 0
    """Their bytes."""
    loss: float = 0.0
    """Share lost by the last reports, 0 to 1: each peer weighs by its packets."""
    worst: float = 0.0
    """The same of the peer that lost most."""


@dataclass
class Flow:
    """Media of a lesson, or of a worker."""

    up: Way = field(default_factory=Way)
    """From devices to us."""
    down: Way = field(default_factory=Way)
    """From us to devices."""
    peers: int = 0
    """How many send or get media."""
    served: dict[PeerId, Served] = field(default_factory=dict)
    """What each that gets media is served."""

    @property
    def loss(self) -> float:
        """Share lost, of the worse direction."""
        return max(self.up.loss, self.down.loss)

    @property
    def worst(self) -> float:
        """Share lost by the peer that lost most."""
        return max(self.up.worst, self.down.worst)

    @property
    def weakest(self) -> Served | None:
        """What the receiver is served whose path carries least; none while no path is known."""
        known = [one for one in self.served.values() if one.estimate is not None]
        return min(known, key=lambda one: one.estimate or 0, default=None)

    def take(self, peers: list[media.PeerReport]) -> None:
        """Count what passed in the last two seconds."""
        self.peers = len(peers)
        self.served = {one.peer: one.served for one in peers if one.served is not None}
        for name, way in (("up", self.up), ("down", self.down)):
            told = [one for one in peers if one.way == name]
            packets = sum(one.packets for one in told)
            way.packets += packets
            way.octets += sum(one.octets for one in told)
            lost = sum(one.loss * one.packets for one in told)
            way.loss = lost / packets if packets else 0.0
            way.worst = max((one.loss for one in told), default=0.0)


class Readings:
    """One pair of worker and recorder; what is counted goes on when either is replaced."""

    def __init__(self) -> None:
        self.whole = Flow()
        """Everything that passes the worker; lessons, and devices that only measure."""
        self.lessons: dict[LessonId, Flow] = {}
        """The same by lesson."""
        self.tap_full_s = 0.0
        """Seconds of sources that were not handed to the recorder, which did not keep up."""
        self.disk_waiting = 0
        """Bytes that the recorder has and the disk has not."""

    def take(self, notice: media.Notice | recorder.Notice, ours: Container[LessonId]) -> None:
        """Note what is said; `ours` are the lessons that this pair has."""
        match notice:
            case media.Reports():
                self._reports(notice, ours)
            case media.TapFull():
                self.tap_full_s += notice.end - notice.start
            case recorder.Progress():
                self.disk_waiting = notice.waiting
            case _:
                pass

    def forget(self, lesson: LessonId) -> None:
        """A lesson has ended, or is with another pair."""
        self.lessons.pop(lesson, None)

    def worker_lost(self) -> None:
        """The worker has died: nothing passes."""
        for flow in (self.whole, *self.lessons.values()):
            flow.take([])

    def recorder_lost(self) -> None:
        """The recorder has died: what it had is not known."""
        self.disk_waiting = 0

    def _reports(self, notice: media.Reports, ours: Container[LessonId]) -> None:
        by_lesson: dict[LessonId, list[media.PeerReport]] = {one: [] for one in self.lessons}
        for report in notice.peers:
            lesson = lesson_of_peer(report.peer)
            if lesson in ours:
                by_lesson.setdefault(lesson, []).append(report)
        self.whole.take(list(notice.peers))
        for lesson, reports in by_lesson.items():
            self.lessons.setdefault(lesson, Flow()).take(reports)
