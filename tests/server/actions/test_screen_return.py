from collections.abc import AsyncIterator
from contextlib import asynccontextmanager
from dataclasses import replace
from pathlib import Path

import pytest

from server.access.guesses import LIMITS, Guesses, Kind
from server.access.ids import uuid7
from server.access.logins import digest_of
from server.access.screen_proofs import HOLDS, Nonces, public_key
from server.actions.acting import OPERATOR
from server.actions.screen_return import ScreenReturn
from server.actions.sign_in import From
from server.programme.refusal import Refusal, RefusedError
from server.programme.rights import Action
from server.programme.screen import Screen
from server.store.audit import Entry
from server.store.database import Database, open_database
from server.store.screens import Screens
from tests.support.screens import ScreenKey, classroom, screen
from tests.support.staff import school
from tests.support.stored import NOW

SOURCE = From(address="192.0.2.1", mark=None, now=NOW.timestamp(), tick=0.0)
MOST = LIMITS[Kind.SCREEN_KEY].address.holds


class Hall:
    """A database with a screen that holds a key."""

    def __init__(self, database: Database, key: ScreenKey, wall: Screen) -> None:
        self.screens = Screens(database)
        self.key = key
        self.wall = wall
        self.returning = ScreenReturn(database, Nonces(), Guesses())

    async def back(self, key: ScreenKey, source: From = SOURCE) -> tuple[Screen, str]:
        nonce = self.returning.ask(source)
        return await self.returning.prove(public_key(key.public), nonce, key.signs(nonce), source)


@asynccontextmanager
async def hall(folder: Path) -> AsyncIterator[Hall]:
    async with open_database(folder) as database:
        room, key = await classroom(database, await school(database)), ScreenKey()
        wall = await screen(database, room, "lost", public_key(key.public))
        await screen(database, await classroom(database, room.organisation, "丙"), "beside")
        yield Hall(database, key, wall)


async def test_a_screen_comes_back_by_its_key_and_its_lost_cookie_ends(tmp_path: Path) -> None:
    async with hall(tmp_path) as here:
        back, token = await here.back(here.key)
        assert back == here.wall
        assert await here.screens.by_digest(digest_of(token)) == here.wall
        assert await here.screens.by_digest(digest_of("lost")) is None


async def test_a_foreign_key_and_a_signature_of_another_are_worth_nothing(
    tmp_path: Path,
) -> None:
    async with hall(tmp_path) as here:
        with pytest.raises(RefusedError, match=Refusal.SCREEN_UNBOUND):
            await here.back(ScreenKey())
        nonce, key = here.returning.ask(SOURCE), public_key(here.key.public)
        with pytest.raises(RefusedError, match=Refusal.SCREEN_UNBOUND):
            await here.returning.prove(key, nonce, ScreenKey().signs(nonce), SOURCE)
        with pytest.raises(RefusedError, match=Refusal.SCREEN_PROOF_OVER):
            await here.returning.prove(key, nonce, here.key.signs(nonce), SOURCE)
        assert await here.screens.by_digest(digest_of("lost")) == here.wall


async def test_what_was_signed_once_opens_nothing_again_or_too_late(tmp_path: Path) -> None:
    async with hall(tmp_path) as here:
        key, nonce = public_key(here.key.public), here.returning.ask(SOURCE)
        signature = here.key.signs(nonce)
        await here.returning.prove(key, nonce, signature, SOURCE)
        with pytest.raises(RefusedError, match=Refusal.SCREEN_PROOF_OVER):
            await here.returning.prove(key, nonce, signature, SOURCE)
        late = here.returning.ask(SOURCE)
        with pytest.raises(RefusedError, match=Refusal.SCREEN_PROOF_OVER):
            await here.returning.prove(key, late, here.key.signs(late), replace(SOURCE, tick=HOLDS))


async def test_unbinding_ends_the_key(tmp_path: Path) -> None:
    async with hall(tmp_path) as here:
        line = Entry(id=uuid7(), at=NOW, acting=OPERATOR, action=Action.BIND_ROOM)
        await here.screens.unbind(here.wall.id, line)
        with pytest.raises(RefusedError, match=Refusal.SCREEN_UNBOUND):
            await here.back(here.key)


async def test_an_address_asks_so_often_but_who_proves_it_is_not_counted(tmp_path: Path) -> None:
    async with hall(tmp_path) as here:
        for _ in range(MOST + 1):
            await here.back(here.key)
        for _ in range(MOST):
            here.returning.ask(SOURCE)
        with pytest.raises(RefusedError, match=Refusal.GUESSES_SPENT):
            here.returning.ask(SOURCE)
        here.returning.ask(replace(SOURCE, address="192.0.2.2"))
