import asyncio
from collections.abc import AsyncIterator
from dataclasses import replace
from pathlib import Path

import pytest

from server.actions.acting import entry
from server.actions.timetable import change, plan
from server.programme.lesson import Lesson
from server.programme.preparation import MOST_FILES, MOST_NOTES, Handout, Note, Tick, standing
from server.programme.refusal import Refusal, RefusedError
from server.programme.rights import Action
from server.store.audit import Entry
from server.store.certificates import Certificate
from server.store.preparations import Preparations
from server.store.retention import RECORDS, Retentions
from tests.support.paired import NOW, Paired, paired

HANDOUT = Handout(id="h", name="教案.pdf", kind="pdf", octets=8, added_by="", at=NOW)


@pytest.fixture
async def schools(tmp_path: Path) -> AsyncIterator[Paired]:
    async with paired(tmp_path) as made:
        yield made


async def planned(schools: Paired) -> Lesson:
    return await plan(schools.database, schools.town.acting(), schools.plan(), NOW)


def line(schools: Paired) -> Entry:
    return entry(schools.town.acting(), Action.CHANGE_PREPARATION, NOW)


def note(schools: Paired, number: int) -> Note:
    author = schools.town.teacher.id
    return Note(id=f"{number:04}", author=author, at=NOW, text=str(number), aside=False)


async def test_both_texts_are_kept_and_the_first_stands(schools: Paired) -> None:
    lesson, store = await planned(schools), Preparations(schools.database)
    asides = [
        await store.write(lesson.id, note(schools, number), after, line(schools))
        for number, after in ((1, None), (2, None), (3, "0001"))
    ]
    assert asides == [False, True, False]
    notes = (await store.of(lesson.id)).notes
    assert [(one.text, one.aside) for one in notes] == [("1", False), ("2", True), ("3", False)]


async def test_the_oldest_texts_make_room(schools: Paired) -> None:
    lesson, store = await planned(schools), Preparations(schools.database)
    before = None
    for number in range(MOST_NOTES + 3):
        made = note(schools, number)
        await store.write(lesson.id, made, before, line(schools))
        before = made.id
    notes = (await store.of(lesson.id)).notes
    assert (len(notes), notes[0].text) == (MOST_NOTES, "3")
    assert standing(notes) == notes[-1]


async def test_a_lesson_takes_so_many_files_and_no_more(schools: Paired) -> None:
    lesson, store = await planned(schools), Preparations(schools.database)

    def handout(number: int) -> Handout:
        return replace(HANDOUT, id=f"{number:04}", added_by=schools.town.teacher.id)

    for number in range(MOST_FILES):
        await store.add(lesson.id, handout(number), line(schools))
    with pytest.raises(RefusedError) as refused:
        await store.add(lesson.id, handout(MOST_FILES), line(schools))
    assert refused.value.refusal is Refusal.PREPARATION_FILES_MANY
    await store.remove(lesson.id, "0000", line(schools))
    assert await store.find(lesson.id, "0000") is None
    assert await store.find("another", "0001") is None
    assert await store.find(lesson.id, "0001") == handout(1)


async def test_each_side_is_ready_for_itself_and_a_new_plan_asks_again(schools: Paired) -> None:
    lesson, store = await planned(schools), Preparations(schools.database)
    host, far = (room.participant for room in lesson.rooms)
    for room, person in ((host, schools.town.teacher.id), (far, schools.village.teacher.id)):
        tick = Tick(room=room, person=person, at=NOW)
        await store.tick(lesson.id, tick, line(schools))
        await store.tick(lesson.id, tick, line(schools))
    assert await store.ready([lesson.id]) == {host, far}
    await store.untick(lesson.id, host, line(schools))
    assert await store.ready([lesson.id]) == {far}
    assert await store.ready(["another"]) == frozenset()


async def test_of_many_that_come_at_once_no_more_files_are_taken(schools: Paired) -> None:
    lesson, store = await planned(schools), Preparations(schools.database)
    made = [
        replace(HANDOUT, id=f"{number:04}", added_by=schools.town.teacher.id)
        for number in range(MOST_FILES + 3)
    ]
    done = await asyncio.gather(
        *(store.add(lesson.id, one, line(schools)) for one in made), return_exceptions=True
    )
    refused = [one for one in done if one is not None]
    assert [type(one) for one in refused] == [RefusedError] * 3
    assert len((await store.of(lesson.id)).handouts) == MOST_FILES


async def test_of_two_who_save_at_once_the_second_is_told(schools: Paired) -> None:
    lesson, store = await planned(schools), Preparations(schools.database)
    asides = await asyncio.gather(
        *(store.write(lesson.id, note(schools, number), None, line(schools)) for number in range(4))
    )
    assert sorted(asides) == [False, True, True, True]


async def test_what_was_deleted_with_a_lessons_records_is_not_written_anew(
    schools: Paired,
) -> None:
    lesson, store = await planned(schools), Preparations(schools.database)
    certificate = Certificate(
        id="c",
        at=NOW,
        lesson=lesson.id,
        reason=RECORDS,
        files=0,
        octets=0,
        digest="",
        learners="",
    )
    await Retentions(schools.database).certify_records(certificate)
    [room, _] = lesson.rooms
    tick = Tick(room=room.participant, person=schools.town.teacher.id, at=NOW)
    handout = replace(HANDOUT, added_by=schools.town.teacher.id)
    for asked in (
        store.write(lesson.id, note(schools, 1), None, line(schools)),
        store.add(lesson.id, handout, line(schools)),
        store.tick(lesson.id, tick, line(schools)),
    ):
        with pytest.raises(RefusedError) as refused:
            await asked
        assert refused.value.refusal is Refusal.PREPARATION_OVER


async def test_another_plan_asks_only_those_whose_room_it_changes(schools: Paired) -> None:
    lesson, store = await planned(schools), Preparations(schools.database)
    host, far = (room.participant for room in lesson.rooms)
    for room, person in ((host, schools.town.teacher.id), (far, schools.village.teacher.id)):
        await store.tick(lesson.id, Tick(room=room, person=person, at=NOW), line(schools))
    acting, database = schools.town.acting(), schools.database
    await change(database, acting, lesson.id, schools.plan(title="小小的船"), NOW)
    assert await store.ready([lesson.id]) == {host, far}
    place = schools.village.place()
    part = replace(place.learners[0], part="第一组", number=8)
    other = schools.plan(schools.town.place(), replace(place, learners=(part,)))
    await change(database, acting, lesson.id, other, NOW)
    assert await store.ready([lesson.id]) == {host}
