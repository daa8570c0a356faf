from collections.abc import AsyncIterator
from dataclasses import replace
from datetime import UTC, datetime
from pathlib import Path

import pytest

from server.actions import class_groups
from server.actions.consents import TypedConsent, attach, declare, form, listed, of, withdraw
from server.programme.attendance import SCHOOL_TIME
from server.programme.class_group import Closing, Keeping
from server.programme.organisation import Organisation
from server.programme.refusal import Refusal, RefusedError
from server.programme.rights import Acting, Capacity
from server.store.database import Database, open_database
from tests.support.logged import lines_of
from tests.support.staff import hired, school

NOW = datetime(2026, 9, 1, tzinfo=UTC)
PDF = b"%PDF-1.7"


@pytest.fixture
async def database(tmp_path: Path) -> AsyncIterator[Database]:
    async with open_database(tmp_path) as opened:
        yield opened


def admin(here: Organisation, capacity: Capacity = Capacity.SCHOOL_ADMIN) -> Acting:
    return Acting(id="a", capacity=capacity, organisation=here.id, looks_after=here.looks_after)


async def group(database: Database, here: Organisation, teacher: str | None = None) -> str:
    typed = class_groups.TypedClassGroup(
        name="301", keeping=Keeping.NUMBERS, expected=24, class_teacher=teacher
    )
    return (await class_groups.add(database, admin(here), here.id, typed, NOW))["id"]


def typed(name: str, exceptions: int = 0, why: str = "", after: str | None = None) -> TypedConsent:
    return TypedConsent(
        signed_on=NOW.date(),
        exceptions=exceptions,
        excepted=frozenset(),
        form=name,
        why=why,
        after=after,
    )


async def test_a_form_of_today_is_taken_before_breakfast(
    database: Database, tmp_path: Path
) -> None:
    """At seven at a school it is still yesterday where servers keep their time."""
    here = await school(database)
    one = await group(database, here)
    name = await attach(database, admin(here), one, PDF, tmp_path)
    seven = datetime(2026, 9, 1, 7, tzinfo=SCHOOL_TIME)
    today = replace(typed(name), signed_on=seven.date())
    said = await declare(database, admin(here), one, today, tmp_path, seven.astimezone(UTC))
    assert said["standing"] == "whole"


async def test_a_class_teacher_declares_corrects_and_withdraws(
    database: Database, tmp_path: Path
) -> None:
    here = await school(database)
    wang = await hired(database, Capacity.TEACHER, here)
    one = await group(database, here, wang.id)
    acting = replace(admin(here, Capacity.TEACHER), id=wang.id)
    assert (await of(database, acting, one))["standing"] == "missing"
    name = await attach(database, acting, one, PDF, tmp_path)
    said = await declare(database, acting, one, typed(name), tmp_path, NOW)
    assert said["standing"] == "whole"
    first = said["declared"][-1]["id"]
    corrected = typed(name, 2, "两位家长改了主意", first)
    said = await declare(database, acting, one, corrected, tmp_path, NOW)
    assert (said["standing"], len(said["declared"])) == ("excepted", 2)
    assert (await form(database, acting, one, name, tmp_path)).read_bytes() == PDF
    last = said["declared"][-1]["id"]
    said = await withdraw(database, acting, one, "家长撤回", last, NOW)
    assert said["standing"] == "missing"
    assert len([line for line in await lines_of(database, one) if line[1] == wang.id]) == 3


async def test_without_a_form_or_with_another_file_nothing_is_declared(
    database: Database, tmp_path: Path
) -> None:
    here = await school(database)
    one = await group(database, here)
    for data in (b"MZ", b"", PDF + b"x" * 11_000_000):
        with pytest.raises(RefusedError) as refused:
            await attach(database, admin(here), one, data, tmp_path)
        assert refused.value.refusal is Refusal.CONSENT_FORM_UNFIT
    with pytest.raises(RefusedError) as refused:
        await declare(database, admin(here), one, typed("0" * 64 + ".pdf"), tmp_path, NOW)
    assert refused.value.refusal is Refusal.CONSENT_FORM_MISSING
    assert (await of(database, admin(here), one))["declared"] == []


@pytest.mark.parametrize("capacity", Capacity)
async def test_who_declares_and_who_looks(
    database: Database, tmp_path: Path, capacity: Capacity
) -> None:
    here, there = await school(database), await school(database, "兴华中学", "330824")
    one = await group(database, here)
    name = await attach(database, admin(here), one, PDF, tmp_path)
    acting = admin(here, capacity)
    if capacity is Capacity.SCHOOL_ADMIN:
        acting = admin(there)
    for work in (
        attach(database, acting, one, PDF, tmp_path),
        declare(database, acting, one, typed(name), tmp_path, NOW),
        form(database, acting, one, name, tmp_path),
        withdraw(database, acting, one, "撤回", None, NOW),
    ):
        with pytest.raises(RefusedError) as refused:
            await work
        assert refused.value.refusal is Refusal.NOT_YOURS
    assert all(not words["may_declare"] for words in await listed(database, acting))


async def test_of_a_closed_class_consent_is_listed_only_where_it_can_be_taken_back(
    database: Database, tmp_path: Path
) -> None:
    here = await school(database)
    one = await group(database, here)
    acting = admin(here)
    name = await attach(database, acting, one, PDF, tmp_path)
    await declare(database, acting, one, typed(name), tmp_path, NOW)
    silent = class_groups.TypedClassGroup(
        name="302", keeping=Keeping.NUMBERS, expected=24, class_teacher=None
    )
    other = await class_groups.add(database, acting, here.id, silent, NOW)
    for closed in (one, other["id"]):
        await class_groups.close(database, acting, closed, Closing.GRADUATED, NOW)
    (said,) = await listed(database, acting)
    assert (said["class_group"], said["closed"]) == (one, NOW.isoformat())
    last = said["declared"][-1]["id"]
    said = await withdraw(database, acting, one, "家长撤回", last, NOW)
    assert said["standing"] == "missing"
