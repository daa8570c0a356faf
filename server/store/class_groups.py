"""Class groups as rows; each list is cut to what the asking capacity reaches."""

from collections.abc import Collection
from datetime import datetime
from typing import Any

from sqlalchemy import ColumnElement, Select, Update, case, func, select, update
from sqlalchemy.exc import IntegrityError
from sqlalchemy.ext.asyncio import AsyncSession

from server.programme.class_group import ClassGroup, Keeping
from server.programme.class_names import ClassName
from server.programme.refusal import Refusal, RefusedError
from server.programme.rights import Acting, Action
from server.store import audit
from server.store.bounds import within
from server.store.database import Database
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
            RefusedError: the school has another class of that name.
        """
        async with self._database.transaction() as session:
            row = await session.get_one(ClassGroupRow, group.id)
            for name, value in _values(group).items():
                setattr(row, name, value)
            await _flush(session, group)
            if group.keeping is Keeping.NUMBERS:
                await session.execute(_forget(group.id, entry.at))
            audit.write(session, entry, group.id)

    async def find(self, group: str) -> ClassGroup | None:
        """One by its id."""
        found = await self.of([group])
        return found[0] if found else None

    async def of(self, groups: Collection[str]) -> list[ClassGroup]:
        """Some by their ids, in the order in which schools list them."""
        return await self._read(ClassGroupRow.id.in_(groups))

    async def of_school(self, organisation: str) -> list[ClassGroup]:
        """All of one school."""
        return await self._read(ClassGroupRow.organisation == organisation)

    async def seen_by(self, acting: Acting) -> list[ClassGroup]:
        """Those that somebody may see, by region and school."""
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


def _forget(group: str, now: datetime) -> Update:
    """Names go for good; that there was somebody stays for the attendance that counts them."""
    named = (PupilRow.class_group == group) & (PupilRow.name != "")
    gone = func.coalesce(PupilRow.left, now)
    return update(PupilRow).where(named).values(name="", number_hash=None, left=gone)


async def of_schools(session: AsyncSession, organisations: Collection[str]) -> list[ClassGroup]:
    """All classes of some schools, within a transaction that reads more."""
    query = _query().where(ClassGroupRow.organisation.in_(organisations))
    return [_group(*row) for row in await session.execute(query)]


async def expected(session: AsyncSession, groups: Collection[str]) -> dict[str, int]:
    """How many belong to some classes at this moment, by their ids."""
    query = _query().where(ClassGroupRow.id.in_(groups))
    return {row.id: number for row, _, number in await session.execute(query)}


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
            OrganisationRow.region, OrganisationRow.name, ClassGroupRow.grade, ClassGroupRow.number
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
    )


def _values(group: ClassGroup) -> dict[str, Any]:
    return {
        "grade": group.name.grade,
        "number": group.name.number,
        "keeping": group.keeping.value,
        "told": group.expected,
        "class_teacher": group.class_teacher,
    }
