from collections.abc import AsyncIterator
from dataclasses import replace
from datetime import UTC, datetime
from pathlib import Path

import pytest

from server.actions.acting import concern
from server.actions.class_groups import TypedClassGroup, add, change, close, listed, reopen
from server.actions.timetable import choices_of, plan
from server.programme.class_group import Closing, Keeping
from server.programme.organisation import Organisation
from server.programme.refusal import Refusal, RefusedError
from server.programme.rights import Acting, Action, Capacity, may
from server.store.database import Database, open_database
from tests.support.capacities import everybody
from tests.support.paired import NOW as TODAY
from tests.support.paired import pair
from tests.support.staff import hired, school

NOW = datetime(2026, 9, 1, tzinfo=UTC)
TYPED = TypedClassGroup(name="301", keeping=Keeping.NUMBERS, expected=24, class_teacher=None)


@pytest.fixture
async def database(tmp_path: Path) -> AsyncIterator[Database]:
    async with open_database(tmp_path) as opened:
        yield opened


def admin(here: Organisation) -> Acting:
    return Acting(id="a", capacity=Capacity.SCHOOL_ADMIN, organisation=here.id, looks_after=None)


async def test_a_class_is_made_by_numbers_and_rises(database: Database) -> None:
    here = await school(database)
    wang = await hired(database, Capacity.TEACHER, here)
    made = await add(database, admin(here), here.id, TYPED, NOW)
    assert (made["name"], made["keeping"], made["expected"]) == ("三(1)班", Keeping.NUMBERS, 24)
    risen = replace(TYPED, name="四1班", expected=25, class_teacher=wang.id)
    changed = await change(database, admin(here), made["id"], risen, NOW)
    assert (changed["id"], changed["grade"], changed["number"]) == (made["id"], 4, 1)
    assert await listed(database, admin(here)) == [changed]
    assert changed["class_teacher"] == wang.id


async def test_by_roster_nobody_types_how_many_there_are(database: Database) -> None:
    here = await school(database)
    made = await add(database, admin(here), here.id, replace(TYPED, keeping=Keeping.ROSTER), NOW)
    assert made["expected"] == 0


async def test_what_is_wrong_is_refused_and_nothing_changed(database: Database) -> None:
    here, far = await school(database), await school(database, "齐溪小学", "330824")
    stranger = await hired(database, Capacity.TEACHER, far)
    made = await add(database, admin(here), here.id, TYPED, NOW)
    wrong = {
        Refusal.CLASS_EXISTS: TYPED,
        Refusal.CLASS_NAME_UNFIT: replace(TYPED, name="三年级"),
        Refusal.CLASS_TOO_LARGE: replace(TYPED, name="302", expected=1000),
        Refusal.CLASS_TEACHER_ELSEWHERE: replace(TYPED, name="302", class_teacher=stranger.id),
    }
    for why, typed in wrong.items():
        with pytest.raises(RefusedError) as refused:
            await add(database, admin(here), here.id, typed, NOW)
        assert refused.value.refusal is why
    with pytest.raises(RefusedError) as refused:
        await change(database, admin(here), "none", TYPED, NOW)
    assert refused.value.refusal is Refusal.CLASS_UNKNOWN
    assert await listed(database, admin(here)) == [made]


async def test_only_those_change_it_who_may(database: Database) -> None:
    here = await school(database)
    made = await add(database, admin(here), here.id, TYPED, NOW)
    for acting in everybody(here):
        if may(acting, Action.CHANGE_CLASS_GROUP, concern(here)):
            await change(database, acting, made["id"], TYPED, NOW)
            continue
        for work in (
            change(database, acting, made["id"], replace(TYPED, expected=1), NOW),
            add(database, acting, here.id, replace(TYPED, name="999"), NOW),
        ):
            with pytest.raises(RefusedError) as refused:
                await work
            assert refused.value.refusal is Refusal.NOT_YOURS
    assert await listed(database, admin(here)) == [made]


async def test_a_closed_class_is_not_chosen_or_changed_until_it_is_opened_again(
    database: Database,
) -> None:
    schools = await pair(database)
    town = schools.town
    acting = admin(town.school)
    closed = await close(database, acting, town.group.id, Closing.DISSOLVED, TODAY)
    assert (closed["closed"], closed["closed_how"]) == (TODAY.isoformat(), Closing.DISSOLVED)
    assert await listed(database, acting) == [closed]
    offered = (await choices_of(database, town.acting(), TODAY)).schools[0]
    assert offered.class_groups == ()
    with pytest.raises(RefusedError) as refused:
        await plan(database, town.acting(), schools.plan(), TODAY)
    assert refused.value.refusal is Refusal.CHOICE_GONE
    with pytest.raises(RefusedError) as refused:
        await change(database, acting, town.group.id, TYPED, TODAY)
    assert refused.value.refusal is Refusal.CLASS_CLOSED
    opened = await reopen(database, acting, town.group.id, TODAY)
    assert (opened["closed"], opened["name"]) == (None, "三(2)班")
    await plan(database, town.acting(), schools.plan(), TODAY)
    with pytest.raises(RefusedError) as refused:
        await close(database, acting, town.group.id, Closing.DISSOLVED, TODAY)
    assert refused.value.refusal is Refusal.CLASS_HAS_LESSONS
    with pytest.raises(RefusedError) as refused:
        await reopen(database, acting, town.group.id, TODAY)
    assert refused.value.refusal is Refusal.CLASS_OPEN


async def test_only_those_close_and_open_it_who_may(database: Database) -> None:
    here = await school(database)
    made = await add(database, admin(here), here.id, TYPED, NOW)
    for acting in everybody(here):
        if may(acting, Action.CLOSE_CLASS_GROUP, concern(here)):
            await close(database, acting, made["id"], Closing.GRADUATED, NOW)
            await reopen(database, acting, made["id"], NOW)
            continue
        for work in (
            close(database, acting, made["id"], Closing.GRADUATED, NOW),
            reopen(database, acting, made["id"], NOW),
        ):
            with pytest.raises(RefusedError) as refused:
                await work
            assert refused.value.refusal is Refusal.NOT_YOURS
    assert await listed(database, admin(here)) == [made]
