import asyncio
from collections.abc import AsyncIterator, Callable, Coroutine
from pathlib import Path
from typing import Any

import pytest
from sqlalchemy import update

from server.actions.home import home
from server.actions.preparation import (
    PreparationWords,
    Upload,
    attach,
    detach,
    handout,
    look,
    say_ready,
    write,
)
from server.actions.timetable import call_off, plan
from server.programme.lesson import Lesson
from server.programme.preparation import MOST_FILES
from server.programme.refusal import Refusal, RefusedError
from server.programme.rights import Acting, Capacity
from server.store.handouts import folder_of
from server.store.tables import LessonRow
from tests.support.at_once import while_written
from tests.support.paired import NOW, Paired, paired

PDF = Upload(name="教案.pdf", content=b"%PDF-1.7")


@pytest.fixture
async def schools(tmp_path: Path) -> AsyncIterator[Paired]:
    async with paired(tmp_path) as made:
        yield made


async def planned(schools: Paired) -> Lesson:
    return await plan(schools.database, schools.town.acting(), schools.plan(), NOW)


async def test_two_write_at_once_and_both_texts_are_there(schools: Paired) -> None:
    lesson, db = await planned(schools), schools.database
    zhang, li = schools.town.acting(), schools.village.acting()
    first = await write(db, zhang, lesson.id, "第一段由 B 班唱", None, NOW)
    assert first["note"] is not None
    assert (first["note"]["author"], first["conflict"]) == ("张老师", False)
    second = await write(db, li, lesson.id, "我们要打击乐器", None, NOW)
    assert second["conflict"]
    assert second["note"] == first["note"]
    [aside] = second["before"]
    assert (aside["author"], aside["text"], aside["aside"]) == ("李老师", "我们要打击乐器", True)
    both = "第一段由 B 班唱\n我们要打击乐器"
    merged = await write(db, li, lesson.id, both, first["note"]["id"], NOW)
    assert merged["note"] is not None
    assert (merged["note"]["text"], merged["conflict"]) == (both, False)
    assert len(merged["before"]) == 2


async def test_a_file_is_put_to_it_found_and_deleted(schools: Paired, tmp_path: Path) -> None:
    lesson, db, zhang = await planned(schools), schools.database, schools.town.acting()
    made = await attach(db, zhang, lesson.id, PDF, tmp_path, NOW)
    [file] = made["files"]
    assert (file["name"], file["octets"], file["added_by"]) == ("教案.pdf", 8, "张老师")
    li = schools.village.acting()
    name, path = await handout(db, li, lesson.id, file["id"], tmp_path)
    assert (name, await asyncio.to_thread(path.read_bytes)) == ("教案.pdf", b"%PDF-1.7")
    left = await detach(db, li, lesson.id, file["id"], tmp_path, NOW)
    assert left["files"] == []
    assert not await asyncio.to_thread(path.exists)
    with pytest.raises(RefusedError) as refused:
        await handout(db, li, lesson.id, file["id"], tmp_path)
    assert refused.value.refusal is Refusal.PREPARATION_FILE_UNKNOWN


async def test_a_file_too_many_leaves_nothing_behind(schools: Paired, tmp_path: Path) -> None:
    lesson, db, zhang = await planned(schools), schools.database, schools.town.acting()
    for _ in range(MOST_FILES):
        await attach(db, zhang, lesson.id, PDF, tmp_path, NOW)
    with pytest.raises(RefusedError) as refused:
        await attach(db, zhang, lesson.id, PDF, tmp_path, NOW)
    assert refused.value.refusal is Refusal.PREPARATION_FILES_MANY
    lie = await asyncio.to_thread(lambda: list(folder_of(tmp_path, lesson.id).iterdir()))
    assert len(lie) == MOST_FILES


@pytest.mark.parametrize("deed", ["attach", "detach", "write", "ready", "not ready"])
async def test_nothing_is_changed_of_a_lesson_that_ends_meanwhile(
    schools: Paired, tmp_path: Path, deed: str
) -> None:
    lesson, db, zhang = await planned(schools), schools.database, schools.town.acting()
    await attach(db, zhang, lesson.id, PDF, tmp_path, NOW)
    before = await say_ready(db, zhang, lesson.id, NOW, ready=deed != "ready")
    [file] = before["files"]
    doing: dict[str, Callable[[], Coroutine[Any, Any, PreparationWords]]] = {
        "attach": lambda: attach(db, zhang, lesson.id, PDF, tmp_path, NOW),
        "detach": lambda: detach(db, zhang, lesson.id, file["id"], tmp_path, NOW),
        "write": lambda: write(db, zhang, lesson.id, "太晚了", None, NOW),
        "ready": lambda: say_ready(db, zhang, lesson.id, NOW, ready=True),
        "not ready": lambda: say_ready(db, zhang, lesson.id, NOW, ready=False),
    }
    ended = update(LessonRow).where(LessonRow.id == lesson.id).values(ended=NOW)
    with pytest.raises(RefusedError) as refused:
        await while_written(db, [ended], doing[deed]())
    assert refused.value.refusal is Refusal.PREPARATION_OVER
    assert await look(db, zhang, lesson.id) == {**before, "may_write": False}
    lie = await asyncio.to_thread(lambda: list(folder_of(tmp_path, lesson.id).iterdir()))
    assert [path.stem for path in lie] == [file["id"]]


async def test_each_side_says_for_itself_and_the_home_card_tells(schools: Paired) -> None:
    lesson, db, li = await planned(schools), schools.database, schools.village.acting()
    told = await say_ready(db, li, lesson.id, NOW, ready=True)
    assert [(one["ready"], one["mine"]) for one in told["sides"]] == [(False, False), (True, True)]
    page = await home(db, schools.town.acting(), lambda _: frozenset(), NOW)
    assert page["now"] is not None
    assert [room["prepared"] for room in page["now"]["rooms"]] == [False, True]
    told = await say_ready(db, li, lesson.id, NOW, ready=False)
    assert not any(one["ready"] for one in told["sides"])


@pytest.mark.parametrize(
    ("capacity", "sees"),
    [
        (Capacity.SCHOOL_ADMIN, True),
        (Capacity.RESEARCH_OFFICER, True),
        (Capacity.INSPECTOR, True),
        (Capacity.TEACHER, False),
        (Capacity.BUREAU, False),
    ],
)
async def test_who_does_not_work_in_it_looks_at_most(
    schools: Paired, capacity: Capacity, sees: bool
) -> None:
    lesson, db = await planned(schools), schools.database
    other: Acting = schools.town.acting(capacity, "somebody else")
    if sees:
        assert not (await look(db, other, lesson.id))["may_write"]
    else:
        with pytest.raises(RefusedError):
            await look(db, other, lesson.id)
    with pytest.raises(RefusedError) as refused:
        await write(db, other, lesson.id, "我来改", None, NOW)
    assert refused.value.refusal is Refusal.NOT_YOURS


async def test_what_does_not_take_place_is_read_alone(schools: Paired) -> None:
    lesson, db, zhang = await planned(schools), schools.database, schools.town.acting()
    await call_off(db, zhang, lesson.id, "停电", NOW)
    assert not (await look(db, zhang, lesson.id))["may_write"]
    with pytest.raises(RefusedError) as refused:
        await say_ready(db, zhang, lesson.id, NOW, ready=True)
    assert refused.value.refusal is Refusal.PREPARATION_OVER
