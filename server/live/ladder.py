"""What each participant gets for what its line carries, told without flicker (pure).

The worker tells of every change of every receiver; people are told of a participant, and no oftener
than they can read.
"""

from collections.abc import Callable, Iterable, Sequence
from dataclasses import dataclass
from typing import Final

from server.live.device import Device
from server.media import link_notices as media
from signaling.events import LinkReason, LinkStep, LinkStepped, Role
from signaling.ids import ParticipantId, PeerId

SETTLE: Final = 8.0
"""Seconds for which what was told of a participant stands at least."""
AGAIN: Final = 300.0
"""Seconds after which what stands is noted again, so that a plot knows how long it lasted."""

Note = Callable[[Sequence[LinkStepped]], None]
"""Takes what is to be kept of the lines of schools."""
_REASONS: Final = frozenset(reason.value for reason in LinkReason)
_ORDER: Final = tuple(LinkStep)


@dataclass(frozen=True)
class _Standing:
    stepped: LinkStepped
    told: float
    noted: float


class Ladder:
    """All receivers of a lesson."""

    def __init__(self, note: Note) -> None:
        self._note = note
        self._peers: dict[PeerId, media.LinkStep] = {}
        self._standing: dict[ParticipantId, _Standing] = {}

    def take(self, notice: media.LinkStep) -> None:
        """A receiver gets something else."""
        self._peers[notice.peer] = notice

    def worker_lost(self) -> None:
        """The worker has died with everything that it judged."""
        self._peers.clear()

    def of(self, participant: ParticipantId) -> LinkStepped | None:
        """What was told of a participant, if it was judged."""
        found = self._standing.get(participant)
        return None if found is None else found.stepped

    def due(self, devices: Iterable[Device], now: float) -> list[LinkStepped]:
        """What is to be told at lesson time `now`: of each participant its worst receiver."""
        judged = self._judged(devices)
        for gone in self._standing.keys() - judged.keys():
            del self._standing[gone]
        told = [one for one in judged.values() if self._is_news(one, now)]
        for one in told:
            self._standing[one.participant] = _Standing(one, told=now, noted=now)
        self._note([*told, *self._again(now)])
        return told

    def _judged(self, devices: Iterable[Device]) -> dict[ParticipantId, LinkStepped]:
        known: dict[PeerId, media.LinkStep] = {}
        worst: dict[ParticipantId, LinkStepped] = {}
        for device in devices:
            peer = device.peers.get("down")
            notice = None if peer is None else self._peers.get(peer.worker)
            if notice is None:
                continue
            known[notice.peer] = notice
            # What a device asked for itself, and an inspector's line, are nobody else's business.
            if device.role is Role.INSPECTOR or notice.reason.value not in _REASONS:
                continue
            stepped = _stepped(device.participant, notice)
            before = worst.get(device.participant, stepped)
            worst[device.participant] = min(before, stepped, key=lambda s: _ORDER.index(s.step))
        self._peers = known
        return worst

    def _is_news(self, one: LinkStepped, now: float) -> bool:
        before = self._standing.get(one.participant)
        if before is None:
            return True
        same = (before.stepped.step, before.stepped.reason) == (one.step, one.reason)
        return not same and now - before.told >= SETTLE

    def _again(self, now: float) -> list[LinkStepped]:
        old = [one for one in self._standing.values() if now - one.noted >= AGAIN]
        for one in old:
            who = one.stepped.participant
            self._standing[who] = _Standing(one.stepped, told=one.told, noted=now)
        return [one.stepped for one in old]


def _stepped(participant: ParticipantId, notice: media.LinkStep) -> LinkStepped:
    available = notice.available
    return LinkStepped(
        participant=participant,
        step=LinkStep(notice.step.value),
        reason=LinkReason(notice.reason.value),
        available_kbps=None if available is None else available // 1000,
    )
