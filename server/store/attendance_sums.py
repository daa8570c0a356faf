"""Attendance added up where it lies: one query for a whole term, cut to whoever asks."""

from datetime import datetime
from typing import Any

from sqlalchemy import (
    ColumnElement,
    Row,
    Select,
    Subquery,
    and_,
    case,
    exists,
    func,
    select,
)
from sqlalchemy.orm import aliased

from server.programme.attendance import Numbers
from server.programme.attendance_sums import BETWEEN, Sum
from server.programme.rights import Acting, Action, Reach, reach
from server.store.bounds import within
from server.store.database import Database
from server.store.tables import DeclarationRow, LessonRow, OrganisationRow
from server.store.timetable_tables import LearnersRow, PlaceRow, PostRow, ScheduleRow


class AttendanceSums:
    """Reads them."""

    def __init__(self, database: Database) -> None:
        self._database = database

    async def between(self, acting: Acting, begin: datetime, end: datetime) -> list[Sum]:
        """The sums of lessons that began in this time, by school and name.

        Of whoever works in lessons those lessons as a whole, else the rooms of one's own reach.
        """
        time = (ScheduleRow.starts >= begin) & (ScheduleRow.starts < end)
        query = _summed(_companies(time & _reached(acting)))
        async with self._database.transaction() as session:
            return [_sum(row) for row in await session.execute(query)]


def _reached(acting: Acting) -> ColumnElement[bool]:
    if reach(acting.capacity, Action.SEE_ATTENDANCE) is Reach.OWN:
        return exists().where(PostRow.lesson == PlaceRow.lesson, PostRow.person == acting.id)
    return within(acting, Action.SEE_ATTENDANCE)


def _companies(condition: ColumnElement[bool]) -> Subquery:
    """Each room in which somebody learned, with what they are called together."""
    part = case((LearnersRow.part != "", " " + LearnersRow.part), else_="")
    # SQLite keeps the order of a query below one that joins texts.
    learners = (
        select(
            PlaceRow.room,
            PlaceRow.organisation,
            (LearnersRow.name + part).label("name"),
            LearnersRow.class_group,
        )
        .join(ScheduleRow, ScheduleRow.lesson == PlaceRow.lesson)
        .join(LessonRow, LessonRow.id == PlaceRow.lesson)
        .join(OrganisationRow, OrganisationRow.id == PlaceRow.organisation)
        .join(LearnersRow, LearnersRow.room == PlaceRow.room)
        .where(LessonRow.opened.is_not(None), condition)
        .order_by(PlaceRow.room, LearnersRow.position)
        .subquery()
    )
    columns = learners.c
    return (
        select(
            columns.room,
            columns.organisation,
            func.group_concat(columns.name, BETWEEN).label("name"),
            case((func.count() == 1, func.max(columns.class_group))).label("class_group"),
        )
        .group_by(columns.room)
        .subquery()
    )


def _summed(companies: Subquery) -> Select[Any]:
    one, earlier = companies.c, aliased(DeclarationRow)
    last = select(func.max(earlier.id)).where(earlier.room == one.room).scalar_subquery()
    declared = and_(DeclarationRow.room == one.room, DeclarationRow.id == last)
    sums = [
        func.coalesce(func.sum(getattr(DeclarationRow, name)), 0).label(name)
        for name in Numbers.__dataclass_fields__
    ]
    return (
        select(
            one.name,
            one.class_group,
            OrganisationRow.name.label("school"),
            func.count().label("lessons"),
            func.count(DeclarationRow.id).label("declared"),
            *sums,
        )
        .select_from(companies)
        .join(OrganisationRow, OrganisationRow.id == one.organisation)
        .outerjoin(DeclarationRow, declared)
        # A name goes to another class when the grades rise.
        .group_by(one.organisation, one.name, one.class_group)
        .order_by(OrganisationRow.name, one.organisation, one.name, one.class_group)
    )


def _sum(row: Row[Any]) -> Sum:
    return Sum(
        name=row.name,
        class_group=row.class_group,
        school=row.school,
        lessons=row.lessons,
        declared=row.declared,
        numbers=Numbers(**{name: getattr(row, name) for name in Numbers.__dataclass_fields__}),
    )
