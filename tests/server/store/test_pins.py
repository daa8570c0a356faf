from pathlib import Path

from server.access.ids import uuid7
from server.actions.acting import OPERATOR
from server.programme.rights import Action, Capacity
from server.store.audit import Entry
from server.store.database import open_database
from server.store.pins import Pins
from tests.support.logged import lines_of
from tests.support.staff import hired, school
from tests.support.stored import NOW


async def test_a_pin_is_replaced_and_whoever_set_anothers_is_noted(tmp_path: Path) -> None:
    async with open_database(tmp_path) as database:
        person = await hired(database, Capacity.TEACHER, await school(database))
        pins = Pins(database)
        assert await pins.of(person.id) is None
        await pins.put(person.id, "one", NOW)
        line = Entry(id=uuid7(), at=NOW, acting=OPERATOR, action=Action.CHANGE_STAFF)
        await pins.put(person.id, "two", NOW, line)
        assert await pins.of(person.id) == "two"
        assert len(await lines_of(database, person.id)) == 2


async def test_only_those_who_have_a_pin_are_found(tmp_path: Path) -> None:
    async with open_database(tmp_path) as database:
        here, there = await school(database), await school(database, "二小")
        named = [await hired(database, Capacity.TEACHER, here, name) for name in ("乙", "甲", "丙")]
        admin = await hired(database, Capacity.SCHOOL_ADMIN, here, "丁")
        far = await hired(database, Capacity.TEACHER, there, "戊")
        pins = Pins(database)
        for person in (named[0], named[1], admin, far):
            await pins.put(person.id, "hash", NOW)
        assert await pins.teachers_at(here.id) == [named[0], named[1]]
        assert await pins.people([named[2].id, admin.id]) == [admin]
