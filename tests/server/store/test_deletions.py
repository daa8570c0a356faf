import asyncio
from collections.abc import AsyncIterator
from dataclasses import replace
from datetime import UTC, datetime
from pathlib import Path

import pytest
from sqlalchemy import select

from server.access.ids import uuid7
from server.actions.acting import OPERATOR, entry
from server.programme.class_group import Keeping
from server.programme.declared_consent import DeclaredConsent
from server.programme.rights import Action
from server.store.class_groups import ClassGroups
from server.store.consents import Consents
from server.store.database import DATABASE, Database, open_database
from server.store.deletions import bring_consents, delete_again
from server.store.pupils import Pupils
from server.store.school_tables import ClassGroupRow, PupilRow
from server.store.snapshot import snapshot
from tests.support.paired import Campus, pair

NOW = datetime(2026, 11, 25, tzinfo=UTC)


class Twice:
    """A database, and a copy of it from before."""

    def __init__(self, folder: Path, database: Database, school: Campus) -> None:
        self.now, self.copy = folder / DATABASE, folder / "copy" / DATABASE
        self.database, self.school, self.group = database, school, school.group.id

    async def remember(self) -> None:
        self.copy.parent.mkdir()
        await asyncio.to_thread(snapshot, self.now, self.copy)

    async def put(self, *names: str) -> list[str]:
        ids = [uuid7() for _ in names]
        async with self.database.transaction() as session:
            group = await session.get_one(ClassGroupRow, self.group)
            group.keeping = Keeping.ROSTER.value
            session.add_all(
                PupilRow(id=id_, class_group=self.group, name=name)
                for id_, name in zip(ids, names, strict=True)
            )
        return ids

    async def declare(self, *, withdrawn: bool, excepted: frozenset[str] = frozenset()) -> None:
        before = (await Consents(self.database).last([self.group])).get(self.group)
        said = DeclaredConsent(
            id=uuid7(),
            class_group=self.group,
            at=NOW,
            declared_by="a",
            signed_on=NOW.date(),
            exceptions=len(excepted),
            excepted=excepted,
            form="form.pdf",
            withdrawn=withdrawn,
            why="家长撤回" if withdrawn else "",
        )
        line = entry(OPERATOR, Action.DECLARE_CONSENT, NOW)
        await Consents(self.database).add(said, before.id if before else None, line)

    async def copied(self) -> tuple[list[str], list[bool]]:
        """The names in the copy, and whether each consent in it is a withdrawal."""
        async with open_database(self.copy.parent) as copy:
            async with copy.transaction() as session:
                names = list(await session.scalars(select(PupilRow.name).order_by(PupilRow.name)))
            return names, [one.withdrawn for one in await Consents(copy).of(self.group)]


@pytest.fixture
async def twice(tmp_path: Path) -> AsyncIterator[Twice]:
    async with open_database(tmp_path) as database:
        yield Twice(tmp_path, database, (await pair(database)).town)


async def test_a_name_that_was_erased_since_is_erased_in_the_copy(twice: Twice) -> None:
    ming, _ = await twice.put("章明", "李华")
    await twice.remember()
    line = entry(OPERATOR, Action.REMOVE_PUPIL, NOW)
    await Pupils(twice.database).remove(twice.group, ming, line)
    done = await asyncio.to_thread(delete_again, twice.copy, twice.now)
    assert (done.names, (await twice.copied())[0]) == (1, ["", "李华"])
    again = await asyncio.to_thread(delete_again, twice.copy, twice.now)
    assert again.names == 0


async def test_a_class_that_forgot_its_names_forgets_them_in_the_copy(twice: Twice) -> None:
    await twice.put("章明", "李华")
    await twice.remember()
    group = await ClassGroups(twice.database).find(twice.group)
    assert group is not None
    changed = replace(group, keeping=Keeping.NUMBERS, expected=20)
    line = entry(OPERATOR, Action.CHANGE_CLASS_GROUP, NOW)
    await ClassGroups(twice.database).change(changed, line)
    done = await asyncio.to_thread(delete_again, twice.copy, twice.now)
    assert (done.names, (await twice.copied())[0]) == (2, ["", ""])
    async with open_database(twice.copy.parent) as copy:
        found = await ClassGroups(copy).find(twice.group)
        assert found is not None
        assert (found.keeping, found.expected) == (Keeping.NUMBERS, 20)


async def test_consents_come_up_to_the_withdrawal_and_then_all(twice: Twice) -> None:
    (ming,) = await twice.put("章明")
    await twice.remember()
    for withdrawn in (False, True, False):
        excepted = frozenset() if withdrawn else frozenset({ming})
        await twice.declare(withdrawn=withdrawn, excepted=excepted)
    done = await asyncio.to_thread(delete_again, twice.copy, twice.now)
    assert done.withdrawn == ()
    assert (await twice.copied())[1] == [False, True]
    forms = await asyncio.to_thread(bring_consents, twice.copy, twice.now)
    assert forms == ["form.pdf"]
    assert (await twice.copied())[1] == [False, True, False]
    async with open_database(twice.copy.parent) as copy:
        assert (await Consents(copy).last([twice.group]))[twice.group].excepted == {ming}


async def test_what_is_no_database_is_an_error_of_the_file(twice: Twice, tmp_path: Path) -> None:
    await twice.remember()
    other = tmp_path / "other"
    other.write_bytes(b"no database" * 100)
    with pytest.raises(OSError, match="not a database"):
        await asyncio.to_thread(delete_again, twice.copy, other)
