from server.live.slots import Viewer, scene
from server.live.views import WHOLE, view
from server.media.allocation import Rank
from signaling.events import Kind, Mode, Role
from signaling.ids import ParticipantId
from signaling.messages import LessonState, Size
from tests.support.states import HOST, ROOM, room, source, state

FAR, PUPIL = ParticipantId("far"), ParticipantId("pupil")
CAMERAS = [source(who, "camera", Kind.CAMERA) for who in (HOST, FAR, PUPIL)]
HOSTS, FARS, PUPILS = (one.source for one in CAMERAS)
SCREEN = source(HOST, "screen", Kind.SCREEN)
SOUND = source(HOST, "microphone", Kind.MICROPHONE)
BOUND = (HOSTS, None, SOUND.source, SCREEN.source, FARS, PUPILS)
PEOPLE = (room(HOST, host=True), room(ROOM), room(FAR), room(PUPIL, role=Role.PUPIL))


def lesson(called: ParticipantId | None = None) -> LessonState:
    return state(
        mode=Mode.DISCUSSION,
        called=called,
        participants=PEOPLE,
        sources=(*CAMERAS, SCREEN, SOUND),
    )


def viewer(*sizes: Size) -> Viewer:
    return Viewer(participant=ROOM, role=Role.ROOM, shown=(), plays=True, sizes=sizes)


def ranks(called: ParticipantId | None, speaker: ParticipantId | None) -> dict[str, int]:
    shown = view(BOUND, scene(lesson(called)), viewer(), speaker)
    return {one.source: one.rank for one in shown}


def test_pictures_stand_in_the_order_of_a_lesson() -> None:
    assert ranks(None, None) == {
        HOSTS: Rank.FAR_CLASS,
        SCREEN.source: Rank.SCREEN,
        FARS: Rank.FAR_CLASS,
        PUPILS: Rank.THUMBNAIL,
    }


def test_whoever_speaks_stands_first_if_nobody_is_called() -> None:
    assert ranks(None, FAR)[FARS] == Rank.CALLED
    assert ranks(PUPIL, FAR)[FARS] == Rank.FAR_CLASS
    assert ranks(PUPIL, FAR)[PUPILS] == Rank.CALLED


def test_a_viewer_that_does_not_say_how_large_gets_everything_whole() -> None:
    shown = view(BOUND, scene(lesson()), viewer(), None)
    assert {one.rows for one in shown} == {WHOLE}


def test_what_is_not_among_the_sizes_is_not_shown() -> None:
    shown = view(BOUND, scene(lesson()), viewer(Size(source=FARS, rows=640)), None)
    assert {one.source: one.rows for one in shown if one.rows} == {FARS: 640}
