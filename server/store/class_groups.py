"""Class groups as rows; each list is cut to what the asking capacity reaches."""

from collections.abc import Collection
from dataclasses import replace
from datetime import datetime
from typing import Any

from sqlalchemy import ColumnElement, Select, case, func, select
from sqlalchemy.exc import IntegrityError
from sqlalchemy.ext.asyncio import AsyncSession

from server.programme.class_group import ClassGroup, Closed, Closing, Keeping, check_open
from server.programme.class_names import ClassName
from server.programme.refusal import Refusal, RefusedError
from server.programme.rights import Acting, Action
from server.store import audit, class_lessons
from server.store.bounds import within
from server.store.database import Database
from server.store.erasing import erase
from server.store.organisations import read as read_organisation
from server.store.school_tables import ClassGroupRow, PupilRow
from server.store.tables import OrganisationRow


class ClassGroups:
    """The repository of class groups."""

    def __init__(self, database: Database) -> None:
        self._database = database

    async def add(self, group: ClassGroup, entry: audit.Entry) -> None:
        """Keep a new one.

        Raises:
            RefusedError: the school has it already.
        """
        async with self._database.transaction() as session:
            await insert(session, group)
            audit.write(session, entry, group.id)

    async def change(self, group: ClassGroup, entry: audit.Entry) -> None:
        """Keep what has changed of one; a class kept by numbers from now on forgets its names.

        Raises:
            RefusedError: it is closed, or the school has another class of that name.
        """
        async with self._database.transaction() as session:
            audit.write(session, entry, group.id)
            # A transaction that has written is alone: nobody closes it under us.
            await session.flush()
            row = await session.get_one(ClassGroupRow, group.id)
            check_open(replace(group, closed=_closed(row)))
            await _update(session, group, _values(group))
            await class_lessons.rename(session, group.id, group.name, entry.at)
            if group.keeping is Keeping.NUMBERS:
                await erase(session, PupilRow.class_group == group.id, entry.at)

    async def close(self, group: ClassGroup, entry: audit.Entry) -> None:
        """Keep that one is closed; nothing of it is deleted.

        Raises:
            RefusedError: it was closed before, or lessons of it are still to come.
        """
        async with self._database.transaction() as session:
            audit.write(session, entry, group.id)
            # A transaction that has written is alone: nobody plans a lesson under us.
            await session.flush()
            row = await session.get_one(ClassGroupRow, group.id)
            check_open(replace(group, closed=_closed(row)))
            await check_no_lessons(session, [group], entry.at)
            await _update(session, group, _closing(group))

    async def reopen(self, group: ClassGroup, entry: audit.Entry) -> None:
        """Keep that one is closed no more.

        Raises:
            RefusedError: the school has another class of that name by now.
        """
        async with self._database.transaction() as session:
            await _update(session, group, _closing(group))
            audit.write(session, entry, group.id)

    async def find(self, group: str) -> ClassGroup | None:
        """One by its id."""
        found = await self.of([group])
        return found[0] if found else None

    async def of(self, groups: Collection[str]) -> list[ClassGroup]:
        """Some by their ids, in the order in which schools list them."""
        return await self._read(ClassGroupRow.id.in_(groups))

    async def of_school(self, organisation: str) -> list[ClassGroup]:
        """All of one school that are not closed."""
        mine = ClassGroupRow.organisation == organisation
        return await self._read(mine & ClassGroupRow.closed.is_(None))

    async def seen_by(self, acting: Acting) -> list[ClassGroup]:
        """Those that somebody may see, by region and school; closed ones too."""
        return await self._read(within(acting, Action.SEE_CLASS_GROUP))

    async def _read(self, condition: ColumnElement[bool]) -> list[ClassGroup]:
        async with self._database.transaction() as session:
            rows = await session.execute(_query().where(condition))
            return [_group(*row) for row in rows]


async def insert(session: AsyncSession, group: ClassGroup) -> None:
    """Add a class group to a transaction that does more.

    Raises:
        RefusedError: the school has it already.
    """
    session.add(ClassGroupRow(id=group.id, organisation=group.organisation.id, **_values(group)))
    await _flush(session, group)


async def check_no_lessons(
    session: AsyncSession, groups: Collection[ClassGroup], now: datetime
) -> None:
    """Go on only if no lesson of some classes is still to come.

    Raises:
        RefusedError: one is.
    """
    lessons = await class_lessons.to_come(session, [one.id for one in groups], now)
    for one in groups:
        if one.id in lessons:
            raise RefusedError(Refusal.CLASS_HAS_LESSONS, name=str(one.name), count=lessons[one.id])


async def of_schools(session: AsyncSession, organisations: Collection[str]) -> list[ClassGroup]:
    """All classes of some schools, within a transaction that reads more; closed ones too."""
    query = _query().where(ClassGroupRow.organisation.in_(organisations))
    return [_group(*row) for row in await session.execute(query)]


async def expected(session: AsyncSession, groups: Collection[str]) -> dict[str, int]:
    """How many belong to some classes at this moment, by their ids."""
    query = _query().where(ClassGroupRow.id.in_(groups))
    return {row.id: number for row, _, number in await session.execute(query)}


async def _update(session: AsyncSession, group: ClassGroup, values: dict[str, Any]) -> None:
    row = await session.get_one(ClassGroupRow, group.id)
    for name, value in values.items():
        setattr(row, name, value)
    await _flush(session, group)


async def _flush(session: AsyncSession, group: ClassGroup) -> None:
    try:
        await session.flush()
    except IntegrityError as error:
        raise RefusedError(Refusal.CLASS_EXISTS, name=str(group.name)) from error


def _query() -> Select[ClassGroupRow, OrganisationRow, int]:
    names = (
        select(func.count())
        .where(PupilRow.class_group == ClassGroupRow.id, PupilRow.left.is_(None))
        .scalar_subquery()
    )
    by_roster = ClassGroupRow.keeping == Keeping.ROSTER.value
    return (
        select(ClassGroupRow, OrganisationRow, case((by_roster, names), else_=ClassGroupRow.told))
        .join(OrganisationRow, OrganisationRow.id == ClassGroupRow.organisation)
        .order_by(
            OrganisationRow.region,
            OrganisationRow.name,
            ClassGroupRow.grade,
            ClassGroupRow.number,
            ClassGroupRow.closed,
        )
    )


def _group(row: ClassGroupRow, organisation: OrganisationRow, expected: int) -> ClassGroup:
    return ClassGroup(
        id=row.id,
        organisation=read_organisation(organisation),
        name=ClassName(row.grade, row.number),
        keeping=Keeping(row.keeping),
        expected=expected,
        class_teacher=row.class_teacher,
        closed=_closed(row),
    )


def _closed(row: ClassGroupRow) -> Closed | None:
    if row.closed is None or row.closed_how is None:
        return None
    return Closed(at=row.closed, how=Closing(row.closed_how))


def _values(group: ClassGroup) -> dict[str, Any]:
    return {
        "grade": group.name.grade,
        "number": group.name.number,
        "keeping": group.keeping.value,
        "told": group.expected,
        "class_teacher": group.class_teacher,
        **_closing(group),
    }


def _closing(group: ClassGroup) -> dict[str, Any]:
    return {
        "closed": group.closed and group.closed.at,
        "closed_how": group.closed and group.closed.how.value,
    }
