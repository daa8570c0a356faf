"""A device's first words with a lesson: who it is, and everything it must know to take part."""

import secrets
from collections.abc import Collection, Sequence
from dataclasses import dataclass, replace

from server.access.ids import uuid7
from server.live.device import Device
from server.live.items import Join
from server.live.stage import Stage
from signaling.errors import Code, UserError
from signaling.events import Event, PupilWaits, Role
from signaling.ids import DeviceId, ParticipantId
from signaling.lesson import LiveLesson, NewIds, sees
from signaling.messages import VERSION, Closed, Welcome
from signaling.session import secret_hash

SECRET_BYTES = 32

YOUNG_SECONDS = 10.0
"""A connection that is replaced sooner was an attempt beside another, not a second page."""


@dataclass(frozen=True, kw_only=True)
class Entry:
    """What a hello came to."""

    device: DeviceId
    """Who it is."""
    participant: ParticipantId
    """Whose device."""
    secret: str | None
    """For a newcomer; none for a device that came back."""
    events: Sequence[Event]
    """What happens by it."""


def decide(lesson: LiveLesson, item: Join, bearers: Collection[ParticipantId], now: float) -> Entry:
    """Let a device in, as a newcomer or as the one it was.

    `bearers` are the participants that are already the pupil whose name it typed.

    Raises:
        TongkeError: it is refused.
    """
    resume = item.hello.resume
    if resume is not None:
        events = lesson.resume(item.who, resume, now)
        lesson.heard(resume.device, now)
        participant = lesson.participant_of(resume.device)
        if participant is None:
            raise UserError(Code.RESUME_REFUSED)
        return Entry(device=resume.device, participant=participant, secret=None, events=events)
    who = replace(item.who, waits=True) if _taken(lesson, item, bearers) else item.who
    secret = secrets.token_urlsafe(SECRET_BYTES)
    new = NewIds(
        participant=ParticipantId(uuid7()),
        device=DeviceId(uuid7()),
        secret_hash=secret_hash(secret),
    )
    events = lesson.hello(who, item.hello, new, now)
    participant = item.who.place or new.participant
    return Entry(device=new.device, participant=participant, secret=secret, events=events)


def _taken(lesson: LiveLesson, item: Join, bearers: Collection[ParticipantId]) -> bool:
    """Whether somebody here bears the pupil's name already: a teacher says who is who."""
    state = lesson.state
    here = (one for one in state.participants if one.participant in bearers)
    return item.pupil is not None and any(not device.away for one in here for device in one.devices)


def taken_over(age: float) -> Closed:
    """To a connection of that age (s) whose device has said hello by another.

    A device that looks for its way back has two attempts in flight, and may count as its link the
    one that we have replaced: it comes again. An old one belongs to a page that was opened twice,
    and the two would take the seat from each other for ever.
    """
    return Closed(code=Code.RESUME_REFUSED, data={}, may_resume=age < YOUNG_SECONDS)


async def name(stage: Stage, item: Join, entry: Entry) -> None:
    """Keep what a newcomer is called; rooms are named by the plan, inspectors by nobody."""
    called = item.pupil.name if item.pupil is not None else item.who.name or item.hello.name
    newcomer = entry.secret is not None and item.who.role in (Role.PUPIL, Role.VIEWER)
    if newcomer and called is not None:
        known = item.pupil is not None and not _waits(entry)
        pupil = item.pupil.pupil if item.pupil is not None and known else None
        stage.lesson.named(entry.participant, called)
        await stage.names.put(entry.participant, called, pupil, item.observer)


def _waits(entry: Entry) -> bool:
    """Whether it came to a knock alone."""
    return any(isinstance(event, PupilWaits) for event in entry.events)


def tell(stage: Stage, item: Join, device: Device, entry: Entry) -> None:
    """Welcome, names, then the events that were missed or the whole state."""
    lesson, resume = stage.lesson, item.hello.resume
    device.tell(
        Welcome(
            version=min(VERSION, item.hello.version),
            lesson=lesson.plan.lesson,
            title=lesson.plan.title,
            participant=device.participant,
            device=device.id,
            secret=entry.secret,
            role=device.role,
            leads=lesson.leads(device.id),
            now=max(0.0, stage.now),
            resumed=bool(device.peers),
            waits=device.waits,
            layers=True,
            ice_servers=stage.relays(),
        )
    )
    device.is_back()
    missed = None if resume is None or resume.seen < 0 else stage.chronicle.after(resume.seen)
    if device.waits:
        return
    if missed is None:
        stage.brief(device)
        return
    stage.introduce(device)
    for one in missed:
        if sees(device.role, device.participant, one.event):
            device.tell(one)
