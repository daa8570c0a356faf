"""Who may speak and show, as a table."""

from dataclasses import replace

import pytest

from signaling.events import Codec, Kind, Mode, Phase, Role, Switch
from signaling.floor import may_see, microphone_open, passes
from signaling.ids import DeviceId, ParticipantId, source_id
from signaling.messages import DeviceState, LessonState, ParticipantState, SourceState
from tests.support.lessons import FAR, HOST, Classroom

PUPIL = ParticipantId("pupil")
VIEWER = ParticipantId("viewer")
INSPECTOR = ParticipantId("inspector")
EVERYONE = (HOST, FAR, PUPIL, VIEWER, INSPECTOR)


def person(who: ParticipantId, role: Role, *, host: bool = False) -> ParticipantState:
    """A participant with one device, its audio master."""
    device = DeviceId(f"{who}'s")
    return ParticipantState(
        participant=who,
        role=role,
        host=host,
        devices=(DeviceState(device=device, role=role, away=False),),
        audio_master=device,
    )


LECTURE = replace(
    Classroom().lesson.state,
    phase=Phase.LIVE,
    participants=(
        person(HOST, Role.ROOM, host=True),
        person(FAR, Role.ROOM),
        person(PUPIL, Role.PUPIL),
        person(VIEWER, Role.VIEWER),
        person(INSPECTOR, Role.INSPECTOR),
    ),
)
DISCUSSION = replace(LECTURE, mode=Mode.DISCUSSION)


def off(state: LessonState, switch: Switch) -> LessonState:
    return replace(state, switches={**state.switches, switch: False})


SPEAKERS: dict[str, tuple[LessonState, set[ParticipantId]]] = {
    "lobby": (replace(LECTURE, phase=Phase.LOBBY), {HOST}),
    "lecture": (LECTURE, {HOST}),
    "room called": (replace(LECTURE, called=FAR), {HOST, FAR}),
    "pupil called": (replace(LECTURE, called=PUPIL), {HOST, PUPIL}),
    "discussion": (DISCUSSION, {HOST, FAR, PUPIL}),
    "discussion without pupils": (off(DISCUSSION, Switch.MICROPHONE), {HOST, FAR}),
    "called in a discussion": (replace(DISCUSSION, called=FAR), {HOST, FAR}),
    "called though pupils are off": (
        replace(off(DISCUSSION, Switch.MICROPHONE), called=PUPIL),
        {HOST, PUPIL},
    ),
    "banned": (replace(DISCUSSION, banned=True), {HOST}),
    "banned while called": (replace(LECTURE, called=FAR, banned=True), {HOST}),
    "paused": (replace(DISCUSSION, paused=True), set()),
    "ended": (replace(DISCUSSION, phase=Phase.ENDED), set()),
    "a called viewer has no microphone": (replace(LECTURE, called=VIEWER), {HOST}),
}


@pytest.mark.parametrize("case", SPEAKERS)
def test_whose_microphone_is_open(case: str) -> None:
    state, expected = SPEAKERS[case]
    assert {who for who in EVERYONE if microphone_open(state, who)} == expected


@pytest.mark.parametrize("case", SPEAKERS)
def test_a_microphone_passes_when_it_is_open_and_no_other(case: str) -> None:
    state, expected = SPEAKERS[case]
    assert {who for who in EVERYONE if passes(state, sent(who, Kind.MICROPHONE))} == expected


def sent(who: ParticipantId, kind: Kind, *, on: bool = True) -> SourceState:
    """A source of somebody's audio master."""
    return SourceState(
        source=source_id(who, kind.value),
        kind=kind,
        device=DeviceId(f"{who}'s"),
        codec=Codec.OPUS if kind.is_sound else Codec.H264,
        on=on,
        recorded=False,
    )


OPEN = {**LECTURE.switches, Switch.SHARING: True}
SHOWERS: dict[str, tuple[LessonState, Kind, set[ParticipantId]]] = {
    "cameras in the lobby": (
        replace(LECTURE, phase=Phase.LOBBY),
        Kind.CAMERA,
        {HOST, FAR, PUPIL},
    ),
    "cameras": (LECTURE, Kind.CAMERA, {HOST, FAR, PUPIL}),
    "pupils' cameras off": (off(LECTURE, Switch.CAMERA), Kind.CAMERA, {HOST, FAR}),
    "a called pupil's camera": (
        replace(off(LECTURE, Switch.CAMERA), called=PUPIL),
        Kind.CAMERA,
        {HOST, FAR, PUPIL},
    ),
    "class cameras": (off(LECTURE, Switch.CAMERA), Kind.CLASS_CAMERA, {HOST, FAR}),
    "screens": (LECTURE, Kind.SCREEN, {HOST, FAR}),
    "screens of pupils too": (replace(LECTURE, switches=OPEN), Kind.SCREEN, {HOST, FAR, PUPIL}),
    "a called pupil's screen": (replace(LECTURE, called=PUPIL), Kind.SCREEN, {HOST, FAR}),
    "screen sound": (LECTURE, Kind.SCREEN_SOUND, {HOST, FAR}),
    "banned": (replace(LECTURE, banned=True), Kind.CAMERA, {HOST}),
    "paused": (replace(LECTURE, paused=True), Kind.CAMERA, set()),
    "ended": (replace(LECTURE, phase=Phase.ENDED), Kind.SCREEN, set()),
}


@pytest.mark.parametrize("case", SHOWERS)
def test_whose_pictures_pass(case: str) -> None:
    state, kind, expected = SHOWERS[case]
    assert {who for who in EVERYONE if passes(state, sent(who, kind))} == expected


def test_what_is_turned_off_does_not_pass() -> None:
    assert not passes(LECTURE, sent(HOST, Kind.CAMERA, on=False))


def test_only_the_audio_master_is_heard() -> None:
    second = replace(sent(HOST, Kind.MICROPHONE), device=DeviceId("another"))
    assert not passes(LECTURE, second)


def test_a_source_of_nobody_does_not_pass() -> None:
    assert not passes(LECTURE, sent(ParticipantId("stranger"), Kind.CAMERA))
    assert not microphone_open(LECTURE, ParticipantId("stranger"))


HOME = ParticipantId("home")


def at_home(called: ParticipantId | None = None) -> tuple[LessonState, SourceState]:
    """A lesson with a pupil at home, and the pupil's camera."""
    lesson = Classroom().lesson.state
    members = (*lesson.participants, person(HOME, Role.PUPIL))
    return replace(lesson, participants=members, called=called), sent(HOME, Kind.CAMERA)


def may_see_home(called: ParticipantId | None) -> set[Role]:
    lesson, camera = at_home(called)
    return {role for role in Role if may_see(lesson, camera, role)}


def test_a_camera_at_home_is_for_teachers_until_the_pupil_is_called() -> None:
    assert may_see_home(None) == {Role.TEACHER}
    assert may_see_home(FAR) == {Role.TEACHER}
    assert may_see_home(HOME) == set(Role) - {Role.INSPECTOR}


def test_rooms_and_shared_screens_are_for_everyone() -> None:
    lesson, _ = at_home()
    for seen in (sent(FAR, Kind.CLASS_CAMERA), sent(HOST, Kind.CAMERA), sent(HOME, Kind.SCREEN)):
        assert all(may_see(lesson, seen, role) for role in Role)
