from pathlib import Path

from server.actions.attendance_rows import rows_of
from server.actions.observers import NewObserver, add
from server.actions.timetable import plan
from server.actions.words import attendance
from server.store.lessons import Lessons
from tests.support.paired import BELL, NOW, paired


async def test_observers_are_told_as_a_kind_of_their_own(tmp_path: Path) -> None:
    async with paired(tmp_path) as schools:
        database, zhang = schools.database, schools.town.acting()
        lesson = await plan(database, zhang, schools.plan(), NOW)
        await Lessons(database).mark_opened(lesson.id, BELL)
        alone = await rows_of(database, lesson.id, NOW)
        assert [one["kind"] for one in alone] == ["pupils", "pupils"]
        await add(database, zhang, lesson.id, NewObserver(person=None, name="吴老师"), NOW)
        told = await rows_of(database, lesson.id, NOW)
    assert told[:2] == alone
    assert [(one["kind"], one["name"]) for one in told[2:]] == [("observing", "吴老师")]
    assert attendance(told).splitlines()[2:] == ["吴老师  added by 张老师"]
