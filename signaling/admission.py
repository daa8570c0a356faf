"""Who comes in and who comes back (pure deciders over the fold)."""

import hmac
import unicodedata
from collections.abc import Iterable
from dataclasses import dataclass

from signaling import events as ev
from signaling.errors import Code, UserError
from signaling.events import Event, LeaveReason, Phase, Role
from signaling.ids import DeviceId, ParticipantId
from signaling.messages import Hello, Resume
from signaling.seats import Seat
from signaling.session import Grants, secret_hash
from signaling.state import Fold

DEVICES_OF_A_ROOM = 16
"""More devices of one participant are refused."""
PARTICIPANTS = 400
"""More participants at a time are refused."""
WAITING = 60
"""More pupils who wait to be let in at a time are refused: a class at home, and some strangers."""
SEATS = 10_000
"""More devices in one lesson's life are refused: each page load of a pupil is one."""


@dataclass(frozen=True, kw_only=True)
class NewIds:
    """Random things that a shell made in case a newcomer needs them."""

    participant: ParticipantId
    """For a pupil, viewer or inspector."""
    device: DeviceId
    """For the device."""
    secret_hash: str
    """`session.secret_hash` of the resume secret it will be given."""


def same_name(one: str, other: str) -> bool:
    """Whether two names would be read as the same."""
    return _plain(one) == _plain(other)


def _plain(name: str) -> str:
    """A name without what the eye passes over."""
    return "".join(unicodedata.normalize("NFKC", name).casefold().split())


def join(
    fold: Fold, who: Grants, hello: Hello, new: NewIds, barred_names: Iterable[str]
) -> list[Event]:
    """A device comes for the first time."""
    _check_open(fold)
    if who.role is Role.INSPECTOR:
        return [_inspector(new, hello)]
    participant = who.place or new.participant
    _check_door(fold, who, participant)
    name = who.name or hello.name
    if who.place is None and name and any(same_name(name, barred) for barred in barred_names):
        raise UserError(Code.BARRED)
    if who.waits:
        return [_knock(fold, participant, new, hello)]
    return enter(
        fold,
        ev.DeviceJoined(
            participant=participant,
            device=new.device,
            role=who.role,
            secret_hash=new.secret_hash,
            encodes=hello.encodes,
            decodes=hello.decodes,
            loudspeaker=hello.loudspeaker,
        ),
    )


def _check_open(fold: Fold) -> None:
    """A lesson that is over lets nobody in, and none lets in without end."""
    if fold.phase is Phase.ENDED:
        raise UserError(Code.LESSON_OVER)
    if len(fold.seats) >= SEATS:
        raise UserError(Code.LESSON_FULL)


def _check_door(fold: Fold, who: Grants, participant: ParticipantId) -> None:
    """Barred, unknown rooms, the lock, and how many fit in."""
    member = fold.members.get(participant)
    if participant in fold.barred:
        raise UserError(Code.BARRED)
    if who.role in (Role.TEACHER, Role.ROOM) and (member is None or not member.planned):
        raise UserError(Code.LINK_INVALID)
    host = member is not None and member.host
    if fold.locked and participant not in fold.known and not host:
        raise UserError(Code.LOCKED)
    if len(member.seats if member else ()) >= DEVICES_OF_A_ROOM:
        raise UserError(Code.LESSON_FULL)


def _inspector(new: NewIds, hello: Hello) -> Event:
    """A silent inspector: the record knows, nobody else."""
    return ev.InspectorJoined(
        participant=new.participant,
        device=new.device,
        secret_hash=new.secret_hash,
        decodes=hello.decodes,
    )


def _knock(fold: Fold, participant: ParticipantId, new: NewIds, hello: Hello) -> Event:
    """Somebody waits to be let in."""
    if len(fold.waiting) >= WAITING:
        raise UserError(Code.LESSON_FULL)
    return ev.PupilWaits(
        participant=participant,
        device=new.device,
        secret_hash=new.secret_hash,
        encodes=hello.encodes,
        decodes=hello.decodes,
        loudspeaker=hello.loudspeaker,
    )


def enter(fold: Fold, device: ev.DeviceJoined) -> list[Event]:
    """A device comes in, and is its participant's audio master if there is none.

    Raises:
        UserError: `LESSON_FULL`.
    """
    if device.participant not in fold.members and len(fold.members) >= PARTICIPANTS:
        raise UserError(Code.LESSON_FULL)
    return [*_enter(fold, device), *_new_master(fold, device)]


def _enter(fold: Fold, device: ev.DeviceJoined) -> list[Event]:
    """The device's event, after its participant's if that has no device here."""
    member = fold.members.get(device.participant)
    if member is not None and member.seats:
        return [device]
    role = Role.ROOM if member is not None and member.planned else device.role
    host = member is not None and member.host
    return [ev.ParticipantJoined(participant=device.participant, role=role, host=host), device]


def _new_master(fold: Fold, device: ev.DeviceJoined) -> list[Event]:
    """The first device with a loudspeaker is its participant's audio master."""
    member = fold.members.get(device.participant)
    if not device.loudspeaker or (member is not None and member.master is not None):
        return []
    return [ev.AudioMasterSet(participant=device.participant, device=device.device)]


def come_back(fold: Fold, who: Grants, resume: Resume) -> list[Event]:
    """A device resumes: nothing if it was not missed, `DeviceBack` if away, joined if given up."""
    if fold.phase is Phase.ENDED:
        raise UserError(Code.LESSON_OVER)
    seat = _proven(fold, who, resume)
    if seat.participant in fold.barred:
        raise UserError(Code.BARRED)
    if not seat.here and seat.left is LeaveReason.REMOVED:
        raise UserError(Code.REMOVED)
    if not seat.here and seat.left is not LeaveReason.LINK_LOST:
        raise UserError(Code.RESUME_REFUSED)
    if not seat.here:
        return _rejoin(fold, seat)
    if seat.away:
        return [ev.DeviceBack(participant=seat.participant, device=seat.device)]
    return []


def _proven(fold: Fold, who: Grants, resume: Resume) -> Seat:
    """The seat that the secret opens, if the link is of the same kind and place."""
    seat = fold.seats.get(resume.device)
    hashed = secret_hash(resume.secret)
    if seat is None or not hmac.compare_digest(seat.secret_hash, hashed):
        raise UserError(Code.RESUME_REFUSED)
    if seat.role is not who.role or who.place not in (None, seat.participant):
        raise UserError(Code.RESUME_REFUSED)
    return seat


def _rejoin(fold: Fold, seat: Seat) -> list[Event]:
    """A device that was given up takes its seat again, under the same ids and secret."""
    if seat.role is Role.INSPECTOR:
        return [
            ev.InspectorJoined(
                participant=seat.participant,
                device=seat.device,
                secret_hash=seat.secret_hash,
                decodes=seat.decodes,
            )
        ]
    if seat.waits:
        return [_waits_again(seat)]
    return enter(fold, joined(seat))


def joined(seat: Seat) -> ev.DeviceJoined:
    """The event by which the device of a known seat comes in."""
    return ev.DeviceJoined(
        participant=seat.participant,
        device=seat.device,
        role=seat.role,
        secret_hash=seat.secret_hash,
        encodes=seat.encodes,
        decodes=seat.decodes,
        loudspeaker=seat.loudspeaker,
    )


def _waits_again(seat: Seat) -> Event:
    """Somebody who was not let in yet, and was given up, is back."""
    return ev.PupilWaits(
        participant=seat.participant,
        device=seat.device,
        secret_hash=seat.secret_hash,
        encodes=seat.encodes,
        decodes=seat.decodes,
        loudspeaker=seat.loudspeaker,
    )
