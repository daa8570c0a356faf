from collections.abc import AsyncIterator
from pathlib import Path

import pytest

from server.access.logins import cookie_name, digest_of
from server.actions.acting import OPERATOR
from server.actions.blocks import block, unblock
from server.programme.refusal import Refusal, RefusedError
from server.programme.rights import Acting, Capacity
from server.store.credentials import Credentials
from server.store.database import Database, open_database
from server.store.logins import Logins
from tests.support.logged import lines_of
from tests.support.staff import NOW, badge, hired, school


@pytest.fixture
async def database(tmp_path: Path) -> AsyncIterator[Database]:
    async with open_database(tmp_path) as opened:
        yield opened


async def test_a_blocked_name_is_signed_out_at_once_and_let_in_again_later(
    database: Database,
) -> None:
    person = await hired(database, Capacity.TEACHER, await school(database))
    cookie = (await badge(database, person))["Cookie"]
    digest = digest_of(cookie.removeprefix(f"{cookie_name(https=False)}="))
    assert await Logins(database).find(digest) is not None
    await block(database, OPERATOR, f" {person.login.upper()} ", "已离职", NOW)
    assert await Logins(database).find(digest) is None
    assert await Credentials(database).blocked(person.login)
    await unblock(database, OPERATOR, person.login, NOW)
    assert not await Credentials(database).blocked(person.login)
    assert len(await lines_of(database, person.login)) == 2


@pytest.mark.parametrize(
    ("typed", "kept"),
    [("203.0.113.7", "203.0.113.7"), ("2001:db8::7", "2001:db8::"), ("::ffff:1.2.3.4", "1.2.3.4")],
)
async def test_an_address_is_blocked_as_it_is_counted(
    database: Database, typed: str, kept: str
) -> None:
    await block(database, OPERATOR, typed, "乱试密码", NOW)
    assert await Credentials(database).blocked("somebody", kept)


@pytest.mark.parametrize(
    ("typed", "why", "refusal"),
    [("没有这种名字", "x", Refusal.LOGIN_UNFIT), ("wang", " ", Refusal.NAME_MISSING)],
)
async def test_what_is_unfit_is_refused(
    database: Database, typed: str, why: str, refusal: Refusal
) -> None:
    with pytest.raises(RefusedError) as refused:
        await block(database, OPERATOR, typed, why, NOW)
    assert refused.value.refusal is refusal


async def test_only_an_admin_blocks_and_only_what_is_blocked_is_let_in(
    database: Database,
) -> None:
    bureau = Acting(id="b", capacity=Capacity.BUREAU, organisation="o", looks_after=None)
    for work in (block(database, bureau, "wang", "x", NOW), unblock(database, bureau, "w01", NOW)):
        with pytest.raises(RefusedError) as refused:
            await work
        assert refused.value.refusal is Refusal.NOT_YOURS
    with pytest.raises(RefusedError) as refused:
        await unblock(database, OPERATOR, "wang", NOW)
    assert refused.value.refusal is Refusal.BLOCK_UNKNOWN
