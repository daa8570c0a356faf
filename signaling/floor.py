"""Who may speak, show and draw now: lecture, called, discussion; pause, ban, end (pure).

The only place that decides it; the worker's gates and the devices' microphones follow.
"""

from signaling.events import Kind, Mode, Phase, Role, Switch
from signaling.ids import ParticipantId, owner_of
from signaling.messages import LessonState, ParticipantState, SourceState

CAMERAS = (Kind.CAMERA, Kind.CLASS_CAMERA)
"""What shows people."""


def microphone_open(state: LessonState, participant: ParticipantId) -> bool:
    """Whether the floor lets this participant be heard.

    The host room always, unless paused or over; banned: nobody else; called: that one besides;
    discussion: every room, and pupils where the teacher allows it.
    """
    member = _member(state, participant)
    if member is None or not _on_air(state, member):
        return False
    if member.host:
        return True
    if state.banned:
        return False
    if state.called is not None:
        return state.called == participant
    return state.mode is Mode.DISCUSSION and _in_discussion(state, member)


def passes(state: LessonState, source: SourceState) -> bool:
    """Whether a source's packets are passed on, to receivers and to the recording."""
    member = _member(state, owner_of(source.source))
    if member is None or not source.on or not _on_air(state, member):
        return False
    if source.kind is Kind.MICROPHONE:
        master = source.device == member.audio_master
        return master and microphone_open(state, member.participant)
    if member.host:
        return True
    return not state.banned and _may_show(state, member, source.kind)


def may_see(state: LessonState, source: SourceState, role: Role) -> bool:
    """Whether a device of this role may be sent another participant's picture.

    A pupil's camera stands in a home: only teachers get it, and everyone while the pupil is called,
    but for silent inspectors, who never do.
    """
    owner = _member(state, owner_of(source.source))
    at_home = owner is not None and owner.role is Role.PUPIL and source.kind in CAMERAS
    if not at_home or role is Role.TEACHER:
        return True
    return role is not Role.INSPECTOR and owner_of(source.source) == state.called


def _on_air(state: LessonState, member: ParticipantState) -> bool:
    """Whether anything at all of this participant may pass."""
    running = state.phase is not Phase.ENDED and not state.paused
    return running and member.role not in (Role.VIEWER, Role.INSPECTOR)


def _in_discussion(state: LessonState, member: ParticipantState) -> bool:
    """Whether a participant is heard when all are."""
    return member.role is not Role.PUPIL or state.switches[Switch.MICROPHONE]


def _may_show(state: LessonState, member: ParticipantState, kind: Kind) -> bool:
    """Whether a participant's picture, or its screen with sound, passes while nothing is banned."""
    if member.role is not Role.PUPIL:
        return True
    if kind in (Kind.SCREEN, Kind.SCREEN_SOUND):
        return state.switches[Switch.SHARING]
    return state.switches[Switch.CAMERA] or state.called == member.participant


def _member(state: LessonState, participant: ParticipantId) -> ParticipantState | None:
    """A participant of the state."""
    return next((one for one in state.participants if one.participant == participant), None)
