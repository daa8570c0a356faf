from dataclasses import replace
from datetime import date, timedelta
from pathlib import Path

import pytest

from server.access.ids import uuid7
from server.actions.acting import OPERATOR
from server.actions.retention import (
    Choosing,
    certificates,
    certificates_file,
    keep,
    kept,
    take_back,
)
from server.documents.words import Language
from server.programme.refusal import Refusal, RefusedError
from server.programme.retention import Terms
from server.programme.rights import Acting, Capacity
from server.store.certificates import Certificate, Certificates
from server.store.database import Database, open_database
from server.store.retention import MEDIA, Retentions
from tests.support.logged import lines_of
from tests.support.reviewed import office, reviewed
from tests.support.scheduled import BELL
from tests.support.staff import school

WISH = Choosing(until=date(2028, 9, 1), why="  公开课  评比 ")


async def deleted(database: Database, lesson: str) -> None:
    """Its media's term is over."""
    made = Certificate(
        id=uuid7(),
        at=BELL,
        lesson=lesson,
        reason=MEDIA,
        files=3,
        octets=1_234_567,
        digest="ab" * 32,
        learners="三(2)班、三(1)班",
    )
    await Certificates(database).add(made)


async def refused(database: Database, acting: Acting, lesson: str, wish: Choosing) -> Refusal:
    with pytest.raises(RefusedError) as error:
        await keep(database, acting, lesson, wish, BELL)
    return error.value.refusal


async def test_who_may_chooses_and_all_who_may_watch_see_it(tmp_path: Path) -> None:
    async with open_database(tmp_path) as database:
        made = await reviewed(database)
        lesson = made.lesson.id
        district = await office(database, "衢州市教研室", "330800")
        officer, researching = await made.acting(database, Capacity.RESEARCH_OFFICER, district)
        _, bureau = await made.acting(database, Capacity.BUREAU, district)
        teaching = Acting(
            id=made.teacher.id,
            capacity=Capacity.TEACHER,
            organisation=made.town.id,
            looks_after=None,
        )
        assert await refused(database, teaching, lesson, WISH) is Refusal.NOT_YOURS
        before = (await kept(database, teaching, [lesson], Terms()))[lesson]
        assert (before["until"], before["chosen"]) == ("2027-09-01", None)
        await keep(database, researching, lesson, WISH, BELL)
        after = (await kept(database, teaching, [lesson, "none"], Terms()))[lesson]
        assert after["chosen"] == {
            "until": "2028-09-01",
            "why": "公开课 评比",
            "by": officer.name,
        }
        assert not after["may_keep"]
        assert (await kept(database, researching, [lesson], Terms()))[lesson]["may_keep"]
        assert await kept(database, bureau, [lesson], Terms()) == {}
        (line,) = await lines_of(database, lesson)
        assert line[1:] == (officer.id, "keep_recording")


async def test_a_choice_needs_a_reason_an_end_and_a_recording(tmp_path: Path) -> None:
    async with open_database(tmp_path) as database:
        made = await reviewed(database)
        lesson = made.lesson.id
        _, admin = await made.acting(database, Capacity.SCHOOL_ADMIN, made.village)
        nothing = replace(WISH, why=" ")
        assert await refused(database, admin, lesson, nothing) is Refusal.KEEP_WHY_MISSING
        past = replace(WISH, until=BELL.date())
        assert await refused(database, admin, lesson, past) is Refusal.KEEP_END_UNFIT
        await deleted(database, lesson)
        assert await refused(database, admin, lesson, WISH) is Refusal.KEEP_TOO_LATE
        found = (await kept(database, admin, [lesson], Terms()))[lesson]
        assert (found["deleted"], found["may_keep"]) == (BELL.isoformat(), False)


async def test_what_was_chosen_is_taken_back_outright_and_may_be_chosen_again(
    tmp_path: Path,
) -> None:
    async with open_database(tmp_path) as database:
        made = await reviewed(database)
        lesson = made.lesson.id
        _, admin = await made.acting(database, Capacity.SCHOOL_ADMIN, made.village)
        _, teaching = await made.acting(database, Capacity.TEACHER, made.village)
        later = BELL + timedelta(days=1)
        long_over = WISH.until - timedelta(days=1)
        await take_back(database, admin, lesson, BELL)
        assert await lines_of(database, lesson) == []
        await keep(database, admin, lesson, WISH, BELL)
        assert await due(database, long_over) == []
        with pytest.raises(RefusedError) as error:
            await take_back(database, teaching, lesson, later)
        assert error.value.refusal is Refusal.NOT_YOURS
        for _ in range(2):
            await take_back(database, admin, lesson, later)
        assert (await kept(database, admin, [lesson], Terms()))[lesson]["chosen"] is None
        assert await due(database, long_over) == [lesson]
        assert len(await lines_of(database, lesson)) == 2
        await keep(database, admin, lesson, WISH, later)
        assert await due(database, long_over) == []


async def due(database: Database, today: date) -> list[str]:
    """Which media are to be deleted on a day."""
    return await Retentions(database).due_media(BELL + timedelta(days=2), today, 10)


async def test_certificates_are_shown_to_those_responsible_alone(tmp_path: Path) -> None:
    async with open_database(tmp_path) as database:
        made = await reviewed(database)
        await deleted(database, made.lesson.id)
        away = await school(database, "玉山小学", "361123")
        city = await office(database, "衢州教育局", "330800")
        shown = {}
        for name, capacity, at in (
            ("town", Capacity.SCHOOL_ADMIN, made.town),
            ("village", Capacity.SCHOOL_ADMIN, made.village),
            ("city", Capacity.BUREAU, city),
            ("teacher", Capacity.TEACHER, made.town),
            ("away", Capacity.SCHOOL_ADMIN, away),
        ):
            _, acting = await made.acting(database, capacity, at)
            shown[name] = len(await certificates(database, acting))
        assert shown == {"town": 1, "village": 1, "city": 1, "teacher": 0, "away": 0}


async def test_a_list_of_certificates_is_a_file_without_names(tmp_path: Path) -> None:
    async with open_database(tmp_path) as database:
        made = await reviewed(database)
        await deleted(database, made.lesson.id)
        _, admin = await made.acting(database, Capacity.SCHOOL_ADMIN, made.town)
        text = (await certificates_file(database, admin, Language.ZH)).decode("utf-8-sig")
        english = (await certificates_file(database, admin, Language.EN)).decode("utf-8-sig")
        none = await certificates_file(database, OPERATOR, Language.EN)
    header, row = text.splitlines()
    assert header.startswith("删除时间,课,上课时间,班级,原因,文件数,字节数,SHA-256")
    assert row.startswith(
        "2026-11-25 09:10,茉莉花,2026-11-25 09:10,三(2)班、三(1)班,录像到期,3,1234567,abab"
    )
    assert "recording's term over" in english
    assert len(none.splitlines()) == 1
    assert "老师" not in text
