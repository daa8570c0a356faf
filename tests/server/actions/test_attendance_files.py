import csv
from datetime import UTC, datetime
from io import BytesIO, StringIO
from pathlib import Path

from openpyxl import load_workbook

from server.actions.attendance import Span, declare, lessons, sums
from server.actions.attendance_files import FileKind, lessons_file, sums_file
from server.actions.observers import NewObserver, add
from server.actions.rolls import Declaring
from server.actions.timetable import plan
from server.documents.words import Language
from server.programme.attendance import Numbers
from server.store.lessons import Lessons
from tests.support.paired import NOW, Paired, paired

DAY = Span(first=NOW.date(), last=NOW.date())
SOON = datetime(2026, 11, 25, 1, 55, tzinfo=UTC)


async def declared(schools: Paired) -> None:
    """A lesson whose far room was declared and corrected; its title begins like a formula."""
    new = schools.plan(title="=1+1")
    lesson = await plan(schools.database, schools.town.acting(), new, NOW)
    await Lessons(schools.database).mark_opened(lesson.id, NOW)
    far, li = lesson.rooms[1].participant, schools.village.acting()
    numbers = Numbers(expected=24, present=20, on_leave=1)
    first = Declaring(numbers=numbers, why="", after=None)
    made = await declare(schools.database, li, lesson.id, far, first, SOON)
    stood = made["rooms"][1]["roll"]["declared"]
    assert stood is not None
    numbers = Numbers(expected=24, present=21, on_leave=1, observing=3)
    again = Declaring(numbers=numbers, why="一人迟到", after=stood["id"])
    await declare(schools.database, li, lesson.id, far, again, SOON)


async def test_a_roll_that_was_never_corrected_has_no_corrections(tmp_path: Path) -> None:
    async with paired(tmp_path) as schools:
        lesson = await plan(schools.database, schools.town.acting(), schools.plan(), NOW)
        await Lessons(schools.database).mark_opened(lesson.id, NOW)
        zhang, room = schools.town.acting(), lesson.rooms[0].participant
        numbers = Numbers(expected=24, present=24, on_leave=0)
        once = Declaring(numbers=numbers, why="", after=None)
        await declare(schools.database, zhang, lesson.id, room, once, SOON)
        found = await lessons(schools.database, zhang, DAY, SOON)
        body = await lessons_file(found, FileKind.CSV, Language.ZH)
    _, row, _ = csv.reader(StringIO(body.decode("utf-8-sig")))
    assert row[6:] == ["24", "24", "0", "0", "100.0%", "0", "0", "已点名", "张老师", *row[15:]]
    assert row[15:] == ["2026-11-25 09:55", ""]


async def test_a_workbook_of_lessons_has_a_row_for_each_room(tmp_path: Path) -> None:
    async with paired(tmp_path) as schools:
        await declared(schools)
        found = await lessons(schools.database, schools.village.acting(), DAY, SOON)
        body = await lessons_file(found, FileKind.XLSX, Language.ZH)
    sheet = load_workbook(BytesIO(body)).worksheets[0]
    header, town, village = sheet.iter_rows(values_only=True)
    assert header[:6] == ("日期", "时间", "课", "学校", "教室", "班级")
    assert header[6:11] == ("应到", "到", "请假", "缺", "到课率")
    assert header[11:13] == ("迟到（已算到课）", "听课老师")
    assert header[13:] == ("点名", "点名人", "点名时间", "更正")
    assert town[5:14] == ("三(2)班", 24, *[None] * 6, "待点名")
    assert village[:3] == ("2026-11-25", "09:10–09:50", "=1+1")
    assert village[5:13] == ("三(1)班", 24, 21, 1, 2, "87.5%", 0, 3)
    assert village[13:16] == ("已点名", "李老师", "2026-11-25 09:55")
    assert village[16] == ("2026-11-25 09:55 李老师：应到 24，到 20，请假 1；后来更正：一人迟到")
    assert sheet["C2"].data_type == "s"


async def test_the_same_as_csv_and_classes_in_english(tmp_path: Path) -> None:
    async with paired(tmp_path) as schools:
        await declared(schools)
        li = schools.village.acting()
        found = await lessons(schools.database, li, DAY, SOON)
        body = await lessons_file(found, FileKind.CSV, Language.ZH)
        added = await sums(schools.database, li, DAY)
        classes = await sums_file(added, FileKind.CSV, Language.EN)
    rows = list(csv.reader(StringIO(body.decode("utf-8-sig"))))
    assert [row[2] for row in rows] == ["课", "'=1+1", "'=1+1"]
    assert rows[2][6:13] == ["24", "21", "1", "2", "87.5%", "0", "3"]
    header, *rows = csv.reader(StringIO(classes.decode("utf-8-sig")))
    assert header[:4] == ["School", "Class", "Lessons held", "With a roll"]
    assert [row[1:] for row in rows if row[1] == "三(1)班"] == [
        ["三(1)班", "1", "1", "24", "21", "1", "2", "87.5%", "3"]
    ]


async def test_who_listened_has_a_sheet_and_a_section_of_their_own(tmp_path: Path) -> None:
    async with paired(tmp_path) as schools:
        lesson = await plan(schools.database, schools.town.acting(), schools.plan(), NOW)
        await Lessons(schools.database).mark_opened(lesson.id, NOW)
        zhang = schools.town.acting()
        new = NewObserver(person=None, name="=周老师")
        await add(schools.database, zhang, lesson.id, new, NOW)
        found = await lessons(schools.database, zhang, DAY, SOON)
        book = await lessons_file(found, FileKind.XLSX, Language.ZH)
        text = await lessons_file(found, FileKind.CSV, Language.ZH)
    first, second = load_workbook(BytesIO(book)).worksheets
    assert (first.title, first.max_row, second.title) == ("出勤", 3, "听课教师")
    _, row = second.iter_rows(values_only=True)
    assert row == ("2026-11-25", "09:10–09:50", "茉莉花", "=周老师", None, None, "张老师")
    below = list(csv.reader(StringIO(text.decode("utf-8-sig"))))[3:]
    assert below[:2] == [[], ["听课教师"]]
    assert below[3][3:] == ["'=周老师", "", "", "张老师"]
