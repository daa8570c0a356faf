from pathlib import Path

import pytest

from server.access.ids import uuid7
from server.access.logins import PANEL, begin, digest_of
from server.access.panels import OPEN_FOR, Panels
from server.actions.acting import OPERATOR
from server.actions.logins import to_keep
from server.actions.panel_sign_in import PanelSignIn
from server.actions.sign_in import From
from server.programme.deed import Deed
from server.programme.refusal import Refusal, RefusedError
from server.programme.rights import Action, Capacity
from server.store.audit import Entry
from server.store.database import open_database
from server.store.logins import Logins
from server.store.screens import Screens
from tests.support.logged import lines_of
from tests.support.screens import classroom, screen
from tests.support.staff import hired, school
from tests.support.stored import NOW

SOURCE = From(address="192.0.2.1", mark=None, now=NOW.timestamp(), tick=5.0)
LATER = From(address="192.0.2.1", mark=None, now=NOW.timestamp(), tick=5.0 + OPEN_FOR)


async def test_a_panels_login_is_collected_once_and_lasts_as_a_panels(tmp_path: Path) -> None:
    async with open_database(tmp_path) as database:
        at = await school(database)
        wall = await screen(database, await classroom(database, at))
        teacher = await hired(database, Capacity.TEACHER, at)
        panels = PanelSignIn(database, Panels())
        asking = panels.ask(wall, SOURCE)
        assert await panels.asked_by(asking.code, SOURCE) == wall
        assert await panels.collect(wall, asking.secret, SOURCE) is None
        await panels.approve(asking.code, wall.id, teacher.id, SOURCE)
        found = await panels.collect(wall, asking.secret, SOURCE)
        assert found is not None
        login, token = found
        assert (login.person, login.lifetime, login.whole) == (teacher.id, PANEL, True)
        signed = await Logins(database).find(digest_of(token))
        assert signed is not None
        assert signed.person == teacher
        with pytest.raises(RefusedError, match=Refusal.PANEL_CODE_OVER):
            await panels.collect(wall, asking.secret, SOURCE)


async def test_a_panel_that_shows_its_room_anew_signs_out_with_a_line(tmp_path: Path) -> None:
    async with open_database(tmp_path) as database:
        at = await school(database)
        teacher = await hired(database, Capacity.TEACHER, at)
        logins, panels = Logins(database), PanelSignIn(database, Panels())
        for token, whole in (("whole", True), ("half", False)):
            login = begin(teacher.id, token, SOURCE.now, whole=whole)
            await logins.begin(to_keep(login), None)
        for token in ("whole", "half", "unknown", ""):
            await panels.begin(token, SOURCE)
            assert await logins.find(digest_of(token)) is None
        assert await lines_of(database, "") == [(NOW, teacher.id, Deed.SIGN_OUT)]


async def test_a_code_ends_with_its_time_and_with_its_screen(tmp_path: Path) -> None:
    async with open_database(tmp_path) as database:
        wall = await screen(database, await classroom(database, await school(database)))
        panels = PanelSignIn(database, Panels())
        asking = panels.ask(wall, SOURCE)
        with pytest.raises(RefusedError, match=Refusal.PANEL_CODE_OVER):
            await panels.asked_by(asking.code, LATER)
        asking = panels.ask(wall, SOURCE)
        line = Entry(id=uuid7(), at=NOW, acting=OPERATOR, action=Action.BIND_ROOM)
        await Screens(database).unbind(wall.id, line)
        with pytest.raises(RefusedError, match=Refusal.PANEL_CODE_OVER):
            await panels.asked_by(asking.code, SOURCE)
