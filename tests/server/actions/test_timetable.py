import asyncio
from collections.abc import AsyncIterator, Coroutine
from dataclasses import replace
from datetime import timedelta
from pathlib import Path
from typing import Any

import pytest

from server.access.ids import uuid7
from server.actions.acting import OPERATOR, entry
from server.actions.pairings import Remaining, end
from server.actions.timetable import NewPlan, call_off, change, choices_of, found, plan
from server.programme.class_group import Closed, Closing
from server.programme.lesson import Lesson
from server.programme.pairing import Form
from server.programme.refusal import Refusal, RefusedError
from server.programme.rights import Acting, Action, Capacity
from server.store.audit import Entry
from server.store.class_groups import ClassGroups
from server.store.lessons import Lessons
from server.store.tables import ClassroomRow
from server.store.timetable import Timetable
from tests.support.logged import lines_of
from tests.support.paired import BELL, NOW, Paired, paired
from tests.support.staff import hired

HOUR = timedelta(hours=1)


@pytest.fixture
async def schools(tmp_path: Path) -> AsyncIterator[Paired]:
    async with paired(tmp_path) as made:
        yield made


async def made(schools: Paired, new: NewPlan | None = None, by: Acting | None = None) -> Lesson:
    acting = by or schools.town.acting()
    return await plan(schools.database, acting, new or schools.plan(), NOW)


async def refusal(work: Coroutine[Any, Any, object]) -> RefusedError:
    with pytest.raises(RefusedError) as refused:
        await work
    return refused.value


async def test_a_teacher_plans_a_lesson_with_a_paired_school(schools: Paired) -> None:
    lesson = await made(schools)
    stored = await Lessons(schools.database).find(lesson.id)
    assert stored is not None
    assert stored.lesson == lesson
    assert [room.place.pairing for room in lesson.rooms if room.place] == [None, schools.pairing]
    assert [room.name for room in lesson.rooms] == [
        "开化县实验小学 开化录播教室",
        "齐溪镇中心小学 齐溪录播教室",
    ]
    [line] = await lines_of(schools.database, lesson.id)
    assert line[1:] == (schools.town.teacher.id, "plan_lesson")
    far = await found(schools.database, schools.village.acting(), lesson.id)
    assert far.lesson == lesson


async def test_choices_are_the_own_school_and_those_paired_on_that_day(schools: Paired) -> None:
    today = await choices_of(schools.database, schools.town.acting(), NOW)
    names = [one.organisation.name for one in today.schools]
    assert names == ["开化县实验小学", "齐溪镇中心小学"]
    assert [one.name for one in today.schools[1].teachers] == ["李老师"]
    later = await choices_of(schools.database, schools.town.acting(), NOW.replace(year=2030))
    assert [one.organisation.name for one in later.schools] == ["开化县实验小学"]


async def test_what_is_taken_is_named(schools: Paired) -> None:
    await made(schools)
    early = schools.plan(later=-timedelta(minutes=5))
    room = await refusal(made(schools, early))
    assert room.refusal is Refusal.CLASSROOM_TAKEN
    assert room.data == {
        "name": "开化县实验小学 开化录播教室",
        "title": "茉莉花",
        "when": "2026-11-25 09:10–09:50",
    }
    assert await Lessons(schools.database).newest() == [
        await found(schools.database, schools.town.acting(), (await all_of(schools))[0])
    ]


async def all_of(schools: Paired) -> list[str]:
    return [one.lesson.id for one in await Lessons(schools.database).newest()]


async def test_a_teacher_and_a_class_are_in_one_place_at_a_time(schools: Paired) -> None:
    await made(schools)
    spare = ClassroomRow(id="spare", organisation=schools.town.school.id, name="美术教室")
    async with schools.database.transaction() as session:
        session.add(spare)
    away = replace(schools.town.place(), classroom="spare")
    delivered = replace(schools.plan(away), form=Form.DELIVERY_CLASS)
    teacher = await refusal(made(schools, delivered))
    assert (teacher.refusal, teacher.data["name"]) == (Refusal.TEACHER_TAKEN, "张老师")
    colleague = await hired(schools.database, Capacity.TEACHER, schools.town.school, "陈老师")
    other = replace(delivered, rooms=(replace(away, teachers=(colleague.id,)),))
    group = await refusal(made(schools, other, schools.town.acting(person=colleague.id)))
    assert (group.refusal, group.data["name"]) == (Refusal.CLASS_GROUP_TAKEN, "三(2)班")
    alone = replace(other, rooms=(replace(other.rooms[0], learners=()),))
    await made(schools, alone, schools.town.acting(person=colleague.id))


async def test_of_two_who_plan_at_once_one_is_refused(schools: Paired) -> None:
    done = await asyncio.gather(made(schools), made(schools), return_exceptions=True)
    refused = [one.refusal for one in done if isinstance(one, RefusedError)]
    assert refused == [Refusal.CLASSROOM_TAKEN]
    assert len(await all_of(schools)) == 1


async def test_grades_are_mixed_only_with_a_reason_that_is_kept(schools: Paired) -> None:
    lesson = await made(schools, schools.plan(mixed=" 教学点  复式班 "))
    assert lesson.schedule is not None
    assert lesson.schedule.mixed_grades == "教学点 复式班"


async def test_who_may_plan_what(schools: Paired) -> None:
    database = schools.database
    colleague = await hired(database, Capacity.TEACHER, schools.town.school, "陈老师")
    other = schools.town.acting(person=colleague.id)
    assert (await refusal(made(schools, by=other))).refusal is Refusal.NOT_YOURS
    stranger = schools.elsewhere.acting(Capacity.SCHOOL_ADMIN)
    assert (await refusal(made(schools, by=stranger))).refusal is Refusal.CHOICE_GONE
    lesson = await made(schools, by=schools.town.acting(Capacity.SCHOOL_ADMIN))
    seen = call_off(database, schools.elsewhere.acting(), lesson.id, "停电", NOW)
    assert (await refusal(seen)).refusal is Refusal.PLANNED_LESSON_UNKNOWN
    theirs = call_off(database, other, lesson.id, "停电", NOW)
    assert (await refusal(theirs)).refusal is Refusal.NOT_YOURS
    inspector = schools.town.acting(Capacity.INSPECTOR)
    assert (await refusal(made(schools, by=inspector))).refusal is Refusal.NOT_YOURS


async def test_a_plan_is_changed_until_somebody_has_entered(schools: Paired) -> None:
    lesson = await made(schools)
    moved = schools.plan(later=HOUR, title="小小的船")
    after = await change(schools.database, schools.village.acting(), lesson.id, moved, NOW)
    assert [room.participant for room in after.rooms] == [one.participant for one in lesson.rooms]
    stored = await Lessons(schools.database).find(lesson.id)
    assert stored is not None
    assert stored.lesson == after
    await made(schools)  # the old time is free again
    await Lessons(schools.database).mark_opened(lesson.id, NOW)
    late = change(schools.database, schools.town.acting(), lesson.id, moved, NOW)
    assert (await refusal(late)).refusal is Refusal.LESSON_BEGUN
    off = call_off(schools.database, schools.town.acting(), lesson.id, "停电", NOW)
    assert (await refusal(off)).refusal is Refusal.LESSON_BEGUN


async def test_a_refused_change_changes_nothing(schools: Paired) -> None:
    await made(schools)
    second = await made(schools, schools.plan(later=HOUR))
    clash = change(schools.database, schools.town.acting(), second.id, schools.plan(), NOW)
    assert (await refusal(clash)).refusal is Refusal.CLASSROOM_TAKEN
    stored = await Lessons(schools.database).find(second.id)
    assert stored is not None
    assert stored.lesson == second


async def test_what_is_called_off_says_why_and_frees_its_time(schools: Paired) -> None:
    lesson = await made(schools)
    town = schools.town.acting()
    none = call_off(schools.database, town, lesson.id, " ", NOW)
    assert (await refusal(none)).refusal is Refusal.REASON_MISSING
    await call_off(schools.database, town, lesson.id, "停 电", NOW)
    stored = await found(schools.database, town, lesson.id)
    assert stored.lesson.schedule is not None
    assert (stored.lesson.schedule.called_off, stored.ended) == ("停 电", NOW)
    await made(schools)


async def test_nothing_is_planned_for_the_past(schools: Paired) -> None:
    past = schools.plan(later=-2 * HOUR)
    assert (await refusal(made(schools, past))).refusal is Refusal.LESSON_PAST
    await made(schools, schools.plan(later=-timedelta(minutes=30)))


async def test_a_class_that_closes_while_a_lesson_is_planned_keeps_it_out(schools: Paired) -> None:
    first, acting = await made(schools), schools.town.acting()
    second = again(await made(schools, schools.plan(later=HOUR)))
    await call_off_all(schools)
    line = entry(acting, Action.PLAN_LESSON, NOW)
    gone = replace(schools.village.group, closed=Closed(at=NOW, how=Closing.DISSOLVED))
    await ClassGroups(schools.database).close(gone, line)
    late = Timetable(schools.database).add(again(first), another(line), lambda others: None)
    assert (await refusal(late)).refusal is Refusal.CLASS_CLOSED
    host = replace(second, rooms=second.rooms[:1])
    await Timetable(schools.database).add(host, another(line), lambda others: None)
    more = Timetable(schools.database).change(second, another(line), lambda others: None)
    assert (await refusal(more)).refusal is Refusal.CLASS_CLOSED
    stored = await Lessons(schools.database).find(host.id)
    assert stored is not None
    assert stored.lesson == host


async def test_a_pairing_that_ends_while_a_lesson_is_planned_keeps_it_out(schools: Paired) -> None:
    lesson, acting = await made(schools), schools.town.acting()
    admin = replace(OPERATOR, id=acting.id)
    await end(schools.database, admin, schools.pairing, NOW, Remaining(keep=True))
    line = entry(acting, Action.PLAN_LESSON, NOW)
    late = Timetable(schools.database).add(again(lesson), line, lambda others: None)
    assert (await refusal(late)).refusal is Refusal.CHOICE_GONE


def again(lesson: Lesson) -> Lesson:
    """The same plan as another lesson."""
    rooms = tuple(replace(room, participant=uuid7()) for room in lesson.rooms)
    return replace(lesson, id=uuid7(), rooms=rooms)


def another(line: Entry) -> Entry:
    return replace(line, id=uuid7())


async def call_off_all(schools: Paired) -> None:
    for lesson in await all_of(schools):
        await call_off(schools.database, schools.town.acting(), lesson, "停课", NOW)


async def test_a_pairing_ends_once_it_is_said_what_becomes_of_its_lessons(schools: Paired) -> None:
    lesson, later = await made(schools), await made(schools, schools.plan(later=HOUR, title="船"))
    await Lessons(schools.database).mark_opened(lesson.id, BELL)
    third = await made(schools, schools.plan(later=2 * HOUR, title="鸟"))
    admin = replace(OPERATOR, id=schools.town.teacher.id)
    asked = await refusal(end(schools.database, admin, schools.pairing, NOW))
    assert asked.refusal is Refusal.PAIRING_HAS_LESSONS
    assert asked.data == {"count": 2, "titles": "船 · 鸟"}
    none = Remaining(keep=False, why=" ")
    silent = await refusal(end(schools.database, admin, schools.pairing, NOW, none))
    assert silent.refusal is Refusal.REASON_MISSING
    over = Remaining(keep=False, why="结对已结束")
    await end(schools.database, admin, schools.pairing, NOW, over)
    for one, why in ((lesson, ""), (later, "结对已结束"), (third, "结对已结束")):
        stored = await Lessons(schools.database).find(one.id)
        assert stored is not None
        assert stored.lesson.schedule is not None
        assert (stored.lesson.schedule.called_off, stored.ended) == (why, NOW if why else None)


async def test_lessons_that_are_kept_stay_when_a_pairing_ends(schools: Paired) -> None:
    lesson = await made(schools)
    admin = replace(OPERATOR, id=schools.town.teacher.id)
    await end(schools.database, admin, schools.pairing, NOW, Remaining(keep=True))
    stored = await Lessons(schools.database).find(lesson.id)
    assert stored is not None
    assert (stored.lesson, stored.ended) == (lesson, None)
