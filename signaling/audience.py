"""Who may see what: the one filter for the live lesson, `state`, replay and export (pure)."""

from dataclasses import replace

from signaling.events import (
    Audience,
    ConsentDecided,
    DeviceJoined,
    Event,
    LinkStepped,
    PupilWaits,
    Role,
    Whispered,
)
from signaling.ids import ParticipantId, owner_of
from signaling.messages import (
    DeviceState,
    HandState,
    LessonState,
    ParticipantState,
    SourceState,
    Told,
    WaitingState,
)
from signaling.seats import Member, Source
from signaling.state import Fold


def sees(role: Role, participant: ParticipantId | None, event: Event) -> bool:
    """Whether a device of this role and participant may be told of an event."""
    match event.audience:
        case Audience.ALL:
            return True
        case Audience.STAFF:
            return role is Role.TEACHER
        case Audience.ROOM:
            own = (
                isinstance(event, ConsentDecided | LinkStepped) and event.participant == participant
            )
            return own or role is Role.TEACHER
        case Audience.LINE:
            rooms = (event.participant, event.host) if isinstance(event, Whispered) else ()
            return role is Role.TEACHER and participant in rooms
        case Audience.LATER | Audience.NOBODY:
            return False


def sees_later(role: Role, participant: ParticipantId | None, event: Event) -> bool:
    """Whether somebody of this role and participant may learn of an event from the replay."""
    return event.audience is Audience.LATER or sees(role, participant, event)


def told(n: int, t: float, event: Event) -> Told:
    """An event as it is told: without what only the journal keeps."""
    if isinstance(event, DeviceJoined | PupilWaits):
        event = replace(event, secret_hash="")
    return Told(n=n, t=t, event=event)


def whole(fold: Fold) -> LessonState:
    """Everything, silent inspectors among it, as the record alone sees it."""
    return _state(fold, fold.n, everyone=True, staff=True, participant=None)


def seen_by(fold: Fold, role: Role, participant: ParticipantId | None) -> LessonState:
    """What a device of this role and participant may see: the fold of the events it `sees`."""
    staff = role is Role.TEACHER
    n = fold.last_seen(staff, participant)
    return _state(fold, n, everyone=False, staff=staff, participant=participant)


def _state(
    fold: Fold, n: int, *, everyone: bool, staff: bool, participant: ParticipantId | None
) -> LessonState:
    """The fold as a message."""
    return LessonState(
        n=n,
        phase=fold.phase,
        started=fold.started,
        planned_seconds=fold.planned_seconds,
        mode=fold.mode,
        called=fold.called,
        called_since=fold.called_since,
        locked=fold.locked,
        paused=fold.paused,
        banned=fold.banned,
        switches=dict(fold.switches),
        layout=fold.layout,
        participants=tuple(
            _participant(member)
            for member in fold.members.values()
            if everyone or member.role is not Role.INSPECTOR
        ),
        sources=tuple(
            _source(source, staff or owner_of(source.source) == participant)
            for source in fold.sources.values()
        ),
        hands=tuple(HandState(participant=who, since=t) for who, t in fold.hands.items()),
        chat=tuple(fold.chat),
        whispers=fold.whispers_of(None if everyone else participant) if staff else (),
        recording=fold.recording,
        recording_reason=fold.recording_reason,
        waiting=_waiting(fold) if staff else (),
    )


def _waiting(fold: Fold) -> tuple[WaitingState, ...]:
    """Who waits to be let in, in order of coming."""
    return tuple(
        WaitingState(participant=who, since=seat.came) for who, seat in fold.waiting.items()
    )


def _participant(member: Member) -> ParticipantState:
    """A participant as a message."""
    return ParticipantState(
        participant=member.participant,
        role=member.role,
        host=member.host,
        devices=tuple(
            DeviceState(device=seat.device, role=seat.role, away=seat.away) for seat in member.seats
        ),
        audio_master=member.master,
    )


def _source(source: Source, consent_seen: bool) -> SourceState:
    """A source as a message; who may not see the consent sees it as not recorded."""
    return SourceState(
        source=source.source,
        kind=source.kind,
        device=source.device,
        codec=source.codec,
        on=source.on,
        recorded=source.recorded and consent_seen,
        consent=source.consent if consent_seen else "",
    )
