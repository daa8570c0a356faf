from datetime import timedelta
from pathlib import Path

import pytest
from sqlalchemy import text

from server.access.guesses import Guesses
from server.access.screen_codes import ScreenCodes
from server.actions.acting import OPERATOR
from server.actions.screens import TOUCH_AFTER, Binding
from server.actions.sign_in import From
from server.programme.people import Appointment
from server.programme.refusal import Refusal, RefusedError
from server.programme.rights import Action, Capacity
from server.store.database import open_database
from server.store.screens import Screens
from tests.support.logged import lines_of
from tests.support.screens import classroom
from tests.support.staff import hired, school
from tests.support.stored import NOW

SOURCE = From(address="192.0.2.1", mark=None, now=NOW.timestamp(), tick=0.0)


async def test_whoever_gave_out_the_code_answers_for_the_screen(tmp_path: Path) -> None:
    async with open_database(tmp_path) as database:
        at = await school(database)
        room = await classroom(database, at)
        admin = await hired(database, Capacity.SCHOOL_ADMIN, at)
        held = Appointment(person=admin.id, capacity=Capacity.SCHOOL_ADMIN, organisation=at)
        binding = Binding(database, ScreenCodes(), Guesses())
        offered = await binding.offer(held.acting, room.id, SOURCE.now)
        spaced = f"{offered['code'][:3]} {offered['code'][3:]}"
        wall, token = await binding.bind(spaced, SOURCE)
        assert (wall.classroom, wall.bound_by) == (room, admin.id)
        assert await binding.known(token, SOURCE.now) == wall
        assert await lines_of(database, wall.id) == [(NOW, admin.id, Action.BIND_ROOM)]


async def test_when_a_screen_was_seen_is_noted_once_a_minute(tmp_path: Path) -> None:
    async with open_database(tmp_path) as database:
        room = await classroom(database, await school(database))
        codes = ScreenCodes()
        binding = Binding(database, codes, Guesses())
        code = codes.offer(room.id, OPERATOR, SOURCE.now).code
        _, token = await binding.bind(code, SOURCE)
        for seconds, noted in ((TOUCH_AFTER - 1, 0.0), (TOUCH_AFTER, TOUCH_AFTER)):
            await binding.known(token, SOURCE.now + seconds)
            [found] = await Screens(database).of(room.id)
            assert found.seen == NOW + timedelta(seconds=noted)


async def test_a_code_of_a_classroom_that_is_gone_binds_nothing(tmp_path: Path) -> None:
    async with open_database(tmp_path) as database:
        room = await classroom(database, await school(database))
        codes = ScreenCodes()
        code = codes.offer(room.id, OPERATOR, SOURCE.now).code
        async with database.transaction() as session:
            await session.execute(text("DELETE FROM classroom"))
        with pytest.raises(RefusedError, match=Refusal.SCREEN_CODE_WRONG):
            await Binding(database, codes, Guesses()).bind(code, SOURCE)
