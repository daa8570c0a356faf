"""The live lesson from its door to its bell."""

from signaling.events import Phase, Role, SentBack
from signaling.messages import Call, EndLesson, SendBack, StartLesson
from tests.support.lessons import CAMERA, FAR, MICROPHONE, Classroom


def test_a_lesson_runs_from_the_lobby_to_the_end() -> None:
    room = Classroom()
    teacher = room.teacher()
    far = room.join(Role.ROOM, FAR)
    room.publish(far, CAMERA, MICROPHONE)
    room.give(teacher, StartLesson(id=1))
    room.give(teacher, Call(id=2, participant=FAR))
    room.pass_time(12.5)
    sent_back = SentBack(participant=FAR, turn_s=12.5)
    assert room.give(teacher, SendBack(id=3)) == [sent_back]
    room.give(teacher, EndLesson(id=4))
    assert room.lesson.state.phase is Phase.ENDED
