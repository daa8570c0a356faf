import asyncio
from pathlib import Path

import pytest

from recorder.presence import INTERVALS
from server.jobs.close_lesson import close_lesson
from server.store.derived import DerivedRows
from server.store.folder import lesson_folder, read_journal
from signaling.messages import EndLesson, StartLesson
from tests.support.halls import house


async def test_presence_is_kept_with_the_journal_it_was_made_from(tmp_path: Path) -> None:
    async with house(tmp_path) as here:
        lesson = await here.plan()
        teacher = await here.teacher(lesson)
        await teacher.ask(lambda n: StartLesson(id=n))
        await teacher.ask(lambda n: EndLesson(id=n))
        for _ in range(2):
            await close_lesson(tmp_path, here.database, lesson.id)
        derived = await DerivedRows(here.database).find(lesson.id, "presence")
        journal = await asyncio.to_thread(read_journal, lesson_folder(tmp_path, lesson.id))
    assert derived is not None
    assert derived.journal_head == journal.head.chain.hex()
    assert [one.participant for one in INTERVALS.validate_json(derived.body)] == ["id0"]


async def test_a_lesson_that_goes_on_is_not_closed(tmp_path: Path) -> None:
    async with house(tmp_path) as here:
        lesson = await here.plan()
        await here.teacher(lesson)
        with pytest.raises(ValueError, match="sealed"):
            await close_lesson(tmp_path, here.database, lesson.id)
