"""Who was missing, by name: in some rooms, and in a class over a time; each look is kept."""

from collections.abc import Mapping
from datetime import datetime
from typing import NamedTuple

from sqlalchemy import ColumnElement, ScalarSelect, case, exists, false, func, select
from sqlalchemy.ext.asyncio import AsyncSession
from sqlalchemy.orm import InstrumentedAttribute, aliased

from server.programme.attendance_marks import Mark
from server.programme.rights import Acting, Action, Reach, reach
from server.store import audit
from server.store.database import Database
from server.store.mark_tables import ExpectedPupilRow, MarkRow
from server.store.roll_names import Marked, known
from server.store.school_tables import PupilRow
from server.store.tables import DeclarationRow
from server.store.timetable_tables import PlaceRow, PostRow, ScheduleRow


class Missed(NamedTuple):
    """How often a pupil was not simply there."""

    name: str
    """As the school wrote it."""
    lessons: int
    """Lessons whose roll was called by name and that the pupil belonged to."""
    absent: int
    """Those of them without the pupil, who was not excused."""
    on_leave: int
    """Those for which the pupil was excused."""
    late: int
    """Those to which the pupil came late."""


class Absences:
    """Reads them."""

    def __init__(self, database: Database) -> None:
        self._database = database

    async def of_rooms(self, looks: Mapping[str, audit.Entry]) -> dict[str, list[Marked]]:
        """Who is marked in rooms called by name, by room; `looks` are the lines that are kept."""
        query = (
            select(DeclarationRow.room, PupilRow.id, PupilRow.name, MarkRow.mark)
            .join(MarkRow, MarkRow.declaration == DeclarationRow.id)
            .join(PupilRow, PupilRow.id == MarkRow.pupil)
            .where(DeclarationRow.id == _last(DeclarationRow.room))
            .order_by(PupilRow.name, PupilRow.id)
        )
        async with self._database.transaction() as session:
            rooms = sorted(await known(session, list(looks)))
            found: dict[str, list[Marked]] = {room: [] for room in rooms}
            for room, line in looks.items():
                if room in found:
                    audit.write(session, line, room)
            for row in await session.execute(query.where(DeclarationRow.room.in_(rooms))):
                found[row.room].append(Marked(row.id, row.name, Mark(row.mark)))
        return found

    async def classes(self, acting: Acting, begin: datetime, end: datetime) -> set[str]:
        """The classes of whose pupils somebody may read how often they were missing."""
        query = (
            select(PupilRow.class_group)
            .join(ExpectedPupilRow, ExpectedPupilRow.pupil == PupilRow.id)
            .join(PlaceRow, PlaceRow.room == ExpectedPupilRow.room)
            .join(ScheduleRow, ScheduleRow.lesson == PlaceRow.lesson)
            .where(PupilRow.name != "", _between(begin, end), _reached(acting))
            .distinct()
        )
        async with self._database.transaction() as session:
            return set(await session.scalars(query))

    async def of_class(
        self, acting: Acting, class_group: str, begin: datetime, end: datetime, look: audit.Entry
    ) -> list[Missed]:
        """How often each pupil of a class was missing, in rooms whose pupils one may see."""
        async with self._database.transaction() as session:
            found = await _missed(
                session,
                PupilRow.class_group == class_group,
                _between(begin, end) & _reached(acting),
            )
            if found:
                audit.write(session, look, class_group)
            return found


async def _missed(
    session: AsyncSession, whose: ColumnElement[bool], where: ColumnElement[bool]
) -> list[Missed]:
    marks = [
        func.count(case((MarkRow.mark == mark, 1)))
        for mark in (Mark.ABSENT, Mark.ON_LEAVE, Mark.LATE)
    ]
    query = (
        select(PupilRow.name, func.count(), *marks)
        .select_from(ExpectedPupilRow)
        .join(PupilRow, PupilRow.id == ExpectedPupilRow.pupil)
        .join(PlaceRow, PlaceRow.room == ExpectedPupilRow.room)
        .join(ScheduleRow, ScheduleRow.lesson == PlaceRow.lesson)
        .join(DeclarationRow, DeclarationRow.id == _last(ExpectedPupilRow.room))
        .outerjoin(
            MarkRow,
            (MarkRow.declaration == DeclarationRow.id) & (MarkRow.pupil == PupilRow.id),
        )
        .where(PupilRow.name != "", whose, where, _by_name())
        .group_by(PupilRow.id)
        .order_by(PupilRow.name, PupilRow.id)
    )
    return [
        Missed(name, lessons, *counts) for name, lessons, *counts in await session.execute(query)
    ]


def _by_name() -> ColumnElement[bool]:
    """That a declaration marks all whom its numbers leave out: numbers alone name nobody."""
    one = aliased(MarkRow)
    marks = select(func.count()).where(one.declaration == DeclarationRow.id).scalar_subquery()
    return DeclarationRow.expected - DeclarationRow.present + DeclarationRow.late == marks


def _last(room: InstrumentedAttribute[str]) -> ScalarSelect[str | None]:
    earlier = aliased(DeclarationRow)
    return select(func.max(earlier.id)).where(earlier.room == room).scalar_subquery()


def _between(begin: datetime, end: datetime) -> ColumnElement[bool]:
    return (ScheduleRow.starts >= begin) & (ScheduleRow.starts < end)


def _reached(acting: Acting) -> ColumnElement[bool]:
    """The same bounds as `rights.may` of a room's pupils: its school's and those who work there."""
    match reach(acting.capacity, Action.SEE_PUPILS):
        case Reach.ORGANISATION:
            return PlaceRow.organisation == acting.organisation
        case Reach.OWN:
            return exists().where(PostRow.room == PlaceRow.room, PostRow.person == acting.id)
        case _:
            return false()
