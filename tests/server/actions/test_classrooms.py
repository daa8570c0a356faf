from collections.abc import AsyncIterator
from datetime import UTC, datetime
from pathlib import Path

import pytest

from server.actions.acting import OPERATOR, concern
from server.actions.classrooms import NewClassroom, add, found, listed, rename
from server.programme.organisation import Organisation
from server.programme.refusal import Refusal, RefusedError
from server.programme.rights import Acting, Action, Capacity, may
from server.store.database import Database, open_database
from tests.support.capacities import everybody
from tests.support.logged import lines_of
from tests.support.staff import school

NOW = datetime(2026, 9, 1, tzinfo=UTC)


@pytest.fixture
async def database(tmp_path: Path) -> AsyncIterator[Database]:
    async with open_database(tmp_path) as opened:
        yield opened


async def test_a_school_makes_and_renames_its_classrooms(database: Database) -> None:
    here = await school(database)
    admin = Acting(id="a", capacity=Capacity.SCHOOL_ADMIN, organisation=here.id, looks_after=None)
    made = await add(database, admin, NewClassroom(organisation=here.id, name=" 录播 教室"), NOW)
    assert (made["name"], made["organisation_name"]) == ("录播 教室", "尼山小学")
    renamed = await rename(database, admin, made["id"], "同步课堂教室", NOW)
    assert await listed(database, OPERATOR) == [renamed]
    assert len(await lines_of(database, made["id"])) == 2


async def test_only_those_change_it_who_may(database: Database) -> None:
    here = await school(database)
    new = NewClassroom(organisation=here.id, name="教室")
    room = await add(database, next(one for one in everybody(here) if _may(one, here)), new, NOW)
    for count, acting in enumerate(everybody(here)):
        if _may(acting, here):
            name = f"教室 {count}"
            await rename(database, acting, room["id"], name, NOW)
            await add(database, acting, NewClassroom(organisation=here.id, name=f"又{name}"), NOW)
        else:
            for work in (
                rename(database, acting, room["id"], "x", NOW),
                add(database, acting, new, NOW),
            ):
                with pytest.raises(RefusedError) as refused:
                    await work
                assert refused.value.refusal is Refusal.NOT_YOURS
    assert "x" not in {one["name"] for one in await listed(database, OPERATOR)}


def _may(acting: Acting, here: Organisation) -> bool:
    return may(acting, Action.CHANGE_ROOM, concern(here))


async def test_one_that_is_not_there_is_refused(database: Database) -> None:
    with pytest.raises(RefusedError) as refused:
        await found(database, "none")
    assert refused.value.refusal is Refusal.CLASSROOM_UNKNOWN
