"""The lessons of a classroom, as its screen sees them: of the timetable, and beside it."""

from datetime import datetime, timedelta

from sqlalchemy import exists, select

from server.programme.classroom import Classroom
from server.store.database import Database
from server.store.lessons import Lessons, StoredLesson, stored
from server.store.tables import ClassroomRow, LessonRow, OrganisationRow, RoomRow
from server.store.timetable_tables import PlaceRow, ScheduleRow

WAITS = timedelta(hours=12)
"""So long a lesson without a time stands for today after it was made, unless it has begun."""


class RoomLessons:
    """The repository of lessons as a classroom's screen sees them."""

    def __init__(self, database: Database) -> None:
        self._database = database

    async def planned(self, classroom: str, now: datetime, until: datetime) -> list[StoredLesson]:
        """The lessons of the timetable that are on or begin before `until`, in order of time.

        One that runs over its bell is on until it ends.
        """
        query = (
            select(LessonRow)
            .join(ScheduleRow, ScheduleRow.lesson == LessonRow.id)
            .join(PlaceRow, PlaceRow.lesson == LessonRow.id)
            .where(PlaceRow.classroom == classroom, LessonRow.ended.is_(None))
            .where(ScheduleRow.called_off == "", ScheduleRow.starts < until)
            .where((ScheduleRow.ends > now) | LessonRow.opened.is_not(None))
            .order_by(ScheduleRow.starts, LessonRow.id)
        )
        async with self._database.transaction() as session:
            return await stored(session, (await session.scalars(query)).all())

    async def named(self, classroom: Classroom, now: datetime) -> StoredLesson | None:
        """The newest lesson without a time that names this classroom and has not ended.

        A name that two classrooms of this server have names neither, unless the school's stands
        before it: 尼山小学 三(1)班.
        """
        query = (
            select(LessonRow.id)
            .join(RoomRow, RoomRow.lesson == LessonRow.id)
            .where(RoomRow.name.in_(await self.called(classroom)), LessonRow.ended.is_(None))
            .where((LessonRow.created > now - WAITS) | LessonRow.opened.is_not(None))
            .where(~exists().where(ScheduleRow.lesson == LessonRow.id))
            .order_by(LessonRow.created.desc(), LessonRow.id.desc())
            .limit(1)
        )
        async with self._database.transaction() as session:
            found = await session.scalar(query)
        return None if found is None else await Lessons(self._database).find(found)

    async def called(self, classroom: Classroom) -> frozenset[str]:
        """What such a lesson may call this classroom."""
        query = (
            select(OrganisationRow.name)
            .join(ClassroomRow, ClassroomRow.organisation == OrganisationRow.id)
            .where(ClassroomRow.name == classroom.name)
        )
        async with self._database.transaction() as session:
            schools = list(await session.scalars(query))
        own = classroom.organisation.name
        alone = {classroom.name} if len(schools) == 1 else set()
        full = {f"{own} {classroom.name}"} if schools.count(own) == 1 else set()
        return frozenset(alone | full)
