from collections.abc import AsyncIterator
from pathlib import Path

import pytest

from server.actions.acting import entry
from server.actions.timetable import plan
from server.programme.observing import Sat
from server.programme.refusal import Refusal, RefusedError
from server.programme.rights import Action
from server.store.observers import Observers
from server.store.people import People
from server.store.retention import Retentions
from tests.support.paired import NOW, Paired, paired


@pytest.fixture
async def schools(tmp_path: Path) -> AsyncIterator[Paired]:
    async with paired(tmp_path) as made:
        yield made


async def lesson(schools: Paired) -> str:
    return (await plan(schools.database, schools.town.acting(), schools.plan(), NOW)).id


def line(schools: Paired) -> Sat:
    teacher = schools.town.teacher.id
    return Sat(id="added", person=None, name="周老师", added_by=teacher, at=NOW)


async def test_who_comes_by_an_account_is_kept_once_for_each_participant(schools: Paired) -> None:
    held, wang = await lesson(schools), schools.elsewhere.teacher
    people, store = People(schools.database), Observers(schools.database)
    for participant in ("p", "p", "q"):
        await people.put(held, participant, "王老师", None, wang.id)
    await people.put(held, "guest", "家长")
    [first, second] = (await store.of([held, "another"]))[held]
    assert [(one.id, one.person, one.name, one.added_by) for one in (first, second)] == [
        ("p", wang.id, "王老师", None),
        ("q", wang.id, "王老师", None),
    ]


async def test_what_was_added_is_taken_back_once_and_what_was_observed_never(
    schools: Paired,
) -> None:
    held, store = await lesson(schools), Observers(schools.database)
    act = entry(schools.town.acting(), Action.DECLARE_ATTENDANCE, NOW)
    await store.add(held, line(schools), act, lambda lines: None)
    await People(schools.database).put(held, "p", "王老师", None, schools.elsewhere.teacher.id)
    again = [entry(schools.town.acting(), Action.DECLARE_ATTENDANCE, NOW) for _ in range(3)]
    await store.take_back(held, "added", NOW, again[0])
    for gone, written in (("added", again[1]), ("p", again[2])):
        with pytest.raises(RefusedError) as refused:
            await store.take_back(held, gone, NOW, written)
        assert refused.value.refusal is Refusal.OBSERVER_UNKNOWN
    assert [one.id for one in (await store.of([held]))[held]] == ["p"]


async def test_who_listened_is_deleted_with_the_lessons_records(schools: Paired) -> None:
    held, store = await lesson(schools), Observers(schools.database)
    act = entry(schools.town.acting(), Action.DECLARE_ATTENDANCE, NOW)
    await store.add(held, line(schools), act, lambda lines: None)
    await Retentions(schools.database).delete_records(held)
    assert await store.of([held]) == {}
