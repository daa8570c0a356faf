from pathlib import Path

import pytest

from server.actions.presence import presence_of
from signaling.errors import UserError
from signaling.events import Role
from signaling.messages import Call, EndLesson, Leave, StartLesson
from tests.support.halls import house


async def test_who_was_there_is_folded_from_the_journal(tmp_path: Path) -> None:
    async with house(tmp_path) as here:
        lesson = await here.plan()
        teacher, room = await here.teacher(lesson), await here.other(lesson)
        pupil = await here.join(lesson, Role.PUPIL, name="小明")
        await here.join(lesson, Role.INSPECTOR)
        await teacher.ask(lambda n: StartLesson(id=n))
        await teacher.ask(lambda n: Call(id=n, participant=room.ears.welcome.participant))
        await pupil.ask(lambda n: Leave(id=n))
        running = await presence_of(tmp_path, lesson.id)
        assert not running["ended"]
        await teacher.ask(lambda n: EndLesson(id=n))
        found = await presence_of(tmp_path, lesson.id)
    assert found["ended"]
    assert [(one["name"], one["reason"]) for one in found["intervals"]] == [
        ("甲", "lesson_over"),
        ("乙", "lesson_over"),
        ("小明", "left"),
    ]
    assert [turn["participant"] for turn in found["turns"]] == [lesson.rooms[1].participant]


async def test_an_unknown_lesson_has_no_presence(tmp_path: Path) -> None:
    with pytest.raises(UserError):
        await presence_of(tmp_path, "nothing")
