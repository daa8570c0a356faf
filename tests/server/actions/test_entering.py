from collections.abc import AsyncIterator
from datetime import timedelta
from pathlib import Path

import pytest

from server.access.tokens import Claims, LinkKey
from server.actions.entering import LASTS, Door, enter
from server.actions.timetable import call_off, plan
from server.programme.lesson import Lesson
from server.programme.refusal import Refusal, RefusedError
from server.programme.region import RegionCode
from server.programme.rights import Acting, Capacity
from server.store.lessons import Lessons
from signaling.events import Role
from tests.support.paired import BELL, NOW, Paired, paired
from tests.support.staff import hired

KEY = LinkKey(b"k" * 32)


@pytest.fixture
async def schools(tmp_path: Path) -> AsyncIterator[Paired]:
    async with paired(tmp_path) as made:
        yield made


async def made(schools: Paired) -> Lesson:
    return await plan(schools.database, schools.town.acting(), schools.plan(), NOW)


async def claims(
    schools: Paired, lesson: Lesson, acting: Acting, door: Door = Door.LESSON
) -> Claims:
    address = await enter(schools.database, acting, KEY, lesson.id, door, NOW)
    path, _, token = address.partition("#")
    assert path == f"/{door}"
    return KEY.read(token, NOW.timestamp())


async def refused(
    schools: Paired, lesson: Lesson, acting: Acting, door: Door = Door.LESSON
) -> Refusal:
    with pytest.raises(RefusedError) as error:
        await claims(schools, lesson, acting, door)
    return error.value.refusal


def office(capacity: Capacity) -> Acting:
    return Acting(
        id="officer", capacity=capacity, organisation="o", looks_after=RegionCode("330800")
    )


@pytest.mark.parametrize("door", list(Door))
async def test_who_works_in_a_lesson_comes_as_the_teacher_of_their_room(
    schools: Paired, door: Door
) -> None:
    lesson = await made(schools)
    for campus, room in zip((schools.town, schools.village), lesson.rooms, strict=True):
        found = await claims(schools, lesson, campus.acting(), door)
        assert found.person == campus.teacher.id
        assert (found.role, found.place) == (Role.TEACHER, room.participant)
        assert found.exp == (BELL + timedelta(minutes=40) + LASTS).timestamp()


async def test_others_come_as_far_as_their_rights_go(schools: Paired) -> None:
    lesson = await made(schools)
    colleague = await hired(schools.database, Capacity.TEACHER, schools.town.school, "陈老师")
    watching = await claims(schools, lesson, schools.town.acting(person=colleague.id))
    assert (watching.role, watching.place, watching.name) == (Role.VIEWER, None, "陈老师")
    assert watching.person == colleague.id
    assert (await claims(schools, lesson, office(Capacity.RESEARCH_OFFICER))).role is Role.VIEWER
    inspecting = await claims(schools, lesson, office(Capacity.INSPECTOR))
    assert (inspecting.role, inspecting.person) == (Role.INSPECTOR, None)
    admin = schools.town.acting(Capacity.SCHOOL_ADMIN, "admin")
    assert (await claims(schools, lesson, admin, Door.REPLAY)).role is Role.VIEWER
    assert await refused(schools, lesson, admin) is Refusal.NOT_YOURS
    assert await refused(schools, lesson, office(Capacity.BUREAU)) is Refusal.NOT_YOURS
    inspector = office(Capacity.INSPECTOR)
    assert await refused(schools, lesson, inspector, Door.REPLAY) is Refusal.NOT_YOURS
    assert await refused(schools, lesson, inspector, Door.ROLL) is Refusal.NOT_YOURS
    stranger = schools.elsewhere.acting()
    assert await refused(schools, lesson, stranger) is Refusal.PLANNED_LESSON_UNKNOWN


async def test_a_teacher_who_acts_as_something_else_does_not_teach(schools: Paired) -> None:
    lesson = await made(schools)
    as_admin = schools.town.acting(Capacity.SCHOOL_ADMIN)
    assert await refused(schools, lesson, as_admin) is Refusal.NOT_YOURS


async def test_a_lobby_opens_a_quarter_of_an_hour_before_unless_somebody_is_in(
    schools: Paired,
) -> None:
    town, new = schools.town.acting(), schools.plan(later=timedelta(minutes=6))
    lesson = await plan(schools.database, town, new, NOW)
    assert await refused(schools, lesson, town) is Refusal.LOBBY_NOT_YET
    assert (await claims(schools, lesson, town, Door.ROLL)).role is Role.TEACHER
    await Lessons(schools.database).mark_opened(lesson.id, NOW)
    assert (await claims(schools, lesson, town)).role is Role.TEACHER


async def test_what_was_called_off_is_not_entered(schools: Paired) -> None:
    lesson, town = await made(schools), schools.town.acting()
    await call_off(schools.database, town, lesson.id, "停电", NOW)
    assert await refused(schools, lesson, town) is Refusal.LESSON_CALLED_OFF
