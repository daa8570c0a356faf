import csv
from datetime import UTC, datetime
from io import StringIO
from pathlib import Path

import pytest

from server.actions.absences import named, of_class
from server.actions.attendance import Span, declare, lessons, sums
from server.actions.attendance_files import FileKind, absences_file, lessons_file
from server.actions.rolls import Declaring
from server.actions.timetable import plan
from server.documents.words import Language
from server.programme.attendance import Numbers
from server.programme.attendance_marks import Mark
from server.programme.refusal import RefusedError
from server.programme.rights import Capacity
from server.store.lessons import Lessons
from tests.support.paired import NOW, paired
from tests.support.rostered import by_roster, pupil

DAY = Span(first=NOW.date(), last=NOW.date())
SOON = datetime(2026, 11, 25, 1, 55, tzinfo=UTC)


async def test_names_stand_in_a_file_only_if_asked_for_and_only_for_those_who_may(
    tmp_path: Path,
) -> None:
    async with paired(tmp_path) as schools:
        await by_roster(schools.database, schools.village)
        lesson = await plan(schools.database, schools.town.acting(), schools.plan(), NOW)
        await Lessons(schools.database).mark_opened(lesson.id, NOW)
        li, zhang, far = (
            schools.village.acting(),
            schools.town.acting(),
            lesson.rooms[1].participant,
        )
        missing = {"小明": Mark.ABSENT, "小刚": Mark.ABSENT, "小红": Mark.LATE}
        marks = {pupil(schools.village, name): mark for name, mark in missing.items()}
        numbers = Numbers(expected=0, present=0, on_leave=0)
        once = Declaring(numbers=numbers, why="", after=None, marks=marks)
        await declare(schools.database, li, lesson.id, far, once, SOON)
        files = []
        for acting in (li, zhang):
            found = await lessons(schools.database, acting, DAY, SOON)
            marked = await named(schools.database, acting, found, SOON)
            files.append(await lessons_file(found, FileKind.CSV, Language.ZH, marked))
            assert "小明" not in (await lessons_file(found, FileKind.CSV, Language.ZH)).decode()
        group = schools.village.group.id
        term = await of_class(schools.database, li, group, DAY, SOON)
        of_term = await absences_file(term, FileKind.CSV, Language.ZH)
        for other in (Capacity.BUREAU, Capacity.TECHNICIAN):
            with pytest.raises(RefusedError):
                await of_class(schools.database, schools.village.acting(other), group, DAY, SOON)
        shown = [one["by_name"] for one in (await sums(schools.database, li, DAY))["classes"]]
    header, _, row = csv.reader(StringIO(files[0].decode("utf-8-sig")))
    assert (header[-1], row[-1]) == ("缺勤学生", "缺 小刚、小明\n迟到 小红")
    assert "小明" not in files[1].decode()
    rows = list(csv.reader(StringIO(of_term.decode("utf-8-sig"))))
    assert rows == [
        ["学生", "点名的课", "缺", "请假", "迟到（已算到课）"],
        ["小刚", "1", "1", "0", "0"],
        ["小明", "1", "1", "0", "0"],
        ["小红", "1", "0", "0", "1"],
    ]
    assert sorted(shown) == [False, True]
