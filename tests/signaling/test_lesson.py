"""The live lesson from its door to its bell, whatever anybody does."""

from contextlib import suppress
from dataclasses import dataclass

from hypothesis import given, settings
from hypothesis import strategies as st

from signaling.errors import PeerError, UserError
from signaling.events import (
    EndReason,
    Kind,
    Layout,
    LessonEnded,
    LessonOpened,
    Mode,
    Pace,
    Phase,
    Role,
    Summary,
    Switch,
)
from signaling.floor import microphone_open, passes
from signaling.ids import DeviceId, ParticipantId, source_id
from signaling.lesson import SUMMARY_EVERY, LiveLesson
from signaling.messages import (
    Call,
    Command,
    ConfirmSeating,
    EnableSource,
    EndLesson,
    Leave,
    LowerHand,
    MuteAll,
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
    SourceOffer,
    StartLesson,
    Whisper,
)
from tests.support.lessons import CAMERA, FAR, HOST, MICROPHONE, PLAN, SCREEN, Classroom
from tests.support.stories import REPORT


def test_the_first_event_opens_the_lobby_as_planned() -> None:
    (opened,) = LiveLesson(PLAN).open("2026-11-23T08:00:00+00:00")
    assert isinstance(opened, LessonOpened)
    assert (opened.lesson, opened.planned_seconds, opened.rooms) == (
        PLAN.lesson,
        PLAN.planned_seconds,
        PLAN.rooms,
    )


def test_a_late_joiner_finds_the_expected_rooms_first() -> None:
    room = Classroom()
    room.join(Role.PUPIL)
    names = [one.participant for one in room.lesson.state.participants]
    assert names == [HOST, FAR, ParticipantId("p1")]


def test_a_lesson_that_overruns_for_too_long_ends_by_itself() -> None:
    room = Classroom()
    teacher = room.teacher()
    room.pass_time(300)
    room.hears(teacher)
    room.give(teacher, StartLesson(id=1))
    room.pass_time(2400 + 600)
    room.hears(teacher)
    assert room.lesson.deadline() == room.now
    assert room.tick(-0.001) == []
    assert room.tick(0.001) == [LessonEnded(reason=EndReason.OVERRUN, by=None)]


def test_a_lobby_never_overruns() -> None:
    room = Classroom()
    teacher = room.teacher()
    room.pass_time(100_000)
    room.hears(teacher)
    assert room.tick() == []


def test_a_device_is_summed_up_once_a_minute() -> None:
    room = Classroom()
    device, inspector = room.join(Role.ROOM, FAR), room.join(Role.INSPECTOR)
    (summary,) = room.keep(room.lesson.report(device, REPORT, room.now))
    assert isinstance(summary, Summary)
    assert (summary.participant, summary.rtt_ms) == (FAR, REPORT.rtt_ms)
    room.pass_time(SUMMARY_EVERY - 1)
    assert room.lesson.report(device, REPORT, room.now) == []
    room.pass_time(1)
    assert len(room.lesson.report(device, REPORT, room.now)) == 1
    assert room.lesson.report(inspector, REPORT, room.now) == []
    assert room.lesson.report(DeviceId("never"), REPORT, room.now) == []


def test_what_a_device_is_and_can_do_is_remembered() -> None:
    room = Classroom()
    device = room.join(Role.PUPIL)
    room.give(device, Leave(id=1))
    assert room.lesson.role_of(device) is Role.PUPIL
    assert room.lesson.participant_of(device) == "p1"
    assert room.lesson.encodes(device) == room.lesson.decodes(device) != ()
    never = DeviceId("never")
    assert room.lesson.role_of(never) is None
    assert room.lesson.participant_of(never) is None
    assert room.lesson.encodes(never) == room.lesson.decodes(never) == ()
    microphone = room.lesson.microphone(never)
    assert (microphone.open, microphone.loudspeaker) == (False, False)


DEVICES = st.integers(1, 6).map(lambda number: DeviceId(f"d{number}"))
PEOPLE = st.sampled_from([HOST, FAR, *(ParticipantId(f"p{number}") for number in range(3, 7))])
SOURCES = st.builds(source_id, PEOPLE, st.sampled_from(["camera", "microphone"]))
OFFERS = st.lists(st.sampled_from([CAMERA, MICROPHONE, SCREEN]), unique=True, max_size=3)
FLAGS = st.booleans()
ID = st.just(1)
COMMANDS: st.SearchStrategy[Command] = st.one_of(
    st.builds(StartLesson, id=ID),
    st.builds(SetMode, id=ID, mode=st.sampled_from(Mode)),
    st.builds(Call, id=ID, participant=PEOPLE),
    st.builds(SendBack, id=ID),
    st.builds(RaiseHand, id=ID),
    st.builds(LowerHand, id=ID, participant=st.none() | PEOPLE),
    st.builds(ConfirmSeating, id=ID, participant=st.sampled_from([HOST, FAR])),
    st.builds(SignalPace, id=ID, pace=st.sampled_from(Pace)),
    st.builds(MuteAll, id=ID),
    st.builds(SetLock, id=ID, on=FLAGS),
    st.builds(Remove, id=ID, participant=PEOPLE, bar=FLAGS),
    st.builds(SetSwitch, id=ID, switch=st.sampled_from(Switch), on=FLAGS),
    st.builds(SetPause, id=ID, on=FLAGS),
    st.builds(SetBan, id=ID, on=FLAGS),
    st.builds(SetLayout, id=ID, layout=st.sampled_from(Layout)),
    st.builds(SetAudioMaster, id=ID, device=DEVICES),
    st.builds(SendChat, id=ID, text=st.text(min_size=1, max_size=9)),
    st.builds(Whisper, id=ID, text=st.just("好"), participant=st.none() | PEOPLE),
    st.builds(Leave, id=ID),
    st.builds(EnableSource, id=ID, source=SOURCES, on=FLAGS),
)
SEATS: st.SearchStrategy[tuple[Role, ParticipantId | None]] = st.sampled_from(
    [
        (Role.TEACHER, HOST),
        (Role.ROOM, HOST),
        (Role.TEACHER, FAR),
        (Role.ROOM, FAR),
        (Role.PUPIL, None),
        (Role.VIEWER, None),
        (Role.INSPECTOR, None),
    ]
)


@dataclass(frozen=True)
class Join:
    """A new device."""

    seat: tuple[Role, ParticipantId | None]
    loudspeaker: bool

    def happen(self, room: Classroom) -> None:
        role, place = self.seat
        room.join(role, place, name="小明", loudspeaker=self.loudspeaker)


@dataclass(frozen=True)
class Give:
    """A command."""

    device: DeviceId
    command: Command

    def happen(self, room: Classroom) -> None:
        room.give(self.device, self.command)


@dataclass(frozen=True)
class Publish:
    """An upward offer."""

    device: DeviceId
    sources: list[SourceOffer]

    def happen(self, room: Classroom) -> None:
        room.publish(self.device, *self.sources)


@dataclass(frozen=True)
class Wait:
    """Time passes; some devices are heard."""

    seconds: float
    heard: list[DeviceId]

    def happen(self, room: Classroom) -> None:
        room.pass_time(self.seconds)
        for device in self.heard:
            room.lesson.heard(device, room.now)
        room.tick()


@dataclass(frozen=True)
class ComeBack:
    """A device resumes, perhaps with a link that is not its own."""

    device: DeviceId
    seat: tuple[Role, ParticipantId | None]

    def happen(self, room: Classroom) -> None:
        room.resume(self.device, *self.seat)


@dataclass(frozen=True)
class Restart:
    """The server was away."""

    seconds: float

    def happen(self, room: Classroom) -> None:
        room.pass_time(self.seconds)
        room.keep(room.lesson.resumed(self.seconds, 0, room.now))


Move = Join | Give | Publish | Wait | ComeBack | Restart
MOVES: st.SearchStrategy[Move] = st.one_of(
    st.builds(Join, SEATS, FLAGS),
    st.builds(Give, DEVICES, COMMANDS),
    st.builds(Give, st.just(DeviceId("d1")), COMMANDS),
    st.builds(Publish, DEVICES, OFFERS),
    st.builds(Wait, st.sampled_from([0.5, 3.0, 6.0, 70.0]), st.lists(DEVICES)),
    st.builds(ComeBack, DEVICES, SEATS),
    st.builds(Restart, st.sampled_from([1.0, 90.0])),
)


def open_microphones(room: Classroom) -> list[DeviceId]:
    """The devices whose microphone the server opens."""
    return [one for one in room.lesson.present() if room.lesson.microphone(one).open]


def check(room: Classroom) -> None:
    """What is true of every lesson at every moment."""
    state = room.lesson.state
    speaking = [room.who(device) for device in open_microphones(room)]
    assert len(speaking) == len(set(speaking)), "two open microphones in one room"
    assert all(microphone_open(state, who) for who in speaking)
    if state.mode is Mode.LECTURE or state.called is not None or state.banned:
        assert set(speaking) <= {HOST, state.called}
    if state.paused or state.phase is Phase.ENDED:
        assert not speaking
        assert not any(passes(state, source) for source in state.sources)
    passing = [one for one in state.sources if one.kind is Kind.MICROPHONE and passes(state, one)]
    assert {one.device for one in passing} <= set(open_microphones(room))
    here = {one.device for who in state.participants for one in who.devices}
    assert here == set(room.lesson.present())
    assert {one.device for one in state.sources} <= here
    present = {who.participant for who in state.participants if who.devices}
    assert {hand.participant for hand in state.hands} <= present
    assert state.called is None or state.called in present


@settings(max_examples=200)
@given(st.lists(MOVES, min_size=15, max_size=60), st.booleans())
def test_whatever_happens_the_floor_holds_and_the_journal_tells_it_all(
    moves: list[Move], stop: bool
) -> None:
    room = Classroom()
    teacher = room.teacher()
    room.join(Role.ROOM, FAR)
    room.join(Role.PUPIL)
    for one in moves:
        with suppress(UserError, PeerError):
            one.happen(room)
            check(room)
    if stop and teacher in room.lesson.present():
        room.give(teacher, EndLesson(id=1, stopped=True))
        check(room)
    again = LiveLesson(PLAN)
    for line in room.kept:
        again.apply(*line)
    assert again.state == room.lesson.state
