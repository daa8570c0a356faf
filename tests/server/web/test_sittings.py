from pathlib import Path

from server.store.viewings import Viewings
from server.web.sittings import sitting, viewer_of
from signaling.events import Role
from signaling.messages import EndLesson, StartLesson
from tests.support.halls import house


async def test_a_links_holder_is_noted_by_what_the_link_says(tmp_path: Path) -> None:
    async with house(tmp_path) as here:
        lesson = await here.plan()
        teacher = await here.teacher(lesson)
        await teacher.ask(lambda n: StartLesson(id=n))
        await teacher.ask(lambda n: EndLesson(id=n))
        visit = await here.hall.visit(here.token(lesson, Role.TEACHER, "id0"))
        assert (await viewer_of(here.database, visit)).name == "甲"
        first = await sitting(here.database, visit, None)
        assert await sitting(here.database, visit, first) == first
        assert await sitting(here.database, visit, "guessed") != first
        found = await Viewings(here.database).of(lesson.id, 10)
        assert [(one.name, one.role) for one in found] == [("甲", "teacher")] * 2
