from dataclasses import replace
from pathlib import Path

from server.store.database import open_database
from server.store.derived import Derived, DerivedRows
from server.store.lessons import Lessons
from tests.support.stored import NOW, planned


async def test_what_is_worked_out_again_takes_the_place_of_the_old(tmp_path: Path) -> None:
    lesson = planned()
    first = Derived(lesson=lesson.id, kind="presence", journal_head="a", rule=1, body="[]")
    async with open_database(tmp_path) as database:
        await Lessons(database).add(lesson, NOW)
        rows = DerivedRows(database)
        assert await rows.find(lesson.id, "presence") is None
        await rows.put(first, NOW)
        assert await rows.find(lesson.id, "presence") == first
        second = replace(first, journal_head="b", body="[1]")
        await rows.put(second, NOW)
        assert await rows.find(lesson.id, "presence") == second
