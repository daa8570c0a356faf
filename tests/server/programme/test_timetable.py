from dataclasses import replace

import pytest

from server.programme.refusal import Refusal, RefusedError
from server.programme.timetable import LONGEST_ROOM, Hosted, room_names
from tests.support.scheduled import FAR, HOST, SCHEDULE, lesson


def test_a_lesson_has_its_rooms_the_host_first_and_lasts_from_bell_to_bell() -> None:
    made = lesson()
    assert [(room.host, room.place) for room in made.rooms] == [(True, HOST), (False, FAR)]
    assert (made.planned_seconds, made.schedule) == (2400, SCHEDULE)
    room = made.room_of("li")
    assert room is not None
    assert not room.host
    assert made.room_of("wang") is None


def test_a_changed_lesson_keeps_the_ids_of_what_stays() -> None:
    before = lesson("a")
    third = replace(FAR, classroom="c-third", teachers=(), learners=())
    after = lesson("b", HOST, third, before=before)
    assert after.id == before.id
    assert after.host.participant == before.host.participant
    assert after.rooms[1].participant not in {room.participant for room in before.rooms}


def test_nothing_comes_of_a_plan_that_can_not_be_taught() -> None:
    with pytest.raises(RefusedError) as refused:
        lesson("x", HOST)
    assert refused.value.refusal is Refusal.RECEIVING_ROOM_MISSING


def test_rooms_are_called_with_their_schools_where_there_are_several() -> None:
    town = Hosted(place=HOST, classroom="录播教室", school="开化县实验小学")
    village = Hosted(place=FAR, classroom="同步课堂专用教室", school="开化县齐溪镇中心小学" * 4)
    assert room_names([town, replace(town, classroom="301")]) == ["录播教室", "301"]
    first, second = room_names([town, village])
    assert first == "开化县实验小学 录播教室"
    assert second.endswith("… 同步课堂专用教室")
    assert len(second) == LONGEST_ROOM
