from pathlib import Path

import pytest

from server.web.watched import watched
from signaling.errors import Code, UserError
from signaling.events import Role
from signaling.messages import EndLesson, StartLesson
from tests.support.halls import house


async def test_a_viewer_watches_once_the_lesson_is_over_and_a_pupil_never(tmp_path: Path) -> None:
    async with house(tmp_path) as here:
        lesson = await here.plan()
        teacher = await here.teacher(lesson)
        await teacher.ask(lambda n: StartLesson(id=n))
        viewer = here.token(lesson, Role.VIEWER)
        with pytest.raises(UserError) as early:
            await watched(here.hall, here.database, viewer)
        assert early.value.code is Code.NOT_ALLOWED
        await teacher.ask(lambda n: EndLesson(id=n))
        await teacher.ears.until(lambda: teacher.ears.closed)
        assert (await watched(here.hall, here.database, viewer)).stored.lesson.id == lesson.id
        with pytest.raises(UserError):
            await watched(here.hall, here.database, here.token(lesson, Role.PUPIL))
