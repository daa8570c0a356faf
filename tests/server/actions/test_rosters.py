from collections.abc import AsyncIterator
from dataclasses import replace
from datetime import UTC, datetime
from pathlib import Path

import pytest

from server.actions.acting import concern
from server.actions.class_groups import TypedClassGroup, add, listed
from server.actions.roster_desk import RosterDesk
from server.actions.rosters import Options, Rosters, TakenWords, Upload
from server.documents.roster import read_roster
from server.programme.class_group import Keeping
from server.programme.organisation import Organisation
from server.programme.refusal import Refusal, RefusedError
from server.programme.rights import Acting, Action, Capacity, may
from server.store.database import Database, open_database
from tests.support.capacities import everybody
from tests.support.logged import lines_of
from tests.support.staff import hired, school
from tests.support.workbooks import HEADER, workbook

NOW = datetime(2026, 9, 1, tzinfo=UTC)
GOOD = workbook(HEADER, ("章明", "2024001", "三(1)班"), ("李兰", "2024002", "三1班"))
HALF_BAD = workbook(HEADER, ("章明", "2024001", "三(1)班"), ("李兰", "1.2E+18", "三年级"))
MAKES = Options(language="zh", makes_classes=True, drops_missing=False)


@pytest.fixture
async def database(tmp_path: Path) -> AsyncIterator[Database]:
    async with open_database(tmp_path) as opened:
        yield opened


@pytest.fixture
async def here(database: Database) -> Organisation:
    return await school(database)


@pytest.fixture
def rosters(database: Database) -> Rosters:
    return Rosters(database, RosterDesk(), b"k" * 32)


def admin(here: Organisation) -> Acting:
    return Acting(id="a", capacity=Capacity.SCHOOL_ADMIN, organisation=here.id, looks_after=None)


def sent(data: bytes) -> Upload:
    async def upload() -> bytes:
        return data

    return upload


async def test_a_file_is_tried_and_then_let_in(
    database: Database, here: Organisation, rosters: Rosters
) -> None:
    tried = await rosters.check(admin(here), here.id, sent(GOOD), MAKES)
    assert tried["classes"] == [{"name": "三(1)班", "pupils": 2, "is_new": True}]
    assert (tried["new"], tried["bad_count"]) == (2, 0)
    assert await listed(database, admin(here)) == []
    taken = await rosters.take_in(admin(here), here.id, sent(GOOD), MAKES, NOW)
    assert taken == TakenWords(new=2, changed=0, same=0, dropped=0)
    (group,) = await listed(database, admin(here))
    assert (group["keeping"], group["expected"]) == (Keeping.ROSTER, 2)
    tried = await rosters.check(admin(here), here.id, sent(GOOD), MAKES)
    assert (tried["new"], tried["same"], tried["missing"]) == (0, 2, 0)


async def test_a_half_bad_file_changes_nothing_and_comes_back_with_reasons(
    database: Database, here: Organisation, rosters: Rosters
) -> None:
    tried = await rosters.check(admin(here), here.id, sent(HALF_BAD), MAKES)
    assert (tried["good"], tried["bad_count"], len(tried["bad"][0]["reasons"])) == (1, 1, 2)
    with pytest.raises(RefusedError) as refused:
        await rosters.take_in(admin(here), here.id, sent(HALF_BAD), MAKES, NOW)
    assert refused.value.refusal is Refusal.ROSTER_ROWS_BAD
    assert await listed(database, admin(here)) == []
    file = await rosters.returned(admin(here), here.id, sent(HALF_BAD), MAKES)
    assert [row.cells[0] for row in read_roster(file).bad] == ["李兰"]


async def test_a_class_kept_by_numbers_takes_no_names(
    database: Database, here: Organisation, rosters: Rosters
) -> None:
    typed = TypedClassGroup(name="301", keeping=Keeping.NUMBERS, expected=24, class_teacher=None)
    made = await add(database, admin(here), here.id, typed, NOW)
    tried = await rosters.check(admin(here), here.id, sent(GOOD), MAKES)
    assert tried["by_numbers"] == ["三(1)班"]
    with pytest.raises(RefusedError) as refused:
        await rosters.take_in(admin(here), here.id, sent(GOOD), MAKES, NOW)
    assert refused.value.refusal is Refusal.ROSTER_BY_NUMBERS
    assert await listed(database, admin(here)) == [made]


async def test_without_leave_to_make_classes_unknown_ones_are_bad_rows(
    here: Organisation, rosters: Rosters
) -> None:
    tried = await rosters.check(
        admin(here), here.id, sent(GOOD), replace(MAKES, makes_classes=False)
    )
    assert (tried["good"], tried["bad_count"]) == (0, 2)


async def test_names_are_seen_by_their_school_and_class_teacher_and_each_look_is_kept(
    database: Database, here: Organisation, rosters: Rosters
) -> None:
    await rosters.take_in(admin(here), here.id, sent(GOOD), MAKES, NOW)
    (group,) = await listed(database, admin(here))
    looks = 0
    for acting in everybody(here):
        if may(acting, Action.SEE_PUPILS, concern(here)):
            seen = await rosters.look(acting, group["id"], NOW)
            assert sorted(one["name"] for one in seen) == ["李兰", "章明"]
            looks += 1
            continue
        with pytest.raises(RefusedError) as refused:
            await rosters.look(acting, group["id"], NOW)
        assert refused.value.refusal is Refusal.NOT_YOURS
    kept = [done for _, _, done in await lines_of(database, group["id"])]
    assert (looks, kept.count(Action.SEE_PUPILS)) == (1, 1)


async def test_a_class_teacher_sees_the_names_of_their_class(
    database: Database, here: Organisation, rosters: Rosters
) -> None:
    wang = await hired(database, Capacity.TEACHER, here)
    typed = TypedClassGroup(name="301", keeping=Keeping.ROSTER, expected=0, class_teacher=wang.id)
    made = await add(database, admin(here), here.id, typed, NOW)
    await rosters.take_in(admin(here), here.id, sent(GOOD), MAKES, NOW)
    teacher = replace(admin(here), id=wang.id, capacity=Capacity.TEACHER)
    assert len(await rosters.look(teacher, made["id"], NOW)) == 2


async def test_only_those_import_who_may_and_nobody_else_uploads(
    here: Organisation, rosters: Rosters
) -> None:
    async def never() -> bytes:
        raise AssertionError("a file was asked for")

    none_made = replace(MAKES, makes_classes=False)
    for acting in everybody(here):
        if may(acting, Action.IMPORT_ROSTER, concern(here)):
            continue
        for work in (
            rosters.check(acting, here.id, never, none_made),
            rosters.returned(acting, here.id, never, none_made),
            rosters.take_in(acting, here.id, never, none_made, NOW),
        ):
            with pytest.raises(RefusedError) as refused:
                await work
            assert refused.value.refusal is Refusal.NOT_YOURS


async def test_only_the_school_removes_a_pupil_and_the_log_says_that_one_went(
    database: Database, here: Organisation, rosters: Rosters
) -> None:
    await rosters.take_in(admin(here), here.id, sent(GOOD), MAKES, NOW)
    (group,) = await listed(database, admin(here))
    gone = (await rosters.look(admin(here), group["id"], NOW))[0]["id"]
    removed = 0
    for acting in everybody(here):
        if may(acting, Action.REMOVE_PUPIL, concern(here)):
            await rosters.remove(acting, group["id"], gone, NOW)
            removed += 1
            continue
        with pytest.raises(RefusedError) as refused:
            await rosters.remove(acting, group["id"], gone, NOW)
        assert refused.value.refusal is Refusal.NOT_YOURS
    kept = [done for _, _, done in await lines_of(database, group["id"])]
    assert (removed, kept.count(Action.REMOVE_PUPIL)) == (1, 1)
    assert (await listed(database, admin(here)))[0]["expected"] == 1
