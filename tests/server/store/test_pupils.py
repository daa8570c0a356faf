from collections.abc import AsyncIterator
from dataclasses import replace
from datetime import UTC, datetime
from pathlib import Path

import pytest
from sqlalchemy import select, update

from server.access.ids import uuid7
from server.programme.class_group import ClassGroup, Closed, Closing, Keeping
from server.programme.class_names import ClassName
from server.programme.organisation import Organisation
from server.programme.refusal import Refusal, RefusedError
from server.programme.rights import Acting, Action, Capacity
from server.programme.roster import Entry
from server.store.audit import Entry as Line
from server.store.class_groups import ClassGroups
from server.store.database import Database, open_database
from server.store.mark_tables import ExpectedPupilRow
from server.store.people import People
from server.store.pupil_tables import KnownPupilRow
from server.store.pupils import PIECE, Intake, Pupils
from server.store.roll_names import RollNames
from server.store.school_tables import PupilRow
from server.store.tables import AuditRow, LessonRow, PersonRow, RoomRow
from tests.support.logged import lines_of
from tests.support.staff import school

NOW = datetime(2026, 9, 1, tzinfo=UTC)
ADMIN = Acting(id="a", capacity=Capacity.SCHOOL_ADMIN, organisation="s", looks_after=None)
THIRD, FOURTH = ClassName(3, 1), ClassName(4, 1)
MING = Entry(name="章明", number_hash="a", class_name=THIRD)
LAN = Entry(name="李兰", number_hash=None, class_name=THIRD)


@pytest.fixture
async def database(tmp_path: Path) -> AsyncIterator[Database]:
    async with open_database(tmp_path) as opened:
        yield opened


@pytest.fixture
async def here(database: Database) -> Organisation:
    return await school(database)


def line(action: Action = Action.IMPORT_ROSTER) -> Line:
    return Line(id=uuid7(), at=NOW, acting=ADMIN, action=action)


def group(here: Organisation, name: ClassName, keeping: Keeping = Keeping.ROSTER) -> ClassGroup:
    return ClassGroup(id=str(name), organisation=here, name=name, keeping=keeping, expected=0)


def intake(here: Organisation, *entries: Entry, made: tuple[ClassGroup, ...] = ()) -> Intake:
    return Intake(school=here.id, entries=entries, made=made, drops_missing=False, fresh_id=uuid7)


async def names(database: Database, of: ClassName) -> list[str]:
    looked = await Pupils(database).look(str(of), line(Action.SEE_PUPILS))
    return sorted(one.name for one in looked)


async def test_a_roster_comes_in_with_its_classes_and_again_without_change(
    database: Database, here: Organisation
) -> None:
    pupils = Pupils(database)
    made = (group(here, THIRD),)
    first = await pupils.take_in(intake(here, MING, LAN, made=made), line())
    assert first.new == (MING, LAN)
    assert await names(database, THIRD) == ["李兰", "章明"]
    again = await pupils.take_in(intake(here, MING, LAN), line())
    assert (again.same, again.new) == (2, ())
    imports = [action for _, _, action in await lines_of(database, here.id)]
    assert imports.count(Action.IMPORT_ROSTER) == 2


async def test_whoever_moves_stays_the_same_child_and_whoever_is_left_out_is_erased(
    database: Database, here: Organisation
) -> None:
    pupils = Pupils(database)
    made = (group(here, THIRD), group(here, FOURTH))
    await pupils.take_in(intake(here, MING, LAN, made=made), line())
    before = {one.id for one in await pupils.look(str(THIRD), line(Action.SEE_PUPILS))}
    moved = replace(MING, class_name=FOURTH)
    wei = replace(LAN, name="王伟")
    await pupils.take_in(replace(intake(here, moved, wei), drops_missing=True), line())
    assert (await names(database, THIRD), await names(database, FOURTH)) == (["王伟"], ["章明"])
    await pupils.take_in(replace(intake(here, MING, LAN), drops_missing=True), line())
    after = {one.id for one in await pupils.look(str(THIRD), line(Action.SEE_PUPILS))}
    assert len(after & before) == 1
    async with database.transaction() as session:
        assert set(await session.scalars(select(PupilRow.name))) == {"章明", "李兰"}


async def test_whom_an_earlier_import_left_out_is_erased_by_the_next(
    database: Database, here: Organisation
) -> None:
    pupils = Pupils(database)
    await pupils.take_in(intake(here, MING, LAN, made=(group(here, THIRD),)), line())
    async with database.transaction() as session:
        await session.execute(update(PupilRow).where(PupilRow.name == "章明").values(left=NOW))
    assert len((await pupils.compare(here.id, [LAN])).missing) == 1
    await pupils.take_in(replace(intake(here, LAN), drops_missing=True), line())
    async with database.transaction() as session:
        assert list(await session.scalars(select(PupilRow.name))) == ["李兰"]


async def test_into_a_class_that_bears_a_closed_ones_name_come_others(
    database: Database, here: Organisation
) -> None:
    pupils, groups = Pupils(database), ClassGroups(database)
    old = group(here, THIRD)
    await pupils.take_in(intake(here, MING, LAN, made=(old,)), line())
    closed = replace(old, closed=Closed(at=NOW, how=Closing.DISSOLVED))
    await groups.close(closed, line(Action.CLOSE_CLASS_GROUP))
    new = replace(old, id="new")
    change = await pupils.take_in(intake(here, MING, LAN, made=(new,)), line())
    assert (len(change.changed), change.new) == (1, (LAN,))
    looked = await pupils.look("new", line(Action.SEE_PUPILS))
    assert [one.name for one in looked] == ["李兰", "章明"]
    assert await names(database, THIRD) == ["李兰"]


async def test_nobody_is_dropped_unasked(database: Database, here: Organisation) -> None:
    pupils = Pupils(database)
    await pupils.take_in(intake(here, MING, made=(group(here, THIRD),)), line())
    assert (await pupils.take_in(intake(here, LAN), line())).missing != ()
    assert await names(database, THIRD) == ["李兰", "章明"]


async def test_a_roster_comes_in_as_a_whole_or_not_at_all(
    database: Database, here: Organisation
) -> None:
    pupils, groups = Pupils(database), ClassGroups(database)
    await groups.add(group(here, FOURTH, Keeping.NUMBERS), line(Action.CHANGE_CLASS_GROUP))
    there = replace(MING, class_name=FOURTH)
    wrong = {
        Refusal.ROSTER_BY_NUMBERS: intake(here, LAN, there, made=(group(here, THIRD),)),
        Refusal.CLASS_UNKNOWN: intake(here, LAN, there),
        Refusal.CLASS_EXISTS: intake(here, LAN, made=(group(here, THIRD), group(here, FOURTH))),
    }
    for why, one in wrong.items():
        with pytest.raises(RefusedError) as refused:
            await pupils.take_in(one, line())
        assert refused.value.refusal is why
    assert [one.name for one in await groups.of_school(here.id)] == [FOURTH]
    assert Action.IMPORT_ROSTER not in {done for _, _, done in await lines_of(database, here.id)}


async def test_a_large_roster_comes_in_piece_by_piece(
    database: Database, here: Organisation
) -> None:
    pupils = Pupils(database)
    many = [replace(LAN, name=f"学生{n}") for n in range(2 * PIECE + 1)]
    await pupils.take_in(intake(here, *many, made=(group(here, THIRD),)), line())
    assert (await pupils.compare(here.id, many)).same == len(many)
    risen = [replace(one, number_hash=one.name) for one in many]
    assert len((await pupils.take_in(intake(here, *risen), line())).changed) == len(many)
    await pupils.take_in(replace(intake(here, LAN), drops_missing=True), line())
    assert await names(database, THIRD) == ["李兰"]


async def test_every_look_at_names_is_kept(database: Database, here: Organisation) -> None:
    await Pupils(database).take_in(intake(here, MING, made=(group(here, THIRD),)), line())
    for _ in range(2):
        await names(database, THIRD)
    looks = await lines_of(database, str(THIRD))
    assert looks == [(NOW, "a", Action.SEE_PUPILS)] * 2


async def test_forgotten_names_are_not_compared(database: Database, here: Organisation) -> None:
    pupils, groups = Pupils(database), ClassGroups(database)
    third = group(here, THIRD)
    await pupils.take_in(intake(here, MING, made=(third,)), line())
    for keeping in (Keeping.NUMBERS, Keeping.ROSTER):
        changed = replace(third, keeping=keeping)
        await groups.change(changed, line(Action.CHANGE_CLASS_GROUP))
    assert (await pupils.compare(here.id, [MING])).new == (MING,)


async def test_a_removed_pupil_leaves_no_name_and_stays_counted_in_past_rolls(
    database: Database, here: Organisation
) -> None:
    pupils = Pupils(database)
    made = (group(here, THIRD),)
    await pupils.take_in(intake(here, MING, LAN, made=made), line())
    ids = {one.name: one.id for one in await pupils.look(str(THIRD), line(Action.SEE_PUPILS))}
    async with database.transaction() as session:
        session.add(LessonRow(id="held", title="", planned_seconds=2400.0, created=NOW))
        await session.flush()
        session.add(RoomRow(participant="r", lesson="held", name="", host=True, position=0))
        await session.flush()
        session.add_all(ExpectedPupilRow(room="r", pupil=pupil) for pupil in ids.values())
        session.add(PersonRow(participant="p", lesson="held", name="章明"))
        session.add(PersonRow(participant="q", lesson="held", name="李兰"))
        session.add(KnownPupilRow(participant="p", lesson="held", pupil=ids["章明"]))
        session.add(KnownPupilRow(participant="q", lesson="held", pupil=ids["李兰"]))
    await pupils.remove(str(THIRD), ids["章明"], line(Action.REMOVE_PUPIL))
    assert await names(database, THIRD) == ["李兰"]
    assert await RollNames(database).known(["r"]) == set()
    assert await People(database).names("held") == {"q": "李兰"}
    async with database.transaction() as session:
        assert len((await session.scalars(select(ExpectedPupilRow))).all()) == 2
        row = await session.get_one(PupilRow, ids["章明"])
        assert (row.name, row.number_hash, row.left) == ("", None, NOW)
        lines = (await session.scalars(select(AuditRow))).all()
        assert [one.subject for one in lines if one.action == Action.REMOVE_PUPIL] == [str(THIRD)]


async def test_nobody_is_removed_twice_or_by_way_of_another_class(
    database: Database, here: Organisation
) -> None:
    pupils = Pupils(database)
    made = (group(here, THIRD), group(here, FOURTH))
    await pupils.take_in(intake(here, MING, made=made), line())
    (ming,) = await pupils.look(str(THIRD), line(Action.SEE_PUPILS))
    with pytest.raises(RefusedError) as refused:
        await pupils.remove(str(FOURTH), ming.id, line(Action.REMOVE_PUPIL))
    assert refused.value.refusal is Refusal.PUPIL_UNKNOWN
    await pupils.remove(str(THIRD), ming.id, line(Action.REMOVE_PUPIL))
    with pytest.raises(RefusedError):
        await pupils.remove(str(THIRD), ming.id, line(Action.REMOVE_PUPIL))
    again = await pupils.take_in(intake(here, MING), line())
    assert len(again.new) == 1
