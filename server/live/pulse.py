"""What changes too often to be a fact: who is heard, how good links are, what is on disk."""

from collections.abc import Iterable, Sequence
from dataclasses import replace

from server.live.device import Device
from server.live.ladder import Ladder, Note
from server.live.recording import Recording
from server.media.link_notices import LinkStep
from server.media.requests import Levels, Notice, PeerReport, Reports
from signaling.events import Role
from signaling.ids import ParticipantId, PeerId, owner_of
from signaling.lesson import LiveLesson
from signaling.messages import LinkQuality, Pulse

PULSE_SECONDS = 2.0


class Moves:
    """The last word on sounds, links and the next bell; each takes the place of the one before."""

    def __init__(self, note: Note = lambda steps: None) -> None:
        self.ladder = Ladder(note)
        """What receivers get for what their lines carry."""
        self.speaking: tuple[ParticipantId, ...] = ()
        """Who is heard, loudest first."""
        self.hands_over_at: float | None = None
        """Lesson time at which the classroom goes to its next lesson, if that is near."""
        self._reports: dict[PeerId, PeerReport] = {}

    def take(self, notice: Notice, ours: frozenset[ParticipantId]) -> bool:
        """Note levels and reports; whether the order of who is heard has changed."""
        before = self.speaking
        match notice:
            case Levels():
                heard = [owner_of(speaking.source) for speaking in notice.speaking]
                self.speaking = tuple(dict.fromkeys(p for p in heard if p in ours))
            case Reports():
                self._reports = {report.peer: report for report in notice.peers}
            case LinkStep():
                self.ladder.take(notice)
            case _:
                pass
        return self.speaking != before

    def worker_lost(self) -> None:
        """Nobody is heard any more."""
        self.speaking = ()
        self._reports.clear()
        self.ladder.worker_lost()

    def loss(self, device: Device) -> float:
        """The share of packets a device loses, worse of both ways."""
        return min(1.0, max([device.loss, *(report.loss for report in self._of(device))]))

    def rtt_ms(self, device: Device) -> float | None:
        """Its round trip, worse of signaling and media; none as long as neither is measured."""
        return _worse(device.rtt_ms, *(report.rtt_ms for report in self._of(device)))

    def _of(self, device: Device) -> list[PeerReport]:
        found = [self._reports.get(peer.worker) for peer in device.peers.values()]
        return [report for report in found if report is not None]


def _worse(*measured: float | None) -> float | None:
    """The largest of what was measured."""
    return max((one for one in measured if one is not None), default=None)


def links(devices: Iterable[Device], moves: Moves) -> list[LinkQuality]:
    """How good the link of each participant is: that of its worst connected device."""
    worst: dict[ParticipantId, LinkQuality] = {}
    for device in devices:
        if device.outlet is None or device.waits or device.role is Role.INSPECTOR:
            continue
        before = worst.get(device.participant)
        standing = moves.ladder.of(device.participant)
        worst[device.participant] = LinkQuality(
            participant=device.participant,
            step=None if standing is None else standing.step,
            reason=None if standing is None else standing.reason,
            rtt_ms=_worse(moves.rtt_ms(device), before.rtt_ms if before else None),
            loss=max(moves.loss(device), before.loss if before else 0.0),
        )
    return list(worst.values())


def pulse_for(
    device: Device,
    lesson: LiveLesson,
    moves: Moves,
    known: Sequence[LinkQuality],
    recording: Recording,
) -> Pulse:
    """What one device is told: staff see links and the next bell, the host's what is on disk."""
    own = device.participant
    staff = device.role is Role.TEACHER
    host = {p.participant for p in lesson.state.participants if p.host}
    seen = [
        q if staff or q.participant == own else replace(q, step=None, reason=None)
        for q in known
        if staff or q.participant in {own, *host}
    ]
    leads = lesson.leads(device.id)
    return Pulse(
        speaking=moves.speaking,
        links=tuple(seen),
        recorded=recording.sources if leads else (),
        free_space=recording.free_space if leads else None,
        hands_over_at=moves.hands_over_at if staff else None,
    )
