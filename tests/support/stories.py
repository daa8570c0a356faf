"""Lessons told event by event, for every fold to agree on: `python -m tests.support.stories`.

Writes tests/vectors/fold/*.json; the browser's reducer reads the same files. The sample journal of
a released version is written once and never again.
"""

import json
from pathlib import Path

from pydantic import TypeAdapter

from signaling.events import (
    Codec,
    ConsentDecided,
    EndReason,
    GapReason,
    JournalGap,
    Kind,
    Layout,
    LinkReason,
    LinkStep,
    LinkStepped,
    Mode,
    Pace,
    RecordingGap,
    RecordingStateSet,
    Role,
    Switch,
    Talked,
)
from signaling.ids import ParticipantId, source_id
from signaling.journal import VERSION, Writer
from signaling.lesson import sees, told
from signaling.messages import (
    Admit,
    Call,
    ConfirmSeating,
    EnableSource,
    EndLesson,
    Leave,
    LessonState,
    LowerHand,
    MuteAll,
    RaiseHand,
    Remove,
    Report,
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
    Told,
    TurnAway,
    Whisper,
)
from tests.support.lessons import CAMERA, FAR, HOST, MICROPHONE, SCREEN, Classroom, source

VECTORS = Path(__file__).parents[1] / "vectors"
TOLD: TypeAdapter[Told] = TypeAdapter(Told)
STATE: TypeAdapter[LessonState] = TypeAdapter(LessonState)

PUPIL = ParticipantId("p3")
"""The first pupil of each story; of a lesson that does not know it, the one who is let in."""

AUDIENCES: dict[str, tuple[Role, ParticipantId]] = {
    "teacher": (Role.TEACHER, HOST),
    "far_teacher": (Role.TEACHER, FAR),
    "room": (Role.ROOM, FAR),
    "pupil": (Role.PUPIL, PUPIL),
    "viewer": (Role.VIEWER, ParticipantId("nobody")),
}


def a_whole_lesson() -> Classroom:
    """From the lobby to the bell, as it should be."""
    room = Classroom()
    teacher, far = room.teacher(), room.join(Role.ROOM, FAR)
    pupil = room.join(Role.PUPIL, name="小明")
    room.pass_time(1.5)
    for device in (teacher, far, pupil):
        room.publish(device, CAMERA, MICROPHONE)
    for who, allowed in ((HOST, True), (FAR, True), (PUPIL, False)):
        for name in ("camera", "microphone"):
            room.keep([consent(who, name, allowed)])
    room.give(teacher, StartLesson(id=1))
    room.keep([RecordingStateSet(on=True, reason="started")])
    room.pass_time(60.25)
    room.give(pupil, RaiseHand(id=1))
    room.give(far, RaiseHand(id=1))
    room.give(teacher, Call(id=2, participant=FAR))
    room.pass_time(33.3)
    room.give(teacher, SendBack(id=3))
    room.give(teacher, SetMode(id=4, mode=Mode.DISCUSSION))
    room.give(teacher, Call(id=5, participant=PUPIL))
    room.give(teacher, SetSwitch(id=6, switch=Switch.CHAT, on=True))
    room.give(pupil, SendChat(id=2, text="老师好！“1/2” <b>"))
    room.keep([gap(FAR, GapReason.PACKETS_LOST)])
    room.lesson.heard(far, room.now)
    room.keep(room.lesson.report(far, REPORT, room.now))
    room.publish(teacher, CAMERA, MICROPHONE, SCREEN, source("screen_sound", Kind.SCREEN_SOUND))
    room.give(teacher, SetLayout(id=7, layout=Layout.SCREEN))
    room.publish(teacher, CAMERA, MICROPHONE)
    room.give(teacher, MuteAll(id=8))
    room.give(pupil, Leave(id=3))
    room.give(teacher, EndLesson(id=9))
    return room


REPORT = Report(rtt_ms=41.5, clock_offset_ms=1234.5, loss=0.01)


def consent(who: ParticipantId, name: str, allowed: bool) -> ConsentDecided:
    """Whether somebody's source may be recorded."""
    reason = "consent_room" if allowed else "consent_pupil_at_home"
    return ConsentDecided(source=source_id(who, name), allowed=allowed, reason=reason)


def gap(who: ParticipantId, reason: GapReason) -> RecordingGap:
    """A stretch of somebody's camera that is missing."""
    return RecordingGap(source=source_id(who, "camera"), start=70.0, end=71.25, reason=reason)


def broken_links() -> Classroom:
    """Links that break, devices that come back, a server that restarts."""
    room = Classroom()
    teacher, far = room.teacher(), room.join(Role.ROOM, FAR, loudspeaker=False)
    pupil = room.join(Role.PUPIL, name="小红")
    screen = room.join(Role.ROOM, FAR)
    inspector = room.join(Role.INSPECTOR)
    room.publish(far, CAMERA)
    room.publish(screen, MICROPHONE)
    room.keep(
        [ConsentDecided(source=source_id(FAR, "camera"), allowed=True, reason="consent_room")]
    )
    room.give(teacher, StartLesson(id=1))
    room.give(pupil, RaiseHand(id=1))
    room.give(teacher, Call(id=2, participant=PUPIL))
    room.pass_time(4)
    room.hears(teacher, screen, inspector)
    room.tick(2)
    room.resume(far, Role.ROOM, FAR)
    for _ in range(12):
        room.pass_time(5)
        room.hears(teacher, far, inspector)
        room.tick()
    room.resume(screen, Role.ROOM, FAR)
    room.resume(pupil, Role.PUPIL, None)
    room.publish(screen, MICROPHONE)
    room.pass_time(20)
    room.keep(
        [
            LinkStepped(
                participant=FAR,
                step=LinkStep.STILLS,
                reason=LinkReason.NARROW,
                available_kbps=180,
            )
        ]
    )
    heard = source_id(FAR, "microphone")
    room.keep([Talked(participant=FAR, source=heard, began=70.5, ended=82.2, talked_s=11.7)])
    room.keep(room.lesson.resumed(20.0, 17, room.now))
    room.keep([JournalGap(since=room.now, events=0)])
    room.pass_time(90)
    room.keep(room.lesson.resumed(90.0, 0, room.now))
    room.resume(teacher, Role.TEACHER, HOST)
    room.keep(room.lesson.end(EndReason.BROKEN, room.now))
    return room


def a_firm_hand() -> Classroom:
    """Everything that the teacher may forbid, switch and take away."""
    room = Classroom()
    teacher, laptop = room.teacher(), room.teacher()
    pupil, other = room.join(Role.PUPIL, name="小刚"), room.join(Role.PUPIL, name="小丽")
    room.give(teacher, SetSwitch(id=1, switch=Switch.SHARING, on=True))
    room.publish(pupil, CAMERA, MICROPHONE, SCREEN)
    room.publish(teacher, CAMERA, MICROPHONE)
    room.give(teacher, SetSwitch(id=2, switch=Switch.CAMERA, on=False))
    room.give(pupil, EnableSource(id=1, source=source_id(PUPIL, "camera"), on=False))
    room.give(teacher, SetAudioMaster(id=3, device=laptop))
    room.publish(laptop, MICROPHONE)
    room.publish(pupil, CAMERA, MICROPHONE, codecs={"camera": Codec.VP8})
    room.give(pupil, RaiseHand(id=2))
    room.give(other, RaiseHand(id=2))
    room.give(teacher, LowerHand(id=4, participant=PUPIL))
    room.give(teacher, Call(id=5, participant=PUPIL))
    room.pass_time(7)
    room.give(teacher, SetBan(id=6, on=True))
    room.give(teacher, SetPause(id=7, on=True))
    room.give(teacher, SetPause(id=8, on=False))
    room.give(teacher, SetLock(id=9, on=True))
    room.give(teacher, Remove(id=10, participant=PUPIL, bar=True))
    room.give(laptop, Leave(id=1))
    room.give(teacher, EndLesson(id=11, stopped=True))
    return room


def a_class_that_follows() -> Classroom:
    """A receiving room's teacher tells the host how her class follows."""
    room = Classroom()
    teacher, far = room.teacher(), room.join(Role.TEACHER, FAR)
    room.give(teacher, StartLesson(id=1))
    for number, pace in enumerate(Pace):
        room.pass_time(30)
        room.give(far, SignalPace(id=number, pace=pace))
    room.give(far, Whisper(id=9, text="这边听不见第二排"))
    room.give(teacher, Whisper(id=9, text="好，我走近一点", participant=FAR))
    room.give(teacher, ConfirmSeating(id=10, participant=FAR))
    room.give(teacher, EndLesson(id=2))
    return room


def pupils_who_knock() -> Classroom:
    """Pupils whom the lesson does not know: let in, turned away, gone, back, still waiting."""
    room = Classroom()
    teacher, far = room.teacher(), room.join(Role.TEACHER, FAR)
    known, stranger, patient, shy = (room.knock(f"学生{number}") for number in range(4))
    room.pass_time(2.25)
    room.give(far, Admit(id=1, participant=room.who(known)))
    room.publish(known, CAMERA)
    room.give(teacher, StartLesson(id=1))
    room.give(teacher, TurnAway(id=2, participant=room.who(stranger)))
    room.give(shy, Leave(id=1))
    room.pass_time(61)
    room.hears(teacher, far, known)
    room.tick()
    room.resume(patient, Role.PUPIL, None)
    room.give(known, RaiseHand(id=1))
    room.give(teacher, EndLesson(id=3))
    return room


STORIES = {
    "a_whole_lesson": a_whole_lesson,
    "broken_links": broken_links,
    "a_firm_hand": a_firm_hand,
    "a_class_that_follows": a_class_that_follows,
    "pupils_who_knock": pupils_who_knock,
}


def vector(room: Classroom) -> str:
    """A story as the vectors hold it: what each audience is told and where that leads."""
    states: dict[str, object] = {}
    for name, (role, who) in AUDIENCES.items():
        seen = [told(n, t, event) for n, t, event in room.kept if sees(role, who, event)]
        state = STATE.dump_python(room.lesson.state_for(role, who), mode="json")
        states[name] = {"seen": [plain(one) for one in seen], "state": state}
    events = [plain(told(*line)) for line in room.kept]
    return layout({"events": events, "states": states})


def plain(message: Told) -> object:
    """An event as JSON has it."""
    return TOLD.dump_python(message, mode="json")


def layout(value: object, depth: int = 0) -> str:
    """JSON with one event or one field of a state on each line."""
    if depth == 4 or not isinstance(value, dict | list) or not value:
        return json.dumps(value, ensure_ascii=False)
    pad = "  " * (depth + 1)
    if isinstance(value, list):
        lines = [json.dumps(one, ensure_ascii=False) for one in value]
        return "[\n" + ",\n".join(pad + line for line in lines) + "\n" + pad[2:] + "]"
    fields = [f"{pad}{json.dumps(key)}: {layout(one, depth + 1)}" for key, one in value.items()]
    return "{\n" + ",\n".join(fields) + "\n" + pad[2:] + "}"


def journal_of(room: Classroom) -> bytes:
    """The story as a journal; nonces are counted, so that it is always the same."""
    writer = Writer()
    return b"".join(writer.write(t, event, n.to_bytes(16, "big"))[1] for n, t, event in room.kept)


def write_vectors() -> None:
    """Write every story, and as a sample journal of this version where there is none."""
    for name, tell in STORIES.items():
        room = tell()
        (VECTORS / "fold" / f"{name}.json").write_text(vector(room) + "\n")
        sample = VECTORS / "journal" / f"v{VERSION}_{name}.jsonl"
        if not sample.exists():
            sample.write_bytes(journal_of(room))
            end = STATE.dump_json(room.lesson.state, indent=1)
            sample.with_suffix(".json").write_bytes(end + b"\n")


if __name__ == "__main__":
    write_vectors()
