import asyncio
import json
from collections.abc import AsyncIterator
from datetime import timedelta
from pathlib import Path

import pytest

from server.actions.attendance import Span, lessons
from server.actions.observers import (
    NewObserver,
    add,
    colleagues,
    of_lesson,
    take_back,
)
from server.actions.timetable import plan
from server.actions.words import observers as words
from server.programme.lesson import Lesson
from server.programme.refusal import Refusal, RefusedError
from server.programme.rights import Capacity
from server.store.derived import Derived, DerivedRows
from server.store.lessons import Lessons
from server.store.people import People
from tests.support.paired import BELL, NOW, Paired, paired
from tests.support.staff import hired


@pytest.fixture
async def schools(tmp_path: Path) -> AsyncIterator[Paired]:
    async with paired(tmp_path) as made:
        yield made


async def held(schools: Paired) -> Lesson:
    made = await plan(schools.database, schools.town.acting(), schools.plan(), NOW)
    await Lessons(schools.database).mark_opened(made.id, BELL)
    return made


def typed(name: str) -> NewObserver:
    return NewObserver(person=None, name=name)


async def test_a_teacher_adds_a_colleague_or_a_name_and_takes_back(schools: Paired) -> None:
    lesson, zhang = await held(schools), schools.town.acting()
    zhou = await hired(schools.database, Capacity.TEACHER, schools.town.school, "周老师")
    offered = await colleagues(schools.database, zhang, lesson.id)
    assert [one["name"] for one in offered] == ["周老师"]
    new = NewObserver(person=zhou.id, name="")
    await add(schools.database, zhang, lesson.id, new, NOW)
    told = await add(schools.database, schools.village.acting(), lesson.id, typed(" 吴老师 "), NOW)
    assert [(one["name"], one["begin"], one["added_by"]) for one in told] == [
        ("周老师", None, "张老师"),
        ("吴老师", None, "李老师"),
    ]
    assert words(told) == "周老师  added by 张老师\n吴老师  added by 李老师"
    left = await take_back(schools.database, zhang, lesson.id, told[1]["id"], NOW)
    assert [one["name"] for one in left] == ["周老师"]


async def test_who_came_by_account_has_times_and_stands_in_no_number(schools: Paired) -> None:
    lesson, wang = await held(schools), schools.elsewhere.teacher
    await People(schools.database).put(lesson.id, "p", "王老师", None, wang.id)
    stay = {"participant": "p", "role": "viewer", "start": 60.0, "end": 600.0, "reason": "left"}
    derived = Derived(
        lesson=lesson.id, kind="presence", journal_head="", rule=1, body=json.dumps([stay])
    )
    await DerivedRows(schools.database).put(derived, NOW)
    [one] = await of_lesson(schools.database, lesson.id)
    begin, end = BELL + timedelta(minutes=1), BELL + timedelta(minutes=10)
    assert (one["begin"], one["end"]) == (begin.isoformat(), end.isoformat())
    day = Span(first=BELL.date(), last=BELL.date())
    [found] = (await lessons(schools.database, schools.town.acting(), day, BELL))["lessons"]
    assert (found["observers"], found["may_observe"]) == ([one], True)
    assert [room["roll"]["expected"] for room in found["rooms"]] == [24, 24]


@pytest.mark.parametrize(
    ("new", "refusal"),
    [
        (NewObserver(person="stranger", name=""), Refusal.OBSERVER_UNKNOWN),
        (typed("  "), Refusal.NAME_MISSING),
    ],
)
async def test_a_stranger_and_nobody_are_refused(
    schools: Paired, new: NewObserver, refusal: Refusal
) -> None:
    lesson = await held(schools)
    with pytest.raises(RefusedError) as refused:
        await add(schools.database, schools.town.acting(), lesson.id, new, NOW)
    assert refused.value.refusal is refusal


async def test_nobody_listens_before_it_begins_and_others_add_nobody(schools: Paired) -> None:
    made = await plan(schools.database, schools.town.acting(), schools.plan(), NOW)
    with pytest.raises(RefusedError) as refused:
        await add(schools.database, schools.town.acting(), made.id, typed("周老师"), NOW)
    assert refused.value.refusal is Refusal.ROLL_NOT_YET
    officer = schools.town.acting(Capacity.RESEARCH_OFFICER, "officer")
    with pytest.raises(RefusedError) as refused:
        await add(schools.database, officer, made.id, typed("周老师"), NOW)
    assert refused.value.refusal is Refusal.NOT_YOURS


async def test_of_two_who_add_the_same_name_at_once_the_second_is_refused(schools: Paired) -> None:
    lesson = await held(schools)
    done = await asyncio.gather(
        *(
            add(schools.database, who.acting(), lesson.id, typed("吴老师"), NOW)
            for who in (schools.town, schools.village, schools.town)
        ),
        return_exceptions=True,
    )
    refusals = [one.refusal for one in done if isinstance(one, RefusedError)]
    assert refusals == [Refusal.OBSERVER_LISTED] * 2
    assert [one["name"] for one in await of_lesson(schools.database, lesson.id)] == ["吴老师"]
