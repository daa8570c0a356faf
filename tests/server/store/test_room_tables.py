from pathlib import Path

from sqlalchemy import text

from server.access.ids import uuid7
from server.programme.rights import Capacity
from server.store.database import open_database
from server.store.pins import Pins
from server.store.screens import Screens
from tests.support.screens import classroom, screen
from tests.support.staff import hired, school
from tests.support.stored import NOW


async def test_a_screen_goes_with_its_classroom_and_a_pin_with_its_person(tmp_path: Path) -> None:
    async with open_database(tmp_path) as database:
        at = await school(database)
        room = await classroom(database, at)
        made = await screen(database, room)
        person = await hired(database, Capacity.TEACHER, at)
        await Pins(database).put(person.id, uuid7(), NOW)
        async with database.transaction() as session:
            await session.execute(text("DELETE FROM classroom"))
            await session.execute(text("DELETE FROM appointment"))
            await session.execute(text("DELETE FROM account"))
        assert await Screens(database).find(made.id) is None
        assert await Pins(database).of(person.id) is None
