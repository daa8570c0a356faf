import itertools
from collections.abc import Iterable

import pytest

from server.live.talking import A_MINUTE, Talking
from server.live.turns import READING
from server.media.requests import Levels, Speaking
from signaling.events import Kind, Mode, Phase, Role, Talked
from signaling.ids import SourceId
from signaling.messages import LessonState
from tests.support.states import HOST, ROOM, room, source, state

SPEECH = (24.0, 20.0, 30.0, 22.0, 38.0, 26.0)
"""As words go up and down."""
CHILD = "child"
PEOPLE = (room(HOST, host=True), room(ROOM), room(CHILD, role=Role.PUPIL))
SOURCES = (
    *(source(one, "microphone", Kind.MICROPHONE) for one in (HOST, ROOM, CHILD)),
    source(HOST, "screen_sound", Kind.SCREEN_SOUND),
)
MICROPHONES = [one.source for one in SOURCES[:3]]
LECTURE = state(participants=PEOPLE, sources=SOURCES)
DISCUSSION = state(participants=PEOPLE, sources=SOURCES, mode=Mode.DISCUSSION)


class Talkers:
    """A lesson in which sounds are heard."""

    def __init__(self, lesson: LessonState = DISCUSSION) -> None:
        self.lesson = lesson
        self.talking = Talking()
        self.now = 0.0
        self.kept: list[Talked] = []

    def hear(self, sources: Iterable[SourceId], seconds: float, *, voice: bool = True) -> None:
        """Let them sound together; what is due is kept each two seconds, as the owner does."""
        for n in range(round(seconds / READING)):
            self.now += READING
            level = SPEECH[n % len(SPEECH)]
            heard = tuple(Speaking(source=one, level=level, voice=voice) for one in sources)
            self.talking.take(Levels(speaking=heard), self.lesson, self.now)
            if n % 7 == 0:
                self.kept += self.talking.due(self.now)

    def turns(self) -> list[tuple[str, float, float]]:
        """Who talked from when to when."""
        self.kept += self.talking.due(self.now + 2)
        return [(one.source, one.began, one.ended) for one in self.kept]


def test_classrooms_that_talk_have_turns_children_at_home_and_films_have_none() -> None:
    lesson = Talkers()
    lesson.hear([one.source for one in SOURCES], 3)
    lesson.hear([], 3)
    assert lesson.turns() == [("host/microphone", 0.0, 3.0), ("room/microphone", 0.0, 3.0)]
    assert {one.participant for one in lesson.kept} == {HOST, ROOM}
    assert [one.talked_s for one in lesson.kept] == [3.0, 3.0]


def test_a_breath_after_the_last_word_is_no_talk() -> None:
    lesson = Talkers()
    lesson.hear(MICROPHONES, 3)
    lesson.hear(MICROPHONES, 0.6, voice=False)
    assert {(began, ended) for _, began, ended in lesson.turns()} == {(0.0, 3.0)}


@pytest.mark.parametrize(
    ("lesson", "who"),
    [
        (LECTURE, {HOST}),
        (state(participants=PEOPLE, sources=SOURCES, called=ROOM), {HOST, ROOM}),
        (state(participants=PEOPLE, sources=SOURCES, paused=True), set()),
        (state(participants=PEOPLE, sources=SOURCES, phase=Phase.LOBBY), set()),
    ],
)
def test_only_what_is_open_on_the_floor_counts(lesson: LessonState, who: set[str]) -> None:
    talkers = Talkers(lesson)
    talkers.hear(MICROPHONES, 3)
    assert {source.partition("/")[0] for source, _, _ in talkers.turns()} == who


def test_a_microphone_that_is_closed_in_a_word_ends_its_turn_there() -> None:
    lesson = Talkers()
    lesson.hear(MICROPHONES, 3)
    lesson.lesson = LECTURE
    lesson.hear(MICROPHONES, 3)
    lesson.hear([], 3)
    assert ("room/microphone", 0.0, 3.0) in lesson.turns()


def test_when_turns_end_too_often_those_of_one_room_are_put_together() -> None:
    lesson, words = Talkers(), 200
    for _ in range(words):
        lesson.hear([MICROPHONES[0]], 1.2)
        lesson.hear([], 1.8)
    minutes = words * 3 / 60
    assert len(lesson.kept) <= A_MINUTE * (minutes + 1)
    lesson.kept += lesson.talking.rest()
    assert sum(one.talked_s for one in lesson.kept) == pytest.approx(words * 1.2, abs=1.3)
    assert lesson.kept[0].talked_s == 1.2
    longest = max(lesson.kept, key=lambda one: one.talked_s)
    assert longest.talked_s < longest.ended - longest.began
    ends = [(one.began, one.ended) for one in lesson.kept]
    assert all(a[1] <= b[0] for a, b in itertools.pairwise(ends))


def test_the_end_of_a_lesson_keeps_what_is_being_said() -> None:
    lesson = Talkers()
    lesson.hear(MICROPHONES, 3)
    assert lesson.kept == []
    assert {one.ended for one in lesson.talking.rest()} == {3.0}
    assert lesson.talking.rest() == lesson.talking.due(60.0) == []
