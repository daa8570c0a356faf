"""Every command: who may give it, what it causes, when it is refused."""

from collections.abc import Callable
from typing import get_args

import pytest

from signaling.errors import Code, UserError
from signaling.events import (
    AudioMasterSet,
    BanSet,
    Called,
    ChatSent,
    EndReason,
    Event,
    HandLowered,
    HandRaised,
    Layout,
    LayoutSet,
    LessonEnded,
    LessonStarted,
    LockSet,
    Mode,
    ModeSet,
    MutedAll,
    Pace,
    PaceSignalled,
    PauseSet,
    Phase,
    Role,
    SentBack,
    SourceEnabled,
    Switch,
    SwitchSet,
)
from signaling.ids import DeviceId, ParticipantId, PeerId, SourceId, source_id
from signaling.messages import (
    Admit,
    Call,
    Command,
    ConfirmSeating,
    EnableSource,
    EndLesson,
    Leave,
    LowerHand,
    MuteAll,
    Offer,
    RaiseHand,
    Remove,
    SendBack,
    SendChat,
    SetAudioMaster,
    SetBan,
    SetLayout,
    SetLock,
    SetMode,
    SetPause,
    SetSwitch,
    SignalPace,
    StartLesson,
    TurnAway,
    View,
    Whisper,
)
from tests.support.casts import Cast
from tests.support.lessons import CAMERA, FAR, HOST, MICROPHONE

HOST_ONLY: list[Command] = [
    StartLesson(id=1),
    EndLesson(id=1, stopped=True),
    EndLesson(id=1),
    SetMode(id=1, mode=Mode.DISCUSSION),
    Call(id=1, participant=FAR),
    MuteAll(id=1),
    SetLock(id=1, on=True),
    Remove(id=1, participant=FAR),
    SetSwitch(id=1, switch=Switch.CHAT, on=True),
    SetPause(id=1, on=True),
    SetBan(id=1, on=True),
    SetLayout(id=1, layout=Layout.SCREEN),
    ConfirmSeating(id=1, participant=FAR),
]
OF_TEACHERS: list[Command] = [
    Admit(id=1, participant=ParticipantId("somebody")),
    TurnAway(id=1, participant=ParticipantId("somebody")),
]
EVERYONES: list[Command] = [
    EnableSource(id=1, source=SourceId("far/camera"), on=False),
    SendBack(id=1),
    RaiseHand(id=1),
    LowerHand(id=1),
    SignalPace(id=1, pace=Pace.LOST),
    SetAudioMaster(id=1, device=DeviceId("d1")),
    SendChat(id=1, text="好"),
    Whisper(id=1, text="好"),
    Leave(id=1),
    View(id=1, shown=()),
    Offer(id=1, peer=PeerId("p"), direction="down", sdp="v=0"),
]
OTHERS = ("host_room", "far_teacher", "far_room", "pupil", "viewer", "inspector")


def name(command: Command) -> str:
    return command.type


def test_every_command_is_in_the_tables() -> None:
    assert {type(one) for one in [*HOST_ONLY, *OF_TEACHERS, *EVERYONES]} == set(get_args(Command))


@pytest.mark.parametrize("command", HOST_ONLY, ids=name)
@pytest.mark.parametrize("who", OTHERS)
@pytest.mark.parametrize("phase", Phase)
def test_nobody_but_host_staff_gives_the_hosts_commands(
    who: str, command: Command, phase: Phase
) -> None:
    cast = Cast()
    bring_to(cast, phase)
    assert cast.refusal(getattr(cast, who), command) is Code.NOT_ALLOWED


def bring_to(cast: Cast, phase: Phase) -> None:
    """Bring a lesson from its lobby to this phase."""
    if phase is not Phase.LOBBY:
        cast.give(cast.host_teacher, StartLesson(id=1))
    if phase is Phase.ENDED:
        cast.give(cast.host_teacher, EndLesson(id=1))


@pytest.mark.parametrize("command", HOST_ONLY, ids=name)
def test_host_staff_gives_them(command: Command) -> None:
    cast = Cast()
    if command == EndLesson(id=1):
        cast.give(cast.host_teacher, StartLesson(id=1))
    assert cast.refusal(cast.host_teacher, command) is None


@pytest.mark.parametrize("command", EVERYONES, ids=name)
@pytest.mark.parametrize("who", ["viewer", "inspector"])
def test_who_only_watches_may_leave_and_nothing_else(who: str, command: Command) -> None:
    cast = Cast()
    expected = None if isinstance(command, Leave) else Code.NOT_ALLOWED
    assert cast.refusal(getattr(cast, who), command) is expected


@pytest.mark.parametrize("command", [*HOST_ONLY, *EVERYONES], ids=name)
def test_after_the_end_everything_is_refused_but_a_goodbye(command: Command) -> None:
    cast = Cast()
    bring_to(cast, Phase.ENDED)
    expected = None if isinstance(command, Leave) else Code.LESSON_OVER
    assert cast.refusal(cast.host_teacher, command) is expected
    assert cast.give(cast.host_teacher, Leave(id=2)) == []


@pytest.mark.parametrize("command", [*HOST_ONLY, *EVERYONES], ids=name)
def test_a_device_that_left_gives_no_commands(command: Command) -> None:
    cast = Cast()
    cast.give(cast.host_teacher, Leave(id=1))
    assert cast.refusal(cast.host_teacher, command) is Code.NO_SUCH_DEVICE
    assert cast.refusal(DeviceId("never"), command) is Code.NO_SUCH_DEVICE


def test_a_lesson_is_started_once() -> None:
    cast = Cast()
    assert cast.give(cast.host_teacher, StartLesson(id=1)) == [LessonStarted(by=cast.host_teacher)]
    assert cast.refusal(cast.host_teacher, StartLesson(id=2)) is Code.ALREADY_STARTED


def test_a_lobby_is_stopped_not_ended() -> None:
    cast = Cast()
    assert cast.refusal(cast.host_teacher, EndLesson(id=1)) is Code.NOT_STARTED
    stopped = LessonEnded(reason=EndReason.STOPPED, by=cast.host_teacher)
    assert cast.give(cast.host_teacher, EndLesson(id=2, stopped=True)) == [stopped]


def test_the_end_is_the_last_event_and_ends_a_turn() -> None:
    cast = Cast()
    cast.give(cast.host_teacher, StartLesson(id=1))
    cast.give(cast.host_teacher, Call(id=2, participant=FAR))
    cast.pass_time(3.5)
    assert cast.give(cast.host_teacher, EndLesson(id=3)) == [
        SentBack(participant=FAR, turn_s=3.5),
        LessonEnded(reason=EndReason.ENDED, by=cast.host_teacher),
    ]
    assert cast.keep(cast.lesson.end(EndReason.BROKEN, 9)) == []


def test_a_call_sends_back_whoever_was_called_and_takes_the_hand_down() -> None:
    cast = Cast()
    pupil = cast.who(cast.pupil)
    cast.give(cast.pupil, RaiseHand(id=1))
    cast.give(cast.host_teacher, Call(id=2, participant=FAR))
    cast.pass_time(61.25)
    assert cast.give(cast.host_teacher, Call(id=3, participant=pupil)) == [
        SentBack(participant=FAR, turn_s=61.25),
        HandLowered(participant=pupil),
        Called(participant=pupil),
    ]
    assert cast.give(cast.host_teacher, Call(id=4, participant=pupil)) == []


def test_who_cannot_be_called() -> None:
    cast = Cast()
    cast.give(cast.far_teacher, Leave(id=1))
    cast.give(cast.far_room, Leave(id=1))
    refusals = {
        ParticipantId("nobody"): Code.NO_SUCH_PARTICIPANT,
        cast.who(cast.inspector): Code.NO_SUCH_PARTICIPANT,
        cast.who(cast.viewer): Code.NOT_ALLOWED,
        HOST: Code.NOT_ALLOWED,
        FAR: Code.NOT_HERE,
    }
    for who, code in refusals.items():
        assert cast.refusal(cast.host_teacher, Call(id=2, participant=who)) is code


@pytest.mark.parametrize(
    ("command", "code"),
    [(SetPause(id=1, on=True), Code.PAUSED), (SetBan(id=1, on=True), Code.BANNED)],
)
def test_nobody_is_called_while_nobody_may_speak(command: Command, code: Code) -> None:
    cast = Cast()
    cast.give(cast.host_teacher, command)
    assert cast.refusal(cast.host_teacher, Call(id=2, participant=FAR)) is code


def test_the_called_one_may_give_the_floor_back_itself() -> None:
    cast = Cast()
    cast.give(cast.host_teacher, Call(id=1, participant=FAR))
    assert cast.refusal(cast.pupil, SendBack(id=1)) is Code.NOT_ALLOWED
    assert cast.give(cast.far_room, SendBack(id=1)) == [SentBack(participant=FAR, turn_s=0.0)]
    assert cast.refusal(cast.host_teacher, SendBack(id=1)) is Code.NOT_CALLED


ENDS_OF_A_TURN: list[tuple[Command, list[Event]]] = [
    (SetMode(id=1, mode=Mode.LECTURE), []),
    (SetMode(id=1, mode=Mode.DISCUSSION), [ModeSet(mode=Mode.DISCUSSION)]),
    (MuteAll(id=1), [MutedAll()]),
    (SetBan(id=1, on=True), [BanSet(on=True)]),
]


@pytest.mark.parametrize(("command", "then"), ENDS_OF_A_TURN)
def test_a_turn_ends_when_the_floor_changes(command: Command, then: list[Event]) -> None:
    cast = Cast()
    cast.give(cast.host_teacher, Call(id=2, participant=FAR))
    cast.pass_time(2)
    turn = SentBack(participant=FAR, turn_s=2.0)
    assert cast.give(cast.host_teacher, command) == [turn, *then]
    assert cast.lesson.state.called is None


def test_mute_all_ends_a_discussion() -> None:
    cast = Cast()
    cast.give(cast.host_teacher, SetMode(id=1, mode=Mode.DISCUSSION))
    assert cast.give(cast.host_teacher, MuteAll(id=2)) == [MutedAll()]
    assert cast.lesson.state.mode is Mode.LECTURE
    assert cast.give(cast.host_teacher, MuteAll(id=3)) == []


def test_hands_stand_in_order_of_time_and_only_once() -> None:
    cast = Cast()
    for device in (cast.pupil, cast.far_teacher, cast.other, cast.pupil, cast.far_room):
        cast.pass_time(1)
        cast.give(device, RaiseHand(id=1))
    standing = [(hand.participant, hand.since) for hand in cast.lesson.state.hands]
    assert standing == [(cast.who(cast.pupil), 1), (FAR, 2), (cast.who(cast.other), 3)]


def test_a_hand_is_lowered_by_its_owner_or_by_host_staff() -> None:
    cast = Cast()
    pupil = cast.who(cast.pupil)
    cast.give(cast.pupil, RaiseHand(id=1))
    theirs = LowerHand(id=2, participant=pupil)
    assert cast.refusal(cast.other, theirs) is Code.NOT_ALLOWED
    assert cast.give(cast.other, LowerHand(id=2)) == []
    assert cast.give(cast.host_teacher, theirs) == [HandLowered(participant=pupil)]
    assert cast.give(cast.pupil, RaiseHand(id=3)) == [HandRaised(participant=pupil)]
    assert cast.give(cast.pupil, LowerHand(id=4)) == [HandLowered(participant=pupil)]


def test_the_host_room_raises_no_hand_and_nobody_does_under_a_ban() -> None:
    cast = Cast()
    assert cast.refusal(cast.host_teacher, RaiseHand(id=1)) is Code.NOT_ALLOWED
    cast.give(cast.host_teacher, SetBan(id=2, on=True))
    assert cast.refusal(cast.pupil, RaiseHand(id=1)) is Code.BANNED


def test_only_the_teacher_of_a_receiving_room_tells_how_it_follows() -> None:
    cast = Cast()
    lost = SignalPace(id=1, pace=Pace.LOST)
    assert cast.refusal(cast.far_teacher, lost) is Code.NOT_STARTED
    cast.give(cast.host_teacher, StartLesson(id=1))
    assert cast.give(cast.far_teacher, lost) == [PaceSignalled(participant=FAR, pace=Pace.LOST)]
    for other in (cast.host_teacher, cast.host_room, cast.far_room, cast.pupil, cast.viewer):
        assert cast.refusal(other, lost) is Code.NOT_ALLOWED


SETTERS: list[tuple[Callable[[bool], Command], Callable[[bool], Event]]] = [
    (lambda on: SetLock(id=1, on=on), lambda on: LockSet(on=on)),
    (lambda on: SetPause(id=1, on=on), lambda on: PauseSet(on=on)),
    (lambda on: SetBan(id=1, on=on), lambda on: BanSet(on=on)),
    (
        lambda on: SetSwitch(id=1, switch=Switch.SHARING, on=on),
        lambda on: SwitchSet(switch=Switch.SHARING, on=on),
    ),
]


@pytest.mark.parametrize(("command", "event"), SETTERS)
def test_a_switch_is_told_when_it_changes_and_not_otherwise(
    command: Callable[[bool], Command], event: Callable[[bool], Event]
) -> None:
    cast = Cast()
    assert cast.give(cast.host_teacher, command(False)) == []
    assert cast.give(cast.host_teacher, command(True)) == [event(True)]
    assert cast.give(cast.host_teacher, command(True)) == []
    assert cast.give(cast.host_teacher, command(False)) == [event(False)]


def test_the_layout_is_for_all() -> None:
    cast = Cast()
    chosen = SetLayout(id=1, layout=Layout.SPEAKER)
    assert cast.give(cast.host_teacher, chosen) == [LayoutSet(layout=Layout.SPEAKER)]
    assert cast.give(cast.host_teacher, chosen) == []


def test_chat_of_pupils_is_off_at_first_and_of_rooms_on() -> None:
    cast = Cast()
    line = SendChat(id=1, text="听得清楚")
    assert cast.refusal(cast.pupil, line) is Code.CHAT_OFF
    assert cast.give(cast.far_room, line) == [ChatSent(participant=FAR, text="听得清楚")]
    cast.give(cast.host_teacher, SetSwitch(id=1, switch=Switch.CHAT, on=True))
    assert cast.refusal(cast.pupil, line) is None
    cast.give(cast.host_teacher, SetBan(id=2, on=True))
    assert cast.refusal(cast.far_teacher, line) is Code.BANNED
    assert cast.refusal(cast.host_room, line) is None


def test_the_audio_master_is_changed_by_any_device_of_the_room() -> None:
    cast = Cast()
    assert cast.lesson.microphone(cast.far_teacher).loudspeaker
    change = SetAudioMaster(id=1, device=cast.far_room)
    changed = AudioMasterSet(participant=FAR, device=cast.far_room)
    assert cast.refusal(cast.pupil, change) is Code.NO_SUCH_DEVICE
    assert cast.refusal(cast.host_teacher, change) is Code.NO_SUCH_DEVICE
    assert cast.give(cast.far_teacher, change) == [changed]
    assert cast.give(cast.far_teacher, change) == []
    assert not cast.lesson.microphone(cast.far_teacher).loudspeaker


def test_a_device_without_echo_cancellation_never_becomes_the_audio_master() -> None:
    cast = Cast()
    deaf = cast.join(Role.ROOM, FAR, loudspeaker=False)
    change = SetAudioMaster(id=1, device=deaf)
    assert cast.refusal(cast.far_room, change) is Code.NOT_ALLOWED


def test_a_source_is_turned_on_and_off_by_its_owner() -> None:
    cast = Cast()
    cast.publish(cast.far_teacher, CAMERA)
    off = EnableSource(id=1, source=source_id(FAR, "camera"), on=False)
    assert cast.refusal(cast.pupil, off) is Code.NOT_ALLOWED
    assert cast.refusal(cast.host_teacher, off) is Code.NOT_ALLOWED
    assert cast.give(cast.far_room, off) == [SourceEnabled(source=off.source, on=False)]
    assert cast.give(cast.far_room, off) == []
    unknown = EnableSource(id=1, source=source_id(FAR, "moon"), on=False)
    assert cast.refusal(cast.far_room, unknown) is Code.NO_SUCH_SOURCE


@pytest.mark.parametrize(
    ("switch", "code", "source"),
    [
        (Switch.CAMERA, Code.CAMERA_OFF, "camera"),
        (Switch.MICROPHONE, Code.MICROPHONE_OFF, "microphone"),
    ],
)
def test_a_pupil_turns_nothing_on_that_the_teacher_switched_off_unless_called(
    switch: Switch, code: Code, source: str
) -> None:
    cast = Cast()
    pupil = cast.who(cast.pupil)
    cast.publish(cast.pupil, CAMERA, MICROPHONE)
    cast.give(cast.pupil, EnableSource(id=1, source=source_id(pupil, source), on=False))
    cast.give(cast.host_teacher, SetSwitch(id=1, switch=switch, on=False))
    on = EnableSource(id=2, source=source_id(pupil, source), on=True)
    assert cast.refusal(cast.pupil, on) is code
    cast.give(cast.host_teacher, Call(id=2, participant=pupil))
    assert cast.refusal(cast.pupil, on) is None


def test_a_refusal_changes_nothing() -> None:
    cast = Cast()
    before = cast.lesson.state
    with pytest.raises(UserError):
        cast.give(cast.pupil, SetPause(id=1, on=True))
    assert cast.lesson.state == before
