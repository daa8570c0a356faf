from dataclasses import replace
from datetime import timedelta
from pathlib import Path

import pytest

from server.access.ids import uuid7
from server.access.logins import digest_of
from server.actions.acting import OPERATOR
from server.programme.refusal import Refusal, RefusedError
from server.programme.rights import Action
from server.store.audit import Entry
from server.store.database import open_database
from server.store.screens import Screens
from tests.support.logged import lines_of
from tests.support.screens import classroom, screen
from tests.support.staff import school
from tests.support.stored import NOW


async def test_a_screen_is_known_by_its_cookie_until_it_is_unbound(tmp_path: Path) -> None:
    async with open_database(tmp_path) as database:
        room = await classroom(database, await school(database))
        made = await screen(database, room, "token")
        screens = Screens(database)
        assert await screens.by_digest(digest_of("token")) == made == await screens.find(made.id)
        assert await screens.by_digest(digest_of("other")) is None
        line = Entry(id=uuid7(), at=NOW, acting=OPERATOR, action=Action.BIND_ROOM)
        await screens.unbind(made.id, line)
        assert await screens.by_digest(digest_of("token")) is None
        audit = await lines_of(database, made.id)
        assert [action for _, _, action in audit] == [Action.BIND_ROOM] * 2


async def test_a_screen_is_known_by_its_key_and_no_other_has_the_same(tmp_path: Path) -> None:
    async with open_database(tmp_path) as database:
        room = await classroom(database, await school(database))
        made = await screen(database, room, "token", b"key")
        screens, later = Screens(database), NOW + timedelta(minutes=2)
        assert await screens.by_key(b"key") == made
        assert await screens.by_key(b"other") is None
        with pytest.raises(RefusedError, match=Refusal.SCREEN_CODE_WRONG):
            await screen(database, room, "of another", b"key")
        await screens.renew(made.id, digest_of("new"), later)
        assert await screens.by_digest(digest_of("token")) is None
        assert await screens.by_digest(digest_of("new")) == replace(made, seen=later)
        line = Entry(id=uuid7(), at=NOW, acting=OPERATOR, action=Action.BIND_ROOM)
        await screens.unbind(made.id, line)
        assert await screens.by_key(b"key") is None


async def test_a_classroom_lists_its_own_screens_and_when_they_were_seen(tmp_path: Path) -> None:
    async with open_database(tmp_path) as database:
        at = await school(database)
        here, beside = await classroom(database, at), await classroom(database, at, "丙")
        first, _ = await screen(database, here, "a"), await screen(database, beside, "b")
        later = NOW + timedelta(minutes=2)
        await Screens(database).touch(first.id, later)
        [found] = await Screens(database).of(here.id)
        assert (found.id, found.seen) == (first.id, later)
        assert await Screens(database).classroom(here.id) == here
        assert await Screens(database).classroom("none") is None
