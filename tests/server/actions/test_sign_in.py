import base64
from collections.abc import AsyncIterator, Awaitable, Callable
from dataclasses import dataclass, replace
from pathlib import Path
from urllib.parse import parse_qs, urlsplit

import pytest
from sqlalchemy import select

from server.access.guesses import Guesses
from server.access.hashing import Hashing
from server.access.logins import PANEL, STAFF, digest_of
from server.access.steps import Step
from server.access.totp import STEP, code_at
from server.actions.accounts import NewAccount, add, give_first_password
from server.actions.acting import OPERATOR
from server.actions.blocks import block
from server.actions.sign_in import Begun, From, SignIn
from server.programme.deed import Deed
from server.programme.organisation import OrganisationKind
from server.programme.refusal import Refusal, RefusedError
from server.programme.rights import Action, Capacity
from server.store.access_tables import LoginRow
from server.store.credentials import Credentials
from server.store.database import Database, open_database
from server.store.logins import Logins, Signed
from server.store.tables import AuditRow
from tests.support.logged import lines_of
from tests.support.signing import quick_hashing
from tests.support.staff import NOW, school

SOURCE = From(address="192.0.2.1", mark=None, now=NOW.timestamp(), tick=0.0)
OWN = "小桥流水人家 abcd"
DAY = 24 * 3600.0


@dataclass
class Door:
    """Signing in, and one account with its first password."""

    sign_in: SignIn
    database: Database
    hashes: Hashing
    login: str
    first: str

    async def signed(self, begun: Begun) -> Signed:
        found = await Logins(self.database).find(digest_of(begun.token))
        assert found is not None
        return found

    async def step(self, begun: Begun) -> Step:
        return await self.sign_in.step(await self.signed(begun))

    async def with_own_password(self) -> Begun:
        begun = await self.sign_in.by_password(self.login, self.first, SOURCE)
        return await self.sign_in.own_password(await self.signed(begun), OWN, SOURCE)

    async def reset(self) -> None:
        """An admin makes a new first password."""
        made = await give_first_password(self.database, self.hashes, OPERATOR, self.login, NOW)
        self.first = made["first_password"]

    async def key(self, begun: Begun) -> bytes:
        uri = await self.sign_in.offer_authenticator(await self.signed(begun))
        secret = parse_qs(urlsplit(uri).query)["secret"][0]
        return base64.b32decode(secret)


async def opened(database: Database, hashes: Hashing, kind: OrganisationKind) -> Door:
    at = await school(database, kind=kind)
    above = kind is OrganisationKind.BUREAU
    new = NewAccount(
        name="李四",
        login="li.si",
        capacity=Capacity.BUREAU if above else Capacity.TEACHER,
        organisation=at.id,
    )
    made = await add(database, hashes, OPERATOR, new, NOW)
    sign_in = SignIn(database, hashes, Guesses(), b"k" * 32)
    return Door(sign_in, database, hashes, made["login"], made["first_password"])


@pytest.fixture
async def teacher(tmp_path: Path) -> AsyncIterator[Door]:
    with quick_hashing() as hashes:
        async with open_database(tmp_path) as database:
            yield await opened(database, hashes, OrganisationKind.SCHOOL)


@pytest.fixture
async def officer(tmp_path: Path) -> AsyncIterator[Door]:
    with quick_hashing() as hashes:
        async with open_database(tmp_path) as database:
            yield await opened(database, hashes, OrganisationKind.BUREAU)


async def logged(door: Door) -> list[str]:
    """What people did with their logins, in its order."""
    query = select(AuditRow.action).where(AuditRow.subject == "").order_by(AuditRow.id)
    async with door.database.transaction() as session:
        return list(await session.scalars(query))


async def refused(work: object) -> Refusal:
    with pytest.raises(RefusedError) as caught:
        await work  # type: ignore[misc]
    return caught.value.refusal


async def test_a_first_password_is_replaced_before_anything_else(teacher: Door) -> None:
    begun = await teacher.sign_in.by_password("ＬＩ.ＳＩ ", teacher.first, SOURCE)
    assert await teacher.step(begun) is Step.NEW_PASSWORD
    assert not begun.login.whole
    signed = await teacher.signed(begun)
    assert await refused(teacher.sign_in.own_password(signed, "short", SOURCE)) is (
        Refusal.PASSWORD_SHORT
    )
    again = teacher.sign_in.own_password(signed, teacher.first, SOURCE)
    assert await refused(again) is Refusal.PASSWORD_SAME
    done = await teacher.sign_in.own_password(signed, OWN, SOURCE)
    assert done.login.whole
    assert await Logins(teacher.database).find(digest_of(begun.token)) is None
    old = teacher.sign_in.by_password(teacher.login, teacher.first, SOURCE)
    assert await refused(old) is Refusal.SIGN_IN_WRONG
    assert (await teacher.sign_in.by_password(teacher.login, OWN, SOURCE)).login.whole


async def test_wrong_names_and_passwords_are_told_alike_and_counted(teacher: Door) -> None:
    for login in (teacher.login, "nobody.here", "没有 这种!"):
        work = teacher.sign_in.by_password(login, "wrong password", SOURCE)
        assert await refused(work) is Refusal.SIGN_IN_WRONG
    for _ in range(4):
        await refused(teacher.sign_in.by_password(teacher.login, "wrong password", SOURCE))
    right = teacher.sign_in.by_password(teacher.login, teacher.first, SOURCE)
    assert await refused(right) is Refusal.GUESSES_SPENT
    assert await logged(teacher) == ["sign_in_refused", "sign_in_refused", "sign_in_locked"]
    later = replace(SOURCE, tick=61.0)
    assert (await teacher.sign_in.by_password(teacher.login, teacher.first, later)).token


async def test_a_first_password_ends_unused(teacher: Door) -> None:
    late = replace(SOURCE, now=SOURCE.now + 14 * DAY)
    work = teacher.sign_in.by_password(teacher.login, teacher.first, late)
    assert await refused(work) is Refusal.FIRST_PASSWORD_OVER


@pytest.mark.parametrize("value", ["li.si", "192.0.2.1"])
async def test_who_is_blocked_does_not_come_in(teacher: Door, value: str) -> None:
    await block(teacher.database, OPERATOR, value, "停用", NOW)
    work = teacher.sign_in.by_password(teacher.login, teacher.first, SOURCE)
    assert await refused(work) is Refusal.SIGN_IN_BLOCKED
    assert await logged(teacher) == ["sign_in_blocked"]


def meanwhile(
    monkeypatch: pytest.MonkeyPatch, method: str, work: Callable[[], Awaitable[object]]
) -> None:
    """Have something happen while the next password is looked at, or a new one is hashed."""
    real = getattr(Hashing, method)

    async def slow(self: Hashing, *args: str) -> object:
        done = await real(self, *args)
        monkeypatch.setattr(Hashing, method, real)
        await work()
        return done

    monkeypatch.setattr(Hashing, method, slow)


async def nobody_is_in(door: Door) -> bool:
    async with door.database.transaction() as session:
        return (await session.scalars(select(LoginRow))).all() == []


async def test_who_is_blocked_while_the_password_is_looked_at_does_not_come_in(
    teacher: Door, monkeypatch: pytest.MonkeyPatch
) -> None:
    credentials = Credentials(teacher.database)
    looked = credentials.blocked

    async def then_blocked(self: Credentials, *values: str) -> bool:
        found = await looked(*values)
        await block(teacher.database, OPERATOR, teacher.login, "停用", NOW)
        return found

    monkeypatch.setattr(Credentials, "blocked", then_blocked)
    work = teacher.sign_in.by_password(teacher.login, teacher.first, SOURCE)
    assert await refused(work) is Refusal.SIGN_IN_BLOCKED
    assert await nobody_is_in(teacher)


async def test_a_password_that_is_replaced_while_it_is_looked_at_opens_nothing(
    teacher: Door, monkeypatch: pytest.MonkeyPatch
) -> None:
    meanwhile(monkeypatch, "check", teacher.reset)
    work = teacher.sign_in.by_password(teacher.login, teacher.first, SOURCE)
    assert await refused(work) is Refusal.SIGN_IN_WRONG
    assert await nobody_is_in(teacher)


@pytest.mark.parametrize("method", ["check", "hash"])
async def test_an_own_password_does_not_replace_a_first_one_that_came_meanwhile(
    teacher: Door, monkeypatch: pytest.MonkeyPatch, method: str
) -> None:
    begun = await teacher.sign_in.by_password(teacher.login, teacher.first, SOURCE)
    signed = await teacher.signed(begun)
    meanwhile(monkeypatch, method, teacher.reset)
    work = teacher.sign_in.own_password(signed, OWN, SOURCE)
    assert await refused(work) is Refusal.SIGN_IN_NEEDED
    assert await nobody_is_in(teacher)
    again = await teacher.sign_in.by_password(teacher.login, teacher.first, SOURCE)
    assert await teacher.step(again) is Step.NEW_PASSWORD


async def test_those_above_a_school_add_an_authenticator(officer: Door) -> None:
    begun = await officer.with_own_password()
    assert await officer.step(begun) is Step.ENROL
    key = await officer.key(begun)
    assert await officer.key(begun) == key
    signed = await officer.signed(begun)
    wrong = officer.sign_in.by_code(signed, "000000", SOURCE)
    assert await refused(wrong) is Refusal.SECOND_FACTOR_WRONG
    code = code_at(key, int(SOURCE.now // STEP))
    done = await officer.sign_in.by_code(signed, code, SOURCE)
    assert done.login.whole
    assert len(done.recovery) == 10
    assert await logged(officer) == ["second_factor_refused", "add_second_factor", "sign_in"]


async def test_a_code_and_a_recovery_code_are_good_once(officer: Door) -> None:
    begun = await officer.with_own_password()
    key = await officer.key(begun)
    now = int(SOURCE.now // STEP)
    first = await officer.sign_in.by_code(await officer.signed(begun), code_at(key, now), SOURCE)
    for typed, good in (
        (code_at(key, now), False),
        (code_at(key, now + 1), True),
        (code_at(key, now + 1), False),
        (first.recovery[0], True),
        (first.recovery[0], False),
    ):
        halfway = await officer.sign_in.by_password(officer.login, OWN, SOURCE)
        assert await officer.step(halfway) is Step.CODE
        work = officer.sign_in.by_code(await officer.signed(halfway), typed, SOURCE)
        if good:
            assert (await work).login.whole
        else:
            assert await refused(work) is Refusal.SECOND_FACTOR_WRONG
    assert (await logged(officer)).count("use_recovery_code") == 1


async def test_no_step_is_left_out(officer: Door) -> None:
    begun = await officer.sign_in.by_password(officer.login, officer.first, SOURCE)
    signed = await officer.signed(begun)
    for work in (
        officer.sign_in.offer_authenticator(signed),
        officer.sign_in.by_code(signed, "000000", SOURCE),
    ):
        assert await refused(work) is Refusal.SIGN_IN_NEEDED


async def test_another_password_signs_every_other_browser_out(teacher: Door) -> None:
    here = await teacher.with_own_password()
    there = await teacher.sign_in.by_password(teacher.login, OWN, SOURCE)
    signed = await teacher.signed(here)
    wrong = teacher.sign_in.change_password(signed, "not the old one", OWN + "x", SOURCE)
    assert await refused(wrong) is Refusal.PASSWORD_WRONG
    changed = await teacher.sign_in.change_password(signed, OWN, "山重水复疑无路xyz", SOURCE)
    logins = Logins(teacher.database)
    assert await logins.find(digest_of(there.token)) is None
    assert await logins.find(digest_of(changed.token)) is not None
    assert await logged(teacher) == ["sign_in", "sign_in", "change_password"]


async def test_logins_that_ended_are_forgotten_when_somebody_signs_in(teacher: Door) -> None:
    before = await teacher.with_own_password()
    later = replace(SOURCE, now=SOURCE.now + 8 * DAY)
    await teacher.sign_in.by_password(teacher.login, OWN, later)
    assert await Logins(teacher.database).find(digest_of(before.token)) is None


async def test_a_new_first_password_ends_everything_from_before(officer: Door) -> None:
    begun = await officer.with_own_password()
    key = await officer.key(begun)
    code = code_at(key, int(SOURCE.now // STEP))
    whole = await officer.sign_in.by_code(await officer.signed(begun), code, SOURCE)
    made = await give_first_password(officer.database, officer.hashes, OPERATOR, officer.login, NOW)
    assert await Logins(officer.database).find(digest_of(whole.token)) is None
    again = await officer.sign_in.by_password(officer.login, made["first_password"], SOURCE)
    assert await officer.step(again) is Step.NEW_PASSWORD
    person = (await officer.signed(again)).person.id
    done = [action for _, _, action in await lines_of(officer.database, person)]
    assert done[-2:] == [Action.CHANGE_STAFF, Deed.LOSE_SECOND_FACTOR]
    await give_first_password(officer.database, officer.hashes, OPERATOR, officer.login, NOW)
    done = [action for _, _, action in await lines_of(officer.database, person)]
    assert done.count(Deed.LOSE_SECOND_FACTOR) == 1


async def test_signing_out_is_a_line_but_not_for_who_was_never_in(teacher: Door) -> None:
    halfway = await teacher.sign_in.by_password(teacher.login, teacher.first, SOURCE)
    await teacher.sign_in.sign_out(await teacher.signed(halfway), SOURCE)
    assert await logged(teacher) == []
    begun = await teacher.with_own_password()
    await teacher.sign_in.sign_out(await teacher.signed(begun), SOURCE)
    assert await logged(teacher) == ["sign_in", "sign_out"]
    assert await Logins(teacher.database).find(digest_of(begun.token)) is None


async def test_on_a_classrooms_screen_a_login_lasts_a_lesson_and_not_a_week(teacher: Door) -> None:
    wall = replace(SOURCE, panel=True)
    first = await teacher.sign_in.by_password(teacher.login, teacher.first, wall)
    whole = await teacher.sign_in.own_password(await teacher.signed(first), OWN, wall)
    assert (whole.login.whole, whole.login.lifetime) == (True, PANEL)
    own = await teacher.sign_in.by_password(teacher.login, OWN, SOURCE)
    assert own.login.lifetime == STAFF
