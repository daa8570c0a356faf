"""The timetable as rows: lessons planned, changed, called off; lists cut to whoever asks."""

from collections.abc import Callable, Sequence
from datetime import datetime

from sqlalchemy import ColumnElement, delete, exists, false, or_, select, true, update
from sqlalchemy.ext.asyncio import AsyncSession

from server.programme.lesson import Lesson
from server.programme.preparation import still_ready
from server.programme.refusal import Refusal, RefusedError
from server.programme.region import own_digits
from server.programme.rights import Acting, Action, Reach, reach
from server.programme.schedule import LONGEST
from server.store import audit
from server.store.class_lessons import check_planned
from server.store.database import Database
from server.store.lesson_rows import read
from server.store.lessons import StoredLesson, insert, insert_parts, stored
from server.store.preparations import keep_ticks, ticks_of
from server.store.tables import DeclarationRow, LessonRow, OrganisationRow, RoomRow
from server.store.timetable_tables import LearnersRow, PlaceRow, PostRow, ScheduleRow

Decide = Callable[[Sequence[Lesson]], None]
"""Is given the lessons that go on meanwhile; raises `RefusedError` if they do not allow it."""


class Timetable:
    """The repository of lessons that have their time."""

    def __init__(self, database: Database) -> None:
        self._database = database

    async def add(self, lesson: Lesson, entry: audit.Entry, decide: Decide) -> None:
        """Keep a newly planned lesson.

        Raises:
            RefusedError: a class of it was closed, or a pairing ended, while it was planned; or
                `decide` says so of what goes on at the same time.
        """
        async with self._database.transaction() as session:
            # Written before the others are read: of two planners the second waits and sees.
            await insert(session, lesson, entry.at)
            await check_planned(session, lesson)
            decide(await _meanwhile(session, lesson))
            audit.write(session, entry, lesson.id)

    async def change(self, lesson: Lesson, entry: audit.Entry, decide: Decide) -> None:
        """Put another plan in the place of one that nobody has entered yet.

        Whoever was ready stays so in a room where nothing has changed.

        Raises:
            RefusedError: somebody has, or as `add`.
        """
        async with self._database.transaction() as session:
            await _hold_unopened(
                session, lesson.id, title=lesson.title, planned_seconds=lesson.planned_seconds
            )
            before = (await read(session, [await session.get_one(LessonRow, lesson.id)]))[0]
            ticks = await ticks_of(session, lesson.id)
            await session.execute(delete(RoomRow).where(RoomRow.lesson == lesson.id))
            await session.execute(delete(ScheduleRow).where(ScheduleRow.lesson == lesson.id))
            await insert_parts(session, lesson)
            await check_planned(session, lesson)
            keep_ticks(session, lesson.id, still_ready(ticks, before, lesson))
            decide(await _meanwhile(session, lesson))
            audit.write(session, entry, lesson.id)

    async def call_off(self, lesson: str, why: str, entry: audit.Entry) -> None:
        """Have a lesson not take place; its links then lead to one that is over.

        Raises:
            RefusedError: somebody has entered it.
        """
        async with self._database.transaction() as session:
            await _hold_unopened(session, lesson, ended=entry.at)
            await session.execute(
                update(ScheduleRow).where(ScheduleRow.lesson == lesson).values(called_off=why)
            )
            audit.write(session, entry, lesson)

    async def find(self, acting: Acting, lesson: str) -> StoredLesson | None:
        """A lesson by its id, if whoever asks may know of it."""
        found = await self._listed(ScheduleRow.lesson == lesson, _seen(acting), limit=1)
        return next(iter(found), None)

    async def between(
        self,
        acting: Acting,
        begin: datetime,
        end: datetime,
        *,
        own: bool,
        limit: int,
        offset: int = 0,
    ) -> list[StoredLesson]:
        """Lessons that begin in this time, the earliest first; `own` are those one works in."""
        named = _works_in(acting.id) if own else true()
        time = (ScheduleRow.starts >= begin) & (ScheduleRow.starts < end)
        return await self._listed(time, _seen(acting) & named, limit=limit, offset=offset)

    async def undeclared(
        self, acting: Acting, since: datetime, limit: int, *, newest: bool
    ) -> list[tuple[StoredLesson, str]]:
        """Lessons ended since with the rooms whose roll is somebody's to declare and was not.

        The newest or the oldest come first. A room in which nobody learned has no roll to call.
        """
        declared = exists().where(DeclarationRow.room == PlaceRow.room)
        learners = exists().where(LearnersRow.room == PlaceRow.room)
        query = (
            select(LessonRow, PlaceRow.room)
            .join(ScheduleRow, ScheduleRow.lesson == LessonRow.id)
            .join(PlaceRow, PlaceRow.lesson == LessonRow.id)
            .where(_seen(acting), _declares(acting), learners, ~declared)
            .where(LessonRow.opened.is_not(None), LessonRow.ended >= since)
            .order_by(LessonRow.ended.desc() if newest else LessonRow.ended, PlaceRow.room)
            .limit(limit)
        )
        async with self._database.transaction() as session:
            rows = (await session.execute(query)).all()
            lessons = await stored(session, [row for row, _ in rows])
        return [(lesson, room) for lesson, (_, room) in zip(lessons, rows, strict=True)]

    async def taught(self, acting: Acting, limit: int) -> list[StoredLesson]:
        """The lessons that somebody worked in and that were held, the newest first."""
        query = (
            select(LessonRow)
            .join(ScheduleRow, ScheduleRow.lesson == LessonRow.id)
            .where(LessonRow.opened.is_not(None), LessonRow.ended.is_not(None))
            .where(_seen(acting), _works_in(acting.id))
            .order_by(LessonRow.ended.desc())
            .limit(limit)
        )
        async with self._database.transaction() as session:
            return await stored(session, (await session.scalars(query)).all())

    async def held(
        self,
        acting: Acting,
        begin: datetime,
        end: datetime,
        *,
        class_group: str | None = None,
        limit: int,
    ) -> list[StoredLesson]:
        """Lessons that were entered, of those whose attendance one may see; the newest first."""
        query = (
            select(LessonRow)
            .join(ScheduleRow, ScheduleRow.lesson == LessonRow.id)
            .where(ScheduleRow.starts >= begin, ScheduleRow.starts < end)
            .where(LessonRow.opened.is_not(None), _seen(acting, Action.SEE_ATTENDANCE))
            .where(true() if class_group is None else _learns_in(class_group))
            .order_by(ScheduleRow.starts.desc(), LessonRow.id)
            .limit(limit)
        )
        async with self._database.transaction() as session:
            return await stored(session, (await session.scalars(query)).all())

    async def hosted_last(self, acting: Acting) -> StoredLesson | None:
        """The newest lesson that somebody was to teach from its host room."""
        query = (
            select(LessonRow)
            .join(ScheduleRow, ScheduleRow.lesson == LessonRow.id)
            .join(PostRow, PostRow.lesson == LessonRow.id)
            .join(RoomRow, RoomRow.participant == PostRow.room)
            .where(_seen(acting), PostRow.person == acting.id, RoomRow.host, ~PostRow.assists)
            .order_by(ScheduleRow.starts.desc())
            .limit(1)
        )
        async with self._database.transaction() as session:
            return next(iter(await stored(session, (await session.scalars(query)).all())), None)

    async def _listed(
        self, when: ColumnElement[bool], who: ColumnElement[bool], limit: int, offset: int = 0
    ) -> list[StoredLesson]:
        query = (
            select(LessonRow)
            .join(ScheduleRow, ScheduleRow.lesson == LessonRow.id)
            .where(when, who)
            .order_by(ScheduleRow.starts, LessonRow.id)
            .offset(offset)
            .limit(limit)
        )
        async with self._database.transaction() as session:
            return await stored(session, (await session.scalars(query)).all())


async def _meanwhile(session: AsyncSession, lesson: Lesson) -> list[Lesson]:
    """The other lessons that go on while this one does."""
    assert lesson.schedule is not None  # a lesson without its time is not in the timetable
    starts, ends = lesson.schedule.starts, lesson.schedule.ends
    query = (
        select(LessonRow)
        .join(ScheduleRow, ScheduleRow.lesson == LessonRow.id)
        .where(ScheduleRow.starts > starts - LONGEST, ScheduleRow.starts < ends)
        .where(ScheduleRow.ends > starts, ScheduleRow.called_off == "", LessonRow.id != lesson.id)
        # One that ended early has left its rooms.
        .where(LessonRow.ended.is_(None))
    )
    return [one.lesson for one in await stored(session, (await session.scalars(query)).all())]


async def _hold_unopened(session: AsyncSession, lesson: str, **values: object) -> None:
    """Change a lesson's own row, if nobody has entered it; nobody can until this is done."""
    done = await session.execute(
        update(LessonRow)
        .where(LessonRow.id == lesson, LessonRow.opened.is_(None), LessonRow.ended.is_(None))
        .values(**values)
        .returning(LessonRow.id)
    )
    if done.scalar_one_or_none() is None:
        raise RefusedError(Refusal.LESSON_BEGUN)


def _seen(acting: Acting, action: Action = Action.SEE_LESSON) -> ColumnElement[bool]:
    """The same bounds as `rights.may`, for a query of schedules."""
    here = _takes_place(PlaceRow.organisation == acting.organisation)
    # Whoever works in a lesson knows of it in any capacity; its attendance is another matter.
    named = _works_in(acting.id) if action is Action.SEE_LESSON else false()
    match reach(acting.capacity, action):
        case Reach.ALL:
            return true()
        case Reach.REGION if acting.looks_after is not None:
            digits = own_digits(acting.looks_after)
            region = exists().where(
                OrganisationRow.id == PlaceRow.organisation,
                OrganisationRow.region.startswith(digits),
            )
            return or_(here, _takes_place(region))
        case Reach.REGION | Reach.ORGANISATION:
            return or_(here, named)
        case Reach.OWN:
            return _works_in(acting.id)
        case _:
            return false()


def _declares(acting: Acting) -> ColumnElement[bool]:
    """Whose room's roll it is: of those who work there, and of its school."""
    match reach(acting.capacity, Action.DECLARE_ATTENDANCE):
        case Reach.ORGANISATION:
            return PlaceRow.organisation == acting.organisation
        case Reach.OWN:
            return exists().where(PostRow.room == PlaceRow.room, PostRow.person == acting.id)
        case _:
            return false()


def _takes_place(where: ColumnElement[bool]) -> ColumnElement[bool]:
    found = exists().where(PlaceRow.lesson == ScheduleRow.lesson, where)
    # The query around it may have places of its own.
    return found.correlate(ScheduleRow)


def _learns_in(class_group: str) -> ColumnElement[bool]:
    return exists().where(
        LearnersRow.lesson == ScheduleRow.lesson, LearnersRow.class_group == class_group
    )


def _works_in(person: str) -> ColumnElement[bool]:
    named = exists().where(PostRow.lesson == ScheduleRow.lesson, PostRow.person == person)
    # The query around it may have posts of its own.
    return named.correlate(ScheduleRow)
