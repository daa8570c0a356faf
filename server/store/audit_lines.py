"""The audit log as it is read: its lines, newest first, with the names of what they are about."""

from collections.abc import Collection, Mapping
from dataclasses import dataclass
from datetime import datetime

from sqlalchemy import Select, select
from sqlalchemy.ext.asyncio import AsyncSession

from server.programme.class_names import ClassName
from server.programme.rights import Acting, Action, Capacity, Reach, reach
from server.store.bounds import within
from server.store.database import Database
from server.store.school_tables import ClassGroupRow
from server.store.tables import AccountRow, AuditRow, ClassroomRow, LessonRow, OrganisationRow

MOST_SHOWN = 500
"""Lines of one answer."""


@dataclass(frozen=True, kw_only=True)
class Line:
    """One line of the log."""

    id: str
    """Sorts by time."""
    at: datetime
    """When."""
    by: str | None
    """The name of whoever did it; none of whoever gives commands on the server itself."""
    capacity: Capacity
    """In which capacity."""
    organisation: str | None
    """The name of where they hold it; none on the server itself."""
    action: str
    """What they did: an `Action` or a `Deed`."""
    subject: str
    """The name of what it was done to, of a pairing both its schools'; empty where that is a pupil,
    or is there no more."""


class AuditLines:
    """Reads the log, cut to the organisations that somebody looks after."""

    def __init__(self, database: Database) -> None:
        self._database = database

    async def seen_by(self, acting: Acting, until: datetime, before: str | None) -> list[Line]:
        """The last lines up to a time, and older than the line `before`; newest first."""
        query = (
            select(AuditRow, AccountRow.name, OrganisationRow.name)
            .outerjoin(AccountRow, AccountRow.id == AuditRow.actor)
            .outerjoin(OrganisationRow, OrganisationRow.id == AuditRow.organisation)
            .where(AuditRow.at < until)
            .order_by(AuditRow.id.desc())
            .limit(MOST_SHOWN)
        )
        if reach(acting.capacity, Action.SEE_AUDIT) is not Reach.ALL:
            query = query.where(within(acting, Action.SEE_AUDIT))
        if before is not None:
            query = query.where(AuditRow.id < before)
        async with self._database.transaction() as session:
            rows = [(row, by, place) for row, by, place in await session.execute(query)]
            subjects = {one for row, _, _ in rows for one in row.subject.split()}
            names = await _names(session, subjects)
        return [_line(row, by, place, _called(row.subject, names)) for row, by, place in rows]


async def _names(session: AsyncSession, subjects: Collection[str]) -> dict[str, str]:
    """What the subjects of some lines are called; pupils are called nothing."""
    found: dict[str, str] = {}
    for query in (
        select(AccountRow.id, AccountRow.name).where(AccountRow.id.in_(subjects)),
        select(OrganisationRow.id, OrganisationRow.name).where(OrganisationRow.id.in_(subjects)),
        select(ClassroomRow.id, ClassroomRow.name).where(ClassroomRow.id.in_(subjects)),
        select(LessonRow.id, LessonRow.title).where(LessonRow.id.in_(subjects)),
    ):
        found |= await _pairs(session, query)
    classes = select(ClassGroupRow).where(ClassGroupRow.id.in_(subjects))
    for row in await session.scalars(classes):
        found[row.id] = str(ClassName(row.grade, row.number))
    return found


def _called(subject: str, names: Mapping[str, str]) -> str:
    """What a line's subject is called: of a pairing, both its schools."""
    return " – ".join(names[one] for one in subject.split() if one in names)


async def _pairs(session: AsyncSession, query: Select[str, str]) -> dict[str, str]:
    return {row[0]: row[1] for row in await session.execute(query)}


def _line(row: AuditRow, by: str | None, place: str | None, subject: str) -> Line:
    return Line(
        id=row.id,
        at=row.at,
        by=by,
        capacity=Capacity(row.capacity),
        organisation=place,
        action=row.action,
        subject=subject,
    )
