"""Names on rosters, as rows; written in pieces, so that a large roster holds nobody up."""

import asyncio
from collections.abc import Callable, Iterator, Mapping, Sequence
from dataclasses import dataclass
from datetime import datetime
from typing import Any, NamedTuple, TypeVar

from sqlalchemy import exists, insert, select, update
from sqlalchemy.ext.asyncio import AsyncSession

from server.programme.class_group import ClassGroup, Keeping
from server.programme.class_names import ClassName
from server.programme.refusal import Refusal, RefusedError
from server.programme.roster import Change, Entry, Kept, compare
from server.store import audit
from server.store.class_groups import insert as insert_group
from server.store.database import Database
from server.store.erasing import erase
from server.store.school_tables import ClassGroupRow, PupilRow

PIECE = 250
"""Rows between two breaths of the event loop: some milliseconds of it."""

T = TypeVar("T")


@dataclass(frozen=True, kw_only=True)
class Intake:
    """A roster that is to come in, as a whole or not at all."""

    school: str
    """The id of the school."""
    entries: Sequence[Entry]
    """Everybody in it."""
    made: Sequence[ClassGroup]
    """The classes of it that the school does not have yet."""
    drops_missing: bool
    """Whether those of its classes whom it does not name are removed for good."""
    fresh_id: Callable[[], str]
    """Makes the id of a pupil."""


class Named(NamedTuple):
    """Somebody on a roster."""

    id: str
    """Random, for ever."""
    name: str
    """Family name and given name."""


class Pupils:
    """The repository of the names on rosters."""

    def __init__(self, database: Database) -> None:
        self._database = database

    async def look(self, group: str, entry: audit.Entry) -> list[Named]:
        """The names of a class by name; that they were looked at is kept with them."""
        query = (
            select(PupilRow.id, PupilRow.name)
            .where(PupilRow.class_group == group, PupilRow.left.is_(None))
            .order_by(PupilRow.name, PupilRow.id)
        )
        async with self._database.transaction() as session:
            audit.write(session, entry, group)
            return [Named(*row) for row in await session.execute(query)]

    async def remove(self, group: str, pupil: str, entry: audit.Entry) -> None:
        """Erase the name of somebody of a class for good; whoever was there stays counted.

        Raises:
            RefusedError: nobody of that id stands on the class's roster.
        """
        async with self._database.transaction() as session:
            theirs = (PupilRow.id == pupil) & (PupilRow.class_group == group)
            if not await erase(session, theirs & PupilRow.left.is_(None), entry.at):
                raise RefusedError(Refusal.PUPIL_UNKNOWN)
            audit.write(session, entry, group)

    async def forget_closed(self, before: datetime, now: datetime, most: int) -> int:
        """Erase the names of at most so many classes that were closed before; how many classes."""
        named = exists().where(PupilRow.class_group == ClassGroupRow.id, PupilRow.name != "")
        old = select(ClassGroupRow.id).where(ClassGroupRow.closed < before, named).limit(most)
        async with self._database.transaction() as session:
            groups = list(await session.scalars(old))
            await erase(session, PupilRow.class_group.in_(groups), now)
        return len(groups)

    async def compare(self, school: str, entries: Sequence[Entry]) -> Change:
        """What would change if these were to come in."""
        async with self._database.transaction() as session:
            return await asyncio.to_thread(compare, await _before(session, school), entries)

    async def take_in(self, intake: Intake, entry: audit.Entry) -> Change:
        """Let a roster in, all of it in one transaction.

        Raises:
            RefusedError: a class of it is kept by numbers, or is not there; nothing is changed.
        """
        async with self._database.transaction() as session:
            audit.write(session, entry, intake.school)
            # A transaction that has written is alone: nobody changes the roster under us.
            await session.flush()
            for group in intake.made:
                await insert_group(session, group)
            groups = await _groups(session, intake)
            before = await _before(session, intake.school)
            change = await asyncio.to_thread(compare, before, intake.entries)
            await _apply(session, intake, change, groups, entry.at)
        return change


async def _before(session: AsyncSession, school: str) -> list[Kept]:
    """Everybody whose name the school keeps, on a roster or not."""
    query = (
        select(
            PupilRow.id,
            PupilRow.name,
            PupilRow.number_hash,
            PupilRow.left,
            ClassGroupRow.grade,
            ClassGroupRow.number,
            ClassGroupRow.closed,
        )
        .join(ClassGroupRow, ClassGroupRow.id == PupilRow.class_group)
        .where(ClassGroupRow.organisation == school, PupilRow.name != "")
    )
    found: list[Kept] = []
    rows = await session.stream(query)
    async for piece in rows.partitions(PIECE):
        found += [_kept(*row) for row in piece]
    return found


def _kept(
    pupil: str,
    name: str,
    number: str | None,
    left: datetime | None,
    grade: int,
    class_number: int,
    closed: datetime | None,
) -> Kept:
    entry = Entry(name=name, number_hash=number, class_name=ClassName(grade, class_number))
    return Kept(id=pupil, entry=entry, left=left is not None, class_closed=closed is not None)


async def _groups(session: AsyncSession, intake: Intake) -> dict[ClassName, str]:
    """The ids of the classes of a roster, each of which is kept by roster."""
    query = select(ClassGroupRow).where(
        ClassGroupRow.organisation == intake.school, ClassGroupRow.closed.is_(None)
    )
    rows = {ClassName(row.grade, row.number): row for row in await session.scalars(query)}
    wanted = {entry.class_name for entry in intake.entries}
    if not wanted <= rows.keys():
        raise RefusedError(Refusal.CLASS_UNKNOWN)
    by_numbers = sorted(name for name in wanted if rows[name].keeping == Keeping.NUMBERS)
    if by_numbers:
        raise RefusedError(Refusal.ROSTER_BY_NUMBERS, names="、".join(map(str, by_numbers)))
    return {name: rows[name].id for name in wanted}


async def _apply(
    session: AsyncSession,
    intake: Intake,
    change: Change,
    groups: Mapping[ClassName, str],
    now: datetime,
) -> None:
    for entries in _pieces(change.new):
        rows = [{"id": intake.fresh_id(), **_values(one, groups)} for one in entries]
        await session.execute(insert(PupilRow), rows)
    for changed in _pieces(list(change.changed.items())):
        rows = [{"id": pupil, **_values(one, groups)} for pupil, one in changed]
        await session.execute(update(PupilRow), rows)
    for missing in _pieces(change.missing if intake.drops_missing else ()):
        await erase(session, PupilRow.id.in_(missing), now)


def _values(entry: Entry, groups: Mapping[ClassName, str]) -> dict[str, Any]:
    return {
        "class_group": groups[entry.class_name],
        "name": entry.name,
        "number_hash": entry.number_hash,
        "left": None,
    }


def _pieces(rows: Sequence[T]) -> Iterator[Sequence[T]]:
    for start in range(0, len(rows), PIECE):
        yield rows[start : start + PIECE]
