"""Lesson states made by hand, for what is decided from a state alone."""

from signaling.events import Codec, Kind, Layout, Mode, Phase, Role, Switch
from signaling.ids import DeviceId, ParticipantId, SourceId
from signaling.messages import LessonState, ParticipantState, SourceState

HOST = ParticipantId("host")
ROOM = ParticipantId("room")


def source(
    participant: str, name: str, kind: Kind, *, on: bool = True, recorded: bool = True
) -> SourceState:
    """A source of a participant."""
    return SourceState(
        source=SourceId(f"{participant}/{name}"),
        kind=kind,
        device=DeviceId(f"device of {participant}"),
        codec=Codec.OPUS if kind.is_sound else Codec.H264,
        on=on,
        recorded=recorded,
    )


def room(participant: str, *, host: bool = False, role: Role = Role.ROOM) -> ParticipantState:
    """A participant whose device is its audio master."""
    return ParticipantState(
        participant=ParticipantId(participant),
        role=role,
        host=host,
        devices=(),
        audio_master=DeviceId(f"device of {participant}"),
    )


def state(
    *,
    phase: Phase = Phase.LIVE,
    mode: Mode = Mode.LECTURE,
    called: ParticipantId | None = None,
    paused: bool = False,
    participants: tuple[ParticipantState, ...] = (room(HOST, host=True), room(ROOM)),
    sources: tuple[SourceState, ...] = (),
    recording_reason: str = "started",
) -> LessonState:
    """A lesson of a host room and another."""
    return LessonState(
        n=0,
        phase=phase,
        started=0.0,
        planned_seconds=2400.0,
        mode=mode,
        called=called,
        called_since=None if called is None else 0.0,
        locked=False,
        paused=paused,
        banned=False,
        switches=dict.fromkeys(Switch, True),
        layout=Layout.EQUAL,
        participants=participants,
        sources=sources,
        hands=(),
        chat=(),
        recording=True,
        recording_reason=recording_reason,
    )
