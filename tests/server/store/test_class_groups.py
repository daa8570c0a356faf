from collections.abc import AsyncIterator
from dataclasses import replace
from datetime import UTC, datetime
from pathlib import Path

import pytest
from sqlalchemy import insert, select, update

from server.programme.class_group import ClassGroup, Closed, Closing, Keeping
from server.programme.class_names import ClassName
from server.programme.organisation import Organisation, OrganisationKind
from server.programme.refusal import Refusal, RefusedError
from server.programme.region import RegionCode
from server.programme.rights import Acting, Action, Capacity
from server.store.audit import Entry
from server.store.class_groups import ClassGroups
from server.store.database import Database, open_database
from server.store.organisations import Organisations
from server.store.pupil_tables import KnownPupilRow
from server.store.school_tables import ClassGroupRow, PupilRow
from server.store.tables import LessonRow, PersonRow
from tests.support.at_once import while_written
from tests.support.logged import lines_of

NOW = datetime(2026, 9, 1, tzinfo=UTC)
KECHENG, KAIHUA = (
    Organisation(id=name, kind=OrganisationKind.SCHOOL, name=name, region=RegionCode(code))
    for name, code in (("尼山小学", "330802"), ("齐溪镇中心小学", "330824"))
)
ADMIN = Acting(id="a", capacity=Capacity.SCHOOL_ADMIN, organisation=KECHENG.id, looks_after=None)
GROUP = ClassGroup(
    id="c31", organisation=KECHENG, name=ClassName(3, 1), keeping=Keeping.NUMBERS, expected=24
)
ROSTER = replace(GROUP, id="c32", name=ClassName(3, 2), keeping=Keeping.ROSTER, expected=0)
FAR = replace(GROUP, id="k", organisation=KAIHUA)


def line(number: str) -> Entry:
    return Entry(id=number, at=NOW, acting=ADMIN, action=Action.CHANGE_CLASS_GROUP)


@pytest.fixture
async def database(tmp_path: Path) -> AsyncIterator[Database]:
    async with open_database(tmp_path) as opened:
        for school in (KECHENG, KAIHUA):
            await Organisations(opened).add(school, line(school.id))
        for group in (ROSTER, GROUP, FAR):
            await ClassGroups(opened).add(group, line(group.id))
        yield opened


async def test_what_is_kept_is_found_again_in_the_order_of_schools(database: Database) -> None:
    groups = ClassGroups(database)
    assert await groups.find("c31") == GROUP
    assert await groups.find("none") is None
    assert await groups.of(["c32", "k", "c31"]) == [GROUP, ROSTER, FAR]
    assert await groups.of_school(KECHENG.id) == [GROUP, ROSTER]
    assert await lines_of(database, "c31") == [(NOW, "a", Action.CHANGE_CLASS_GROUP)]


async def test_by_roster_those_are_counted_who_have_not_left(database: Database) -> None:
    async with database.transaction() as session:
        for number, (group, left) in enumerate([("c32", None), ("c32", NOW), ("c31", None)]):
            await session.execute(
                insert(PupilRow).values(id=str(number), class_group=group, name="章明", left=left)
            )
    found = await ClassGroups(database).of(["c31", "c32"])
    assert [one.expected for one in found] == [24, 1]


async def test_a_change_keeps_the_class(database: Database) -> None:
    groups = ClassGroups(database)
    risen = replace(GROUP, name=ClassName(4, 1), expected=25)
    await groups.change(risen, line("later"))
    assert await groups.find("c31") == risen
    assert len(await lines_of(database, "c31")) == 2


async def test_a_class_kept_by_numbers_from_now_on_forgets_its_names(database: Database) -> None:
    groups, before = ClassGroups(database), datetime(2025, 9, 1, tzinfo=UTC)
    async with database.transaction() as session:
        for number, left in enumerate([None, before, None]):
            row = PupilRow(
                id=str(number), class_group="c32", name="章明", number_hash="h", left=left
            )
            session.add(row)
        session.add(LessonRow(id="held", title="", planned_seconds=2400.0, created=NOW))
        await session.flush()
        for pupil in ("0", "1"):
            session.add(KnownPupilRow(participant=pupil, lesson="held", pupil=pupil))
            session.add(PersonRow(participant=pupil, lesson="held", name="章明"))
        session.add(PersonRow(participant="guest", lesson="held", name="王老师"))
    await groups.change(replace(ROSTER, keeping=Keeping.NUMBERS, expected=30), line("later"))
    async with database.transaction() as session:
        kept = {row.id: row for row in await session.scalars(select(PupilRow))}
        assert {(row.name, row.number_hash) for row in kept.values()} == {("", None)}
        assert (kept["0"].left, kept["1"].left, sorted(kept)) == (NOW, before, ["0", "1"])
        assert list(await session.scalars(select(PersonRow.name))) == ["王老师"]
    found = await groups.find("c32")
    assert found is not None
    assert found.expected == 30


async def test_a_school_has_no_class_twice(database: Database) -> None:
    groups = ClassGroups(database)
    with pytest.raises(RefusedError) as refused:
        await groups.add(replace(GROUP, id="again"), line("again"))
    assert refused.value.refusal is Refusal.CLASS_EXISTS
    with pytest.raises(RefusedError) as refused:
        await groups.change(replace(GROUP, name=ROSTER.name), line("again"))
    assert refused.value.data == {"name": "三(2)班"}
    assert await groups.of_school(KECHENG.id) == [GROUP, ROSTER]
    assert await lines_of(database, "again") == []


async def test_a_closed_class_gives_its_name_back_and_is_opened_while_that_is_free(
    database: Database,
) -> None:
    groups = ClassGroups(database)
    closed = replace(GROUP, closed=Closed(at=NOW, how=Closing.DISSOLVED))
    await groups.close(closed, line("closed"))
    assert await groups.of_school(KECHENG.id) == [ROSTER]
    assert await groups.seen_by(ADMIN) == [closed, ROSTER]
    with pytest.raises(RefusedError) as refused:
        await groups.close(closed, line("again"))
    assert refused.value.refusal is Refusal.CLASS_CLOSED
    await groups.reopen(GROUP, line("opened"))
    assert await groups.of_school(KECHENG.id) == [GROUP, ROSTER]
    await groups.close(closed, line("closed again"))
    await groups.add(replace(GROUP, id="new"), line("new"))
    with pytest.raises(RefusedError) as refused:
        await groups.reopen(GROUP, line("too late"))
    assert refused.value.refusal is Refusal.CLASS_EXISTS
    assert len(await lines_of(database, "c31")) == 4


async def test_a_list_is_cut_to_what_somebody_may_see(database: Database) -> None:
    groups = ClassGroups(database)
    city = Acting(
        id="b",
        capacity=Capacity.BUREAU,
        organisation="bureau",
        looks_after=RegionCode("330800"),
    )
    assert await groups.seen_by(ADMIN) == [GROUP, ROSTER]
    assert await groups.seen_by(city) == [GROUP, ROSTER, FAR]
    assert await groups.seen_by(replace(city, looks_after=KAIHUA.region)) == [FAR]
    assert await groups.seen_by(replace(ADMIN, capacity=Capacity.TECHNICIAN)) == []


async def test_a_class_that_is_closed_meanwhile_is_not_changed(database: Database) -> None:
    groups = ClassGroups(database)
    closing = update(ClassGroupRow).where(ClassGroupRow.id == "c31")
    closed = closing.values(closed=NOW, closed_how=Closing.DISSOLVED.value)
    with pytest.raises(RefusedError) as refused:
        await while_written(
            database, [closed], groups.change(replace(GROUP, expected=25), line("later"))
        )
    assert refused.value.refusal is Refusal.CLASS_CLOSED
    found = await groups.find("c31")
    assert found == replace(GROUP, closed=Closed(at=NOW, how=Closing.DISSOLVED))


async def test_closing_and_opening_leave_what_was_changed_meanwhile(database: Database) -> None:
    groups, changed = ClassGroups(database), replace(GROUP, name=ClassName(4, 1), expected=25)
    closed = Closed(at=NOW, how=Closing.DISSOLVED)
    await groups.change(changed, line("1"))
    await groups.close(replace(GROUP, closed=closed), line("2"))
    assert await groups.find("c31") == replace(changed, closed=closed)
    await groups.reopen(GROUP, line("3"))
    assert await groups.find("c31") == changed
