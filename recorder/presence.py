"""Who was there, by the journal: intervals with the reason of each end, and calls. Pure.

Observed, not declared: presence is the union of a participant's devices, from each one's hello to
its goodbye or, if its link was lost, to when it was last heard. A silent inspector is none.
"""

from collections.abc import Iterable
from dataclasses import dataclass as plain
from dataclasses import field
from functools import singledispatchmethod

from pydantic import TypeAdapter
from pydantic.dataclasses import dataclass

from signaling import events as ev
from signaling.events import STRICT, LeaveReason, Role
from signaling.ids import DeviceId, ParticipantId
from signaling.journal import Line


@dataclass(frozen=True, kw_only=True, config=STRICT)
class Interval:
    """A stretch of the lesson in which a participant was there without a break."""

    participant: ParticipantId
    """Who."""
    role: Role
    """As what."""
    start: float
    """Lesson time."""
    end: float | None
    """Lesson time; none while it lasts."""
    reason: LeaveReason | None
    """Why it ended."""


@dataclass(frozen=True, kw_only=True, config=STRICT)
class Turn:
    """A participant was asked to speak."""

    participant: ParticipantId
    """Who."""
    start: float
    """Lesson time."""
    end: float | None
    """Lesson time; none while it lasts."""


INTERVALS: TypeAdapter[list[Interval]] = TypeAdapter(list[Interval])
"""Writes them as JSON."""


@plain
class _Stay:
    """One device from hello to goodbye."""

    participant: ParticipantId
    start: float
    end: float | None = None
    reason: LeaveReason | None = None


@plain
class _Presence:
    """The fold."""

    stays: list[_Stay] = field(default_factory=list)
    open: dict[DeviceId, _Stay] = field(default_factory=dict)
    owners: dict[DeviceId, ParticipantId] = field(default_factory=dict)
    roles: dict[ParticipantId, Role] = field(default_factory=dict)

    @singledispatchmethod
    def take(self, event: ev.Event, t: float) -> None:
        """Most events say nothing about presence."""

    @take.register
    def _(self, event: ev.LessonOpened, t: float) -> None:
        self.roles |= {room.participant: Role.ROOM for room in event.rooms}

    @take.register
    def _(self, event: ev.ParticipantJoined, t: float) -> None:
        self.roles[event.participant] = event.role

    @take.register
    def _(self, event: ev.DeviceJoined, t: float) -> None:
        self.roles.setdefault(event.participant, event.role)
        self.owners[event.device] = event.participant
        self._come(event.device, t)

    @take.register
    def _(self, event: ev.DeviceBack, t: float) -> None:
        self._come(event.device, t)

    @take.register
    def _(self, event: ev.DeviceAway, t: float) -> None:
        self._go(event.device, event.heard_at, LeaveReason.LINK_LOST)

    @take.register
    def _(self, event: ev.DeviceLeft, t: float) -> None:
        lost = event.reason is LeaveReason.LINK_LOST
        self._go(event.device, event.heard_at if lost else t, event.reason)

    @take.register
    def _(self, event: ev.ParticipantLeft, t: float) -> None:
        for device in [one for one, who in self.owners.items() if who == event.participant]:
            self._go(device, t, event.reason)

    @take.register
    def _(self, event: ev.LessonEnded, t: float) -> None:
        for device in list(self.open):
            self._go(device, t, LeaveReason.LESSON_OVER)

    def _come(self, device: DeviceId, t: float) -> None:
        if device in self.owners and device not in self.open:
            stay = _Stay(self.owners[device], t)
            self.stays.append(stay)
            self.open[device] = stay

    def _go(self, device: DeviceId, t: float, reason: LeaveReason) -> None:
        stay = self.open.pop(device, None)
        if stay is not None:
            stay.end, stay.reason = max(t, stay.start), reason


def fold(lines: Iterable[Line]) -> list[Interval]:
    """Presence by a journal's lines, in order of their start."""
    presence = _Presence()
    for line in lines:
        if line.event is not None:
            presence.take(line.event, line.t)
    found: list[Interval] = []
    for participant, role in presence.roles.items():
        own = [stay for stay in presence.stays if stay.participant == participant]
        found += [
            Interval(
                participant=participant,
                role=role,
                start=stay.start,
                end=stay.end,
                reason=stay.reason,
            )
            for stay in _united(own)
        ]
    return sorted(found, key=lambda interval: interval.start)


def _united(stays: list[_Stay]) -> list[_Stay]:
    """Stays of one participant's devices as one; where they overlap the last to end says why."""
    out: list[_Stay] = []
    for stay in sorted(stays, key=lambda one: one.start):
        if out and _reaches(out[-1], stay.start):
            if not _reaches(out[-1], stay.end):
                out[-1].end, out[-1].reason = stay.end, stay.reason
        else:
            out.append(stay)
    return out


def _reaches(stay: _Stay, t: float | None) -> bool:
    """Whether a stay lasts up to `t`; none is for ever."""
    return stay.end is None or (t is not None and stay.end >= t)


def turns(lines: Iterable[Line]) -> list[Turn]:
    """Who was called, in order."""
    found: list[Turn] = []
    called: tuple[ParticipantId, float] | None = None
    for line in lines:
        match line.event:
            case ev.Called() | ev.SentBack() | ev.ModeSet() | ev.MutedAll() | ev.LessonEnded():
                if called is not None:
                    found.append(Turn(participant=called[0], start=called[1], end=line.t))
                call = line.event if isinstance(line.event, ev.Called) else None
                called = (call.participant, line.t) if call is not None else None
            case _:
                pass
    if called is not None:
        found.append(Turn(participant=called[0], start=called[1], end=None))
    return found
