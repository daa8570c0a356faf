"""Classrooms of schools as rows; each list is cut to what the asking capacity reaches."""

from sqlalchemy import select
from sqlalchemy.exc import IntegrityError

from server.programme.classroom import Classroom
from server.programme.refusal import Refusal, RefusedError
from server.programme.rights import Acting, Action
from server.store import audit
from server.store.bounds import within
from server.store.database import Database
from server.store.organisations import read as read_organisation
from server.store.tables import ClassroomRow, OrganisationRow


class Classrooms:
    """The repository of classrooms."""

    def __init__(self, database: Database) -> None:
        self._database = database

    async def put(self, classroom: Classroom, entry: audit.Entry) -> None:
        """Keep a new one, or another name of one that is there.

        Raises:
            RefusedError: the school has another one of that name.
        """
        row = ClassroomRow(
            id=classroom.id, organisation=classroom.organisation.id, name=classroom.name
        )
        try:
            async with self._database.transaction() as session:
                await session.merge(row)
                await session.flush()
                audit.write(session, entry, classroom.id)
        except IntegrityError as error:
            raise RefusedError(Refusal.CLASSROOM_EXISTS, name=classroom.name) from error

    async def find(self, classroom: str) -> Classroom | None:
        """One by its id."""
        query = _QUERY.where(ClassroomRow.id == classroom)
        async with self._database.transaction() as session:
            found = (await session.execute(query)).one_or_none()
            return None if found is None else _classroom(*found)

    async def seen_by(self, acting: Acting) -> list[Classroom]:
        """Those that somebody may see, by region, school and name."""
        query = _QUERY.where(within(acting, Action.SEE_ROOM))
        async with self._database.transaction() as session:
            return [_classroom(*row) for row in await session.execute(query)]


_QUERY = (
    select(ClassroomRow, OrganisationRow)
    .join(OrganisationRow, OrganisationRow.id == ClassroomRow.organisation)
    .order_by(OrganisationRow.region, OrganisationRow.name, ClassroomRow.name)
)


def _classroom(row: ClassroomRow, organisation: OrganisationRow) -> Classroom:
    return Classroom(id=row.id, organisation=read_organisation(organisation), name=row.name)
