from recorder.talk import talk_time
from signaling.events import Event, LessonOpened, RoomPlan, Talked
from signaling.ids import LessonId, ParticipantId, source_id

CITY, VILLAGE, OTHER = (ParticipantId(one) for one in ("city", "village", "other"))


def opened() -> LessonOpened:
    rooms = tuple(RoomPlan(participant=one, host=one == CITY) for one in (VILLAGE, CITY, OTHER))
    return LessonOpened(lesson=LessonId("l"), utc="", planned_seconds=60, rooms=rooms)


def talked(who: ParticipantId, seconds: float) -> Event:
    source = source_id(who, "microphone")
    return Talked(participant=who, source=source, began=1.0, ended=99.0, talked_s=seconds)


def test_each_room_has_its_seconds_and_its_share_the_host_first_and_the_silent_too() -> None:
    found = talk_time([opened(), talked(VILLAGE, 10.0), talked(CITY, 50.0), talked(VILLAGE, 20.0)])
    assert [(one.participant, one.seconds, one.share) for one in found] == [
        (CITY, 50.0, 0.625),
        (VILLAGE, 30.0, 0.375),
        (OTHER, 0.0, 0.0),
    ]


def test_of_a_lesson_in_which_nobody_was_heard_nothing_is_said() -> None:
    assert talk_time([opened()]) == []
