from collections.abc import AsyncIterator
from dataclasses import replace
from datetime import UTC, datetime
from pathlib import Path

import pytest
from sqlalchemy import insert

from server.access.ids import uuid7
from server.actions.acting import OPERATOR, entry
from server.programme.class_group import ClassGroup, Keeping
from server.programme.class_names import class_name
from server.programme.consent import Standing
from server.programme.declared_consent import DeclaredConsent
from server.programme.organisation import Organisation
from server.programme.place import Learners, Place
from server.programme.refusal import Refusal, RefusedError
from server.programme.rights import Action, Capacity
from server.store.class_groups import ClassGroups
from server.store.consent_tables import ConsentRow
from server.store.consents import Consents
from server.store.database import Database, open_database
from server.store.lessons import Lessons
from tests.support.at_once import while_written
from tests.support.scheduled import lesson
from tests.support.staff import hired, school

NOW = datetime(2026, 9, 1, tzinfo=UTC)
LINE = Action.DECLARE_CONSENT


@pytest.fixture
async def database(tmp_path: Path) -> AsyncIterator[Database]:
    async with open_database(tmp_path) as opened:
        yield opened


async def group(database: Database, at: Organisation, name: str = "301") -> str:
    made = ClassGroup(
        id=uuid7(), organisation=at, name=class_name(name), keeping=Keeping.NUMBERS, expected=24
    )
    await ClassGroups(database).add(made, entry(OPERATOR, Action.CHANGE_CLASS_GROUP, NOW))
    return made.id


def said(
    of: str, exceptions: int = 0, *, name: str = "1", withdrawn: bool = False
) -> DeclaredConsent:
    return DeclaredConsent(
        id=name,
        class_group=of,
        at=NOW,
        declared_by="wang",
        signed_on=NOW.date(),
        exceptions=exceptions,
        excepted=frozenset(),
        form="form.pdf",
        withdrawn=withdrawn,
        why="",
    )


async def test_a_later_declaration_counts_and_the_earlier_stay(database: Database) -> None:
    one, consents = await group(database, await school(database)), Consents(database)
    first, second = said(one), replace(said(one, 2, name="2"), why="两人不同意")
    before = await consents.newest()
    await consents.add(first, None, entry(OPERATOR, LINE, NOW))
    await consents.add(second, first.id, entry(OPERATOR, LINE, NOW))
    assert await consents.of(one) == [first, second]
    assert await consents.last([one, "none"]) == {one: second}
    assert before < first.id < second.id == await consents.newest()
    with pytest.raises(RefusedError) as refused:
        await consents.add(said(one), first.id, entry(OPERATOR, LINE, NOW))
    assert refused.value.refusal is Refusal.CONSENT_CHANGED


async def test_only_pupils_of_the_class_are_excepted(database: Database) -> None:
    one = await group(database, await school(database))
    stranger = replace(said(one, 1), excepted=frozenset({"somebody"}))
    with pytest.raises(RefusedError) as refused:
        await Consents(database).add(stranger, None, entry(OPERATOR, LINE, NOW))
    assert refused.value.refusal is Refusal.CONSENT_NAMES
    assert await Consents(database).of(one) == []


async def test_a_room_has_agreed_as_far_as_the_least_of_its_classes(database: Database) -> None:
    town, village = await school(database), await school(database, "齐溪小学", "330824")
    first, second, third = [await group(database, village, name) for name in ("301", "401", "402")]
    consents = Consents(database)
    for number, one in enumerate((first, third)):
        await consents.add(said(one, name=str(number)), None, entry(OPERATOR, LINE, NOW))
    places = [
        await place(database, town, Learners(name="来访的同学", number=5)),
        await place(database, village, taught(first)),
        await place(database, village, taught(second), taught(third)),
    ]
    planned = lesson("m", *places)
    await Lessons(database).add(planned, NOW)
    found = await consents.standings(planned.id)
    assert [found[room.participant] for room in planned.rooms] == [
        Standing.MISSING,
        Standing.WHOLE,
        Standing.MISSING,
    ]
    await consents.add(said(second, 1, name="2"), None, entry(OPERATOR, LINE, NOW))
    again = await consents.standings(planned.id)
    assert again[planned.rooms[2].participant] is Standing.EXCEPTED


def taught(group: str) -> Learners:
    return Learners(name="一个班", class_group=group, grade=3)


async def place(database: Database, at: Organisation, *learners: Learners) -> Place:
    teacher = await hired(database, Capacity.TEACHER, at)
    return Place(classroom=uuid7(), organisation=at.id, teachers=(teacher.id,), learners=learners)


async def test_of_those_who_declare_at_once_the_second_is_told(database: Database) -> None:
    one, consents = await group(database, await school(database)), Consents(database)
    withdrawn = said(one, name="1", withdrawn=True)
    columns = {name: value for name, value in vars(withdrawn).items() if name != "excepted"}
    with pytest.raises(RefusedError) as refused:
        await while_written(
            database,
            [insert(ConsentRow).values(**columns)],
            consents.add(said(one, name="2"), None, entry(OPERATOR, LINE, NOW)),
        )
    assert refused.value.refusal is Refusal.CONSENT_CHANGED
    assert await consents.of(one) == [withdrawn]
