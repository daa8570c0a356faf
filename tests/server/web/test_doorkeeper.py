from collections.abc import AsyncIterator
from pathlib import Path

import pytest
from aiohttp.test_utils import make_mocked_request

from server.access.logins import DAY, digest_of
from server.actions.acting import OPERATOR, entry
from server.programme.people import Appointment
from server.programme.refusal import Refusal, RefusedError
from server.programme.rights import Action, Capacity
from server.store.accounts import Accounts
from server.store.database import Database, open_database
from server.store.logins import Logins
from server.web.doorkeeper import CSRF, Doorkeeper
from server.web.source import Sources
from tests.support.staff import NOW, badge, hired, school


@pytest.fixture
async def database(tmp_path: Path) -> AsyncIterator[Database]:
    async with open_database(tmp_path) as opened:
        yield opened


def keeper(database: Database) -> Doorkeeper:
    return Doorkeeper(Logins(database), Sources(behind_proxy=False))


async def asked(database: Database, method: str, headers: dict[str, str]) -> Refusal | str:
    try:
        acting = await keeper(database).acting(make_mocked_request(method, "/", headers=headers))
    except RefusedError as error:
        return error.refusal
    return f"{acting.id} {acting.capacity}"


async def test_who_is_signed_in_acts_in_their_only_capacity(database: Database) -> None:
    person = await hired(database, Capacity.TEACHER, await school(database))
    headers = await badge(database, person)
    assert await asked(database, "GET", headers) == f"{person.id} teacher"
    assert await asked(database, "POST", headers) == f"{person.id} teacher"


@pytest.mark.parametrize("method", ["POST", "PUT", "DELETE", "PATCH"])
@pytest.mark.parametrize("sent", ["", "0" * 64])
async def test_a_change_comes_from_a_page_of_the_login(
    database: Database, method: str, sent: str
) -> None:
    person = await hired(database, Capacity.TEACHER, await school(database))
    headers = await badge(database, person) | {CSRF: sent}
    assert await asked(database, method, headers) is Refusal.PAGE_OLD


@pytest.mark.parametrize("cookie", ["", "tongke-login=", "tongke-login=nonsense"])
async def test_nobody_is_nobody(database: Database, cookie: str) -> None:
    assert await asked(database, "GET", {"Cookie": cookie}) is Refusal.SIGN_IN_NEEDED


async def test_several_capacities_are_chosen_from_and_may_be_taken_away(
    database: Database,
) -> None:
    here, there = await school(database), await school(database, "兴华中学")
    person = await hired(database, Capacity.TEACHER, here)
    second = Appointment(person=person.id, capacity=Capacity.SCHOOL_ADMIN, organisation=there)
    line = entry(OPERATOR, Action.CHANGE_STAFF, NOW)
    await Accounts(database).appoint(second, line)
    headers = await badge(database, person)
    assert await asked(database, "GET", headers) is Refusal.CAPACITY_NOT_CHOSEN
    digest = digest_of(headers["Cookie"].partition("=")[2])
    await Logins(database).choose(digest, Capacity.SCHOOL_ADMIN, there.id)
    assert await asked(database, "GET", headers) == f"{person.id} school_admin"


async def test_a_login_ends_by_itself_and_requests_keep_it(database: Database) -> None:
    person = await hired(database, Capacity.TEACHER, await school(database))
    headers = await badge(database, person)
    logins, digest = Logins(database), digest_of(headers["Cookie"].partition("=")[2])
    signed = await logins.find(digest)
    assert signed is not None
    await logins.touch(digest, signed.login.seen - 3600)
    assert await asked(database, "GET", headers) == f"{person.id} teacher"
    again = await logins.find(digest)
    assert again is not None
    assert again.login.seen > signed.login.seen - 60
    await logins.touch(digest, signed.login.seen - DAY)
    assert await asked(database, "GET", headers) is Refusal.SIGN_IN_NEEDED
    await logins.remove_ended(signed.login.made)
    assert await logins.find(digest) is None
