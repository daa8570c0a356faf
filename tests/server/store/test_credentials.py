from collections.abc import AsyncIterator
from pathlib import Path

import pytest

from server.programme.rights import Capacity
from server.store.credentials import Credentials
from server.store.database import Database, open_database
from tests.support.staff import hired, school


@pytest.fixture
async def database(tmp_path: Path) -> AsyncIterator[Database]:
    async with open_database(tmp_path) as opened:
        yield opened


async def test_an_offered_key_counts_once_confirmed_and_each_step_once(
    database: Database,
) -> None:
    person = (await hired(database, Capacity.TEACHER, await school(database))).id
    credentials = Credentials(database)
    await credentials.offer_key(person, b"key")
    assert not await credentials.confirm_key(person, b"another", 5, [b"r"])
    assert await credentials.confirm_key(person, b"key", 5, [b"r1", b"r2"])
    assert not await credentials.confirm_key(person, b"key", 6, [])
    assert [await credentials.accept_step(person, step) for step in (5, 4, 6, 6)] == [
        False,
        False,
        True,
        False,
    ]
    assert await credentials.strike(person, b"r1")
    assert not await credentials.strike(person, b"r1")
    assert await credentials.recovery(person) == {b"r2"}


async def test_an_own_password_ends_the_first_one(database: Database) -> None:
    person = await hired(database, Capacity.TEACHER, await school(database))
    credentials = Credentials(database)
    before = await credentials.by_login(person.login)
    assert before is not None
    assert before.first_until is not None
    assert not await credentials.keep_password(person.id, "another", "own")
    assert await credentials.of(person.id) == before
    assert await credentials.keep_password(person.id, before.password, "own")
    after = await credentials.of(person.id)
    assert after is not None
    assert (after.password, after.first_until) == ("own", None)
    assert await credentials.by_login("nobody") is None
