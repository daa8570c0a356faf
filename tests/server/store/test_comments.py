from dataclasses import replace
from pathlib import Path

import pytest

from server.actions.acting import OPERATOR, entry
from server.programme.comment import Revision
from server.programme.refusal import Refusal, RefusedError
from server.programme.rights import Action
from server.store.comments import Comments
from server.store.database import open_database
from tests.support.at_once import while_written
from tests.support.logged import lines_of
from tests.support.reviewed import records_deleted, reviewed
from tests.support.stored import NOW


async def test_every_revision_is_kept_with_its_line(tmp_path: Path) -> None:
    async with open_database(tmp_path) as database:
        made, comments = await reviewed(database), Comments(database)
        first = Revision(
            id="1",
            lesson=made.lesson.id,
            comment="1",
            author=made.teacher.id,
            at=NOW,
            moment=3.5,
            answers=None,
            text="好",
        )
        second = replace(first, id="2", text="很好")
        for one in (first, second):
            await comments.add(one, entry(OPERATOR, Action.COMMENT_LESSON, NOW))
        assert await comments.of(made.lesson.id) == [first, second]
        assert await comments.authors(made.lesson.id) == {made.teacher.id: "张老师"}
        assert len(await lines_of(database, made.lesson.id)) == 2


async def test_nothing_is_said_of_a_lesson_whose_records_are_deleted_meanwhile(
    tmp_path: Path,
) -> None:
    async with open_database(tmp_path) as database:
        made, comments = await reviewed(database), Comments(database)
        lesson = made.lesson.id
        late = Revision(
            id="1",
            lesson=lesson,
            comment="1",
            author=made.teacher.id,
            at=NOW,
            moment=3.5,
            answers=None,
            text="好",
        )
        line = entry(OPERATOR, Action.COMMENT_LESSON, NOW)
        with pytest.raises(RefusedError) as refused:
            await while_written(database, [records_deleted(lesson)], comments.add(late, line))
        assert refused.value.refusal is Refusal.COMMENT_TOO_LATE
        assert await comments.of(lesson) == []
