from itertools import count

from recorder.requests import (
    CloseSource,
    Gap,
    MarkGap,
    OpenSource,
    Progress,
    Request,
    SourceWritten,
)
from server.live.recording import Recording, gap_event
from server.live.wishes import wishes
from signaling.events import GapReason, Kind, RecordingGap
from signaling.ids import LessonId, SourceId
from signaling.messages import LessonState
from tests.support.states import HOST, ROOM, source, state

CAMERA = source(HOST, "camera", Kind.CAMERA)
FAR = source(ROOM, "microphone", Kind.MICROPHONE)
LESSON = LessonId("lesson")


def recording() -> Recording:
    numbers = count(1)
    made = Recording(LESSON, lambda: next(numbers))
    made.running = True
    return made


def follow(made: Recording, now: LessonState) -> list[Request]:
    return made.follow(now, wishes(now))


def opening(handle: int) -> OpenSource:
    return OpenSource(
        lesson=LESSON,
        source=CAMERA.source,
        handle=handle,
        kind=CAMERA.kind,
        codec=CAMERA.codec,
        device=CAMERA.device,
    )


def test_a_covered_source_is_opened_once() -> None:
    made = recording()
    assert follow(made, state(sources=(CAMERA,))) == [opening(1)]
    assert follow(made, state(sources=(CAMERA,))) == []
    assert made.handles == {CAMERA.source: 1}


def test_nothing_is_told_while_the_recorder_is_away() -> None:
    made = recording()
    made.lost()
    assert follow(made, state(sources=(CAMERA,))) == []


def test_a_source_that_ended_is_closed_and_never_has_its_number_again() -> None:
    made = recording()
    follow(made, state(sources=(CAMERA,)))
    assert follow(made, state()) == [CloseSource(handle=1, reason=GapReason.SENDER_AWAY)]
    assert follow(made, state(sources=(CAMERA,))) == [opening(2)]


def test_a_source_that_consent_no_longer_covers_is_closed() -> None:
    made = recording()
    follow(made, state(sources=(CAMERA,)))
    refused = source(HOST, "camera", Kind.CAMERA, recorded=False)
    closing = follow(made, state(sources=(refused,)))
    assert closing == [CloseSource(handle=1, reason=GapReason.CONSENT)]


def test_a_gap_is_named_once() -> None:
    made = recording()
    lecture = state(sources=(FAR,))
    named = MarkGap(source=FAR.source, reason=GapReason.MICROPHONE_CLOSED)
    assert named in follow(made, lecture)
    assert follow(made, lecture) == []
    assert follow(made, state(sources=(FAR,), called=ROOM)) == []
    assert follow(made, lecture) == [named]


def test_a_new_recorder_goes_on_under_the_same_numbers() -> None:
    made = recording()
    follow(made, state(sources=(CAMERA, FAR)))
    made.lost()
    assert made.handles == {CAMERA.source: 1, FAR.source: 2}
    assert made.resume(state(sources=(CAMERA,))) == [opening(1)]
    assert made.handles == {CAMERA.source: 1}


def test_a_dead_worker_ends_every_part() -> None:
    made = recording()
    follow(made, state(sources=(CAMERA,)))
    assert made.worker_lost() == [CloseSource(handle=1, reason=GapReason.WORKER_LOST)]
    assert follow(made, state(sources=(CAMERA,))) == [opening(2)]


def test_progress_is_remembered() -> None:
    made = recording()
    written = SourceWritten(source=CAMERA.source, written=9, key_frame_age_s=1.0, trouble=None)
    made.progress(Progress(lesson=LESSON, sources=(written,), free_space=0.5, waiting=0))
    assert [(s.source, s.written) for s in made.sources] == [(CAMERA.source, 9)]
    assert made.free_space == 0.5


def test_a_closed_recording_taps_nothing() -> None:
    made = recording()
    follow(made, state(sources=(CAMERA,)))
    made.close()
    assert made.handles == {}


def test_a_gap_is_told_as_it_is() -> None:
    gap = Gap(lesson=LESSON, source=SourceId("s"), start=1.0, end=2.0, reason=GapReason.NO_SPACE)
    assert gap_event(gap) == RecordingGap(
        source=SourceId("s"), start=1.0, end=2.0, reason=GapReason.NO_SPACE
    )


def test_a_slow_disk_is_named_unless_there_is_no_room_on_it() -> None:
    made = recording()
    assert made.standing == (True, "started")
    made.slow = True
    assert made.standing == (True, "slow_disk")
    made.step = "stopped"
    assert made.standing == (False, "no_space")
    made.slow = False
    assert made.standing == (False, "no_space")
    made.step = "low"
    assert made.standing == (True, "low_space")


def test_of_the_next_recorder_nothing_is_known_yet() -> None:
    made = recording()
    made.slow, made.step = True, "stopped"
    made.lost()
    assert made.standing == (True, "started")
