"""The audit log as it is read: its lines, newest first, with the names of what they are about."""

from collections.abc import Collection, Mapping
from dataclasses import dataclass
from datetime import datetime

from sqlalchemy import ColumnElement, Select, exists, func, or_, select, tuple_
from sqlalchemy.ext.asyncio import AsyncSession
from sqlalchemy.orm import aliased

from server.programme.class_names import ClassName
from server.programme.deed import Deed
from server.programme.rights import Acting, Action, Capacity, Reach, reach
from server.store.bounds import within
from server.store.database import Database
from server.store.school_tables import ClassGroupRow
from server.store.tables import AccountRow, AuditRow, ClassroomRow, LessonRow, OrganisationRow

MOST_SHOWN = 500
"""Lines of one answer."""


PAIRING = (Action.CHANGE_PAIRING, Action.AGREE_PAIRING, Action.END_PAIRING)
"""What is done to pairings; their lines name both schools."""


@dataclass(frozen=True, kw_only=True)
class Asked:
    """Which lines somebody wants."""

    until: datetime
    """Older ones than this moment."""
    since: datetime | None = None
    """None before this moment."""
    who: str = ""
    """A part of the name or sign-in name of whoever did it."""
    what: Action | Deed | None = None
    """What was done."""
    organisation: str | None = None
    """The id of where they held their capacity."""


@dataclass(frozen=True, kw_only=True)
class Line:
    """One line of the log."""

    id: str
    """Which."""
    at: datetime
    """When."""
    by: str | None
    """The name of whoever did it; none of whoever gives commands on the server itself, and of a
    stranger whose sign-in was refused."""
    capacity: Capacity | None
    """In which capacity; none of a stranger."""
    organisation: str | None
    """The name of where they hold it; none on the server itself, and of a stranger."""
    action: str
    """What they did: an `Action` or a `Deed`."""
    subject: str
    """The name of what it was done to, of a pairing both its schools'; empty where that is a pupil,
    or is there no more."""
    address: str
    """From where a sign-in was refused; else empty."""
    times: int
    """How often within a minute; 1 but for a refused sign-in."""


class AuditLines:
    """Reads the log, cut to the organisations that somebody looks after."""

    def __init__(self, database: Database) -> None:
        self._database = database

    async def seen_by(
        self, acting: Acting, asked: Asked, before: str | None = None, most: int = MOST_SHOWN
    ) -> list[Line]:
        """The last lines, `most` of them, older than the line `before`; newest first."""
        async with self._database.transaction() as session:
            mark = None if before is None else await session.get(AuditRow, before)
            if before is not None and mark is None:
                return []
            query = _query(acting, asked, mark).limit(most)
            rows = [(row, by, place) for row, by, place in await session.execute(query)]
            subjects = {one for row, _, _ in rows for one in row.subject.split()}
            names = await _names(session, subjects)
        return [_line(row, by, place, _called(row.subject, names)) for row, by, place in rows]

    async def count(self, acting: Acting, asked: Asked, most: int) -> int:
        """How many there are; none above `most` is counted."""
        some = _query(acting, asked).with_only_columns(AuditRow.id).order_by(None).limit(most)
        async with self._database.transaction() as session:
            return await session.scalar(select(func.count()).select_from(some.subquery())) or 0

    async def done(self) -> list[str]:
        """What any line says was done, in the order in which we know it."""
        known = [str(one) for one in (*Deed, *Action)]
        query = select(*(exists().where(AuditRow.action == one) for one in known))
        async with self._database.transaction() as session:
            there = (await session.execute(query)).one()
        return [one for one, is_there in zip(known, there, strict=True) if is_there]


def _query(
    acting: Acting, asked: Asked, mark: AuditRow | None = None
) -> Select[AuditRow, str, str]:
    """The lines that somebody may see and wants, older than `mark`, newest first."""
    query = (
        select(AuditRow, AccountRow.name, OrganisationRow.name)
        .outerjoin(AccountRow, AccountRow.id == AuditRow.actor)
        .outerjoin(OrganisationRow, OrganisationRow.id == AuditRow.organisation)
        .where(AuditRow.at < asked.until)
        .order_by(AuditRow.at.desc(), AuditRow.id.desc())
    )
    if reach(acting.capacity, Action.SEE_AUDIT) is not Reach.ALL:
        query = query.where(within(acting, Action.SEE_AUDIT) | _pairs_own(acting))
    if asked.since is not None:
        query = query.where(AuditRow.at >= asked.since)
    if asked.who:
        query = query.where(AuditRow.actor.in_(_people(asked.who)))
    if asked.what is not None:
        query = query.where(AuditRow.action == asked.what)
    if asked.organisation is not None:
        query = query.where(AuditRow.organisation == asked.organisation)
    if mark is not None:
        query = query.where(tuple_(AuditRow.at, AuditRow.id) < (mark.at, mark.id))
    return query


def _pairs_own(acting: Acting) -> ColumnElement[bool]:
    """What was done to a pairing, by either side, concerns both schools and their offices."""
    school = aliased(OrganisationRow)
    return AuditRow.action.in_(PAIRING) & exists().where(
        AuditRow.subject.contains(school.id), within(acting, Action.SEE_AUDIT, school)
    )


def _people(part: str) -> Select[str]:
    """Those whose name, or sign-in name, has this part."""
    return select(AccountRow.id).where(
        or_(
            AccountRow.name.contains(part, autoescape=True),
            AccountRow.login.contains(part.lower(), autoescape=True),
        )
    )


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
        capacity=Capacity(row.capacity) if row.capacity else None,
        organisation=place,
        action=row.action,
        subject=subject,
        address=row.address,
        times=row.times,
    )
