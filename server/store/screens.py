"""Screens of classrooms as rows."""

from datetime import datetime

from sqlalchemy import ColumnElement, delete, select, update
from sqlalchemy.exc import IntegrityError

from server.programme.classroom import Classroom
from server.programme.refusal import Refusal, RefusedError
from server.programme.screen import Screen
from server.store import audit
from server.store.database import Database
from server.store.organisations import read
from server.store.room_tables import ScreenRow
from server.store.tables import ClassroomRow, OrganisationRow


class Screens:
    """The repository of classrooms' screens."""

    def __init__(self, database: Database) -> None:
        self._database = database

    async def bind(
        self, screen: Screen, digest: bytes, entry: audit.Entry, key: bytes | None = None
    ) -> None:
        """Keep a new one; it is found by its cookie's digest, and by its key if it has one.

        Raises:
            RefusedError: the key is another screen's; the page makes a new one for the next code.
        """
        row = ScreenRow(
            id=screen.id,
            digest=digest,
            classroom=screen.classroom.id,
            bound=screen.bound,
            bound_by=screen.bound_by,
            seen=screen.seen,
            key=key,
        )
        try:
            async with self._database.transaction() as session:
                session.add(row)
                audit.write(session, entry, screen.id)
        except IntegrityError as error:
            raise RefusedError(Refusal.SCREEN_CODE_WRONG) from error

    async def by_digest(self, digest: bytes) -> Screen | None:
        """The screen whose cookie this is; none if it was unbound."""
        return await self._one(ScreenRow.digest == digest)

    async def by_key(self, key: bytes) -> Screen | None:
        """The screen whose public key this is; none if it was unbound."""
        return await self._one(ScreenRow.key == key)

    async def find(self, screen: str) -> Screen | None:
        """One by its id."""
        return await self._one(ScreenRow.id == screen)

    async def of(self, classroom: str) -> list[Screen]:
        """A classroom's screens, the one bound last first."""
        query = _QUERY.where(ScreenRow.classroom == classroom).order_by(ScreenRow.bound.desc())
        async with self._database.transaction() as session:
            return [_screen(*row) for row in await session.execute(query)]

    async def unbind(self, screen: str, entry: audit.Entry) -> None:
        """Take a screen's classroom away; its cookie and its key are worth nothing from then on."""
        async with self._database.transaction() as session:
            await session.execute(delete(ScreenRow).where(ScreenRow.id == screen))
            audit.write(session, entry, screen)

    async def touch(self, screen: str, now: datetime) -> None:
        """Note that it asked for something."""
        query = update(ScreenRow).where(ScreenRow.id == screen).values(seen=now)
        async with self._database.transaction() as session:
            await session.execute(query)

    async def renew(self, screen: str, digest: bytes, now: datetime) -> None:
        """Its cookie is another from now on."""
        query = update(ScreenRow).where(ScreenRow.id == screen).values(digest=digest, seen=now)
        async with self._database.transaction() as session:
            await session.execute(query)

    async def classroom(self, classroom: str) -> Classroom | None:
        """A classroom that may have screens."""
        query = (
            select(ClassroomRow, OrganisationRow)
            .join(OrganisationRow, OrganisationRow.id == ClassroomRow.organisation)
            .where(ClassroomRow.id == classroom)
        )
        async with self._database.transaction() as session:
            found = (await session.execute(query)).one_or_none()
            return None if found is None else _classroom(*found)

    async def _one(self, which: ColumnElement[bool]) -> Screen | None:
        async with self._database.transaction() as session:
            found = (await session.execute(_QUERY.where(which))).one_or_none()
            return None if found is None else _screen(*found)


_QUERY = (
    select(ScreenRow, ClassroomRow, OrganisationRow)
    .join(ClassroomRow, ClassroomRow.id == ScreenRow.classroom)
    .join(OrganisationRow, OrganisationRow.id == ClassroomRow.organisation)
)


def _screen(row: ScreenRow, classroom: ClassroomRow, organisation: OrganisationRow) -> Screen:
    return Screen(
        id=row.id,
        classroom=_classroom(classroom, organisation),
        bound=row.bound,
        bound_by=row.bound_by,
        seen=row.seen,
    )


def _classroom(row: ClassroomRow, organisation: OrganisationRow) -> Classroom:
    return Classroom(id=row.id, organisation=read(organisation), name=row.name)
