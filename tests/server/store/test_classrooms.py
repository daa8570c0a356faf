from dataclasses import replace
from datetime import UTC, datetime
from pathlib import Path

import pytest

from server.programme.classroom import Classroom
from server.programme.refusal import Refusal, RefusedError
from server.programme.region import RegionCode
from server.programme.rights import Acting, Action, Capacity
from server.store.audit import Entry
from server.store.classrooms import Classrooms
from server.store.database import open_database
from tests.support.logged import lines_of
from tests.support.staff import school

NOW = datetime(2026, 9, 1, tzinfo=UTC)
ADMIN = Acting(id="a", capacity=Capacity.ADMIN, organisation="", looks_after=None)


def line(number: str) -> Entry:
    return Entry(id=number, at=NOW, acting=ADMIN, action=Action.CHANGE_ROOM)


async def test_a_classroom_is_kept_renamed_and_never_twice(tmp_path: Path) -> None:
    async with open_database(tmp_path) as database:
        classrooms, here = Classrooms(database), await school(database)
        room = Classroom(id="r", organisation=here, name="录播教室")
        other = replace(room, id="s", name="音乐教室")
        await classrooms.put(room, line("1"))
        await classrooms.put(other, line("2"))
        renamed = replace(room, name="同步课堂教室")
        await classrooms.put(renamed, line("3"))
        assert await classrooms.find("r") == renamed
        assert await classrooms.find("none") is None
        assert len(await lines_of(database, "r")) == 2
        with pytest.raises(RefusedError) as refused:
            await classrooms.put(replace(renamed, name=other.name), line("4"))
        assert refused.value.refusal is Refusal.CLASSROOM_EXISTS
        assert await classrooms.seen_by(ADMIN) == [renamed, other]


async def test_a_list_is_cut_to_what_somebody_may_see(tmp_path: Path) -> None:
    async with open_database(tmp_path) as database:
        classrooms = Classrooms(database)
        near, far = await school(database), await school(database, "齐溪小学", "330824")
        for place in (near, far):
            room = Classroom(id=place.region, organisation=place, name="教室")
            await classrooms.put(room, line(place.region))
        here = Acting(id="p", capacity=Capacity.TEACHER, organisation=near.id, looks_after=None)
        centre = Acting(
            id="p",
            capacity=Capacity.TECHNICIAN,
            organisation="",
            looks_after=RegionCode("330824"),
        )
        assert [one.id for one in await classrooms.seen_by(here)] == ["330802"]
        assert [one.id for one in await classrooms.seen_by(centre)] == ["330824"]
        inspector = replace(centre, capacity=Capacity.INSPECTOR)
        assert await classrooms.seen_by(inspector) == []
