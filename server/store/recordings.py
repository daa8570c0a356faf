"""Lessons that were held, for those who may see their recordings: searched, paged, cut to them."""

from dataclasses import dataclass
from datetime import datetime

from sqlalchemy import ColumnElement, exists, false, func, or_, select, true
from sqlalchemy.orm import aliased

from server.programme.attendance import SCHOOL_TIME
from server.programme.class_group import ClassGroup
from server.programme.region import RegionCode, own_digits
from server.programme.rights import Acting, Action, Concern, Reach, reach
from server.store import class_groups
from server.store.database import Database
from server.store.lessons import StoredLesson, stored
from server.store.review_tables import CommentRow
from server.store.tables import AccountRow, LessonRow, OrganisationRow, RoomRow
from server.store.timetable_tables import LearnersRow, PlaceRow, PostRow, ScheduleRow

PAGE = 20
"""Lessons of a page."""


@dataclass(frozen=True, kw_only=True)
class Search:
    """What somebody looks for; what is not set is not asked for."""

    words: tuple[str, ...] = ()
    """Each is in the title, a room's or school's name, or the name of a teacher."""
    school: str | None = None
    """One of its rooms is there."""
    subject: str | None = None
    """What was taught."""
    form: str | None = None
    """In which form of a pairing."""
    class_group: str | None = None
    """Which class was taught."""
    commented: bool = False
    """Something was said about it."""
    teacher: str | None = None
    """Who taught or helped."""
    since: datetime | None = None
    """Held from then on."""
    until: datetime | None = None
    """Held before then."""
    page: int = 0
    """From 0."""


class Recordings:
    """The repository of held lessons."""

    def __init__(self, database: Database) -> None:
        self._database = database

    async def found(self, acting: Acting, search: Search) -> tuple[list[StoredLesson], bool]:
        """One page, the newest first, and whether there are more."""
        query = (
            select(LessonRow)
            .outerjoin(ScheduleRow, ScheduleRow.lesson == LessonRow.id)
            .where(LessonRow.opened.is_not(None), LessonRow.ended.is_not(None))
            .where(within(acting, Action.REPLAY_LESSON), *_asked(search))
            .order_by(LessonRow.opened.desc(), LessonRow.id)
            .offset(search.page * PAGE)
            .limit(PAGE + 1)
        )
        async with self._database.transaction() as session:
            rows = (await session.scalars(query)).all()
            return await stored(session, rows[:PAGE]), len(rows) > PAGE

    async def names(self, lessons: list[StoredLesson]) -> dict[str, str]:
        """What the schools and teachers of some lessons are called, by their ids."""
        places = [place for one in lessons for place in one.lesson.places]
        schools = {place.organisation for place in places}
        people = {person for place in places for person in place.persons}
        async with self._database.transaction() as session:
            known = [
                *await session.execute(
                    select(OrganisationRow.id, OrganisationRow.name).where(
                        OrganisationRow.id.in_(schools)
                    )
                ),
                *await session.execute(
                    select(AccountRow.id, AccountRow.name).where(AccountRow.id.in_(people))
                ),
            ]
        return {row.id: row.name for row in known}

    async def choices(self, acting: Acting) -> tuple[list[tuple[str, str]], list[tuple[str, str]]]:
        """Schools and teachers of all lessons within reach, as ids with names, for the filters."""
        held = (
            select(LessonRow.id)
            .where(LessonRow.ended.is_not(None), LessonRow.opened.is_not(None))
            .where(within(acting, Action.REPLAY_LESSON))
        )
        schools = (
            select(OrganisationRow.id, OrganisationRow.name)
            .where(
                OrganisationRow.id.in_(
                    select(PlaceRow.organisation).where(PlaceRow.lesson.in_(held))
                )
            )
            .order_by(OrganisationRow.name)
        )
        teachers = (
            select(AccountRow.id, AccountRow.name)
            .where(AccountRow.id.in_(select(PostRow.person).where(PostRow.lesson.in_(held))))
            .order_by(AccountRow.name)
        )
        async with self._database.transaction() as session:
            return (
                [(row.id, row.name) for row in await session.execute(schools)],
                [(row.id, row.name) for row in await session.execute(teachers)],
            )

    async def classes(self, acting: Acting, school: str) -> list[tuple[str, str]]:
        """Classes of a school that were taught in lessons within reach, as ids with names.

        Of a closed one the year of its end stands behind the name, which may be another's by now.
        """
        taught = (
            select(LearnersRow.class_group)
            .join(LessonRow, LessonRow.id == LearnersRow.lesson)
            .where(LessonRow.ended.is_not(None), LessonRow.opened.is_not(None))
            .where(within(acting, Action.REPLAY_LESSON))
        )
        async with self._database.transaction() as session:
            every = await class_groups.of_schools(session, [school])
            ids = [one.id for one in every]
            query = taught.where(LearnersRow.class_group.in_(ids)).distinct()
            known = set(await session.scalars(query))
            return [(one.id, _called(one)) for one in every if one.id in known]

    async def comments(self, lessons: list[StoredLesson]) -> dict[str, int]:
        """How many comments stand on those of some lessons that have any."""
        query = (
            select(CommentRow.lesson, func.count(CommentRow.comment.distinct()))
            .where(CommentRow.lesson.in_([one.lesson.id for one in lessons]), _stands())
            .group_by(CommentRow.lesson)
        )
        async with self._database.transaction() as session:
            return {row[0]: row[1] for row in await session.execute(query)}

    async def concern(self, lesson: str) -> Concern:
        """Whom a lesson concerns; nobody, outside the timetable."""
        schools = select(OrganisationRow).where(
            OrganisationRow.id.in_(select(PlaceRow.organisation).where(PlaceRow.lesson == lesson))
        )
        people = select(PostRow.person).where(PostRow.lesson == lesson)
        async with self._database.transaction() as session:
            return Concern(
                persons=frozenset(await session.scalars(people)),
                organisations={
                    one.id: RegionCode(one.region) for one in await session.scalars(schools)
                },
            )


def within(acting: Acting, action: Action) -> ColumnElement[bool]:
    """The same bounds as `rights.may` of what a lesson concerns."""
    here = _held(PlaceRow.organisation == acting.organisation)
    match reach(acting.capacity, action):
        case Reach.ALL:
            return true()
        case Reach.REGION if acting.looks_after is not None:
            digits = own_digits(acting.looks_after)
            return or_(here, _held(_school(OrganisationRow.region.startswith(digits))))
        case Reach.REGION | Reach.ORGANISATION:
            return here
        case Reach.OWN:
            return _taught(PostRow.person == acting.id)
        case _:
            return false()


def _asked(search: Search) -> list[ColumnElement[bool]]:
    found = [_named(word) for word in search.words]
    if search.school is not None:
        found.append(_held(PlaceRow.organisation == search.school))
    if search.subject is not None:
        found.append(ScheduleRow.subject == search.subject)
    if search.form is not None:
        found.append(ScheduleRow.form == search.form)
    if search.class_group is not None:
        found.append(
            exists().where(
                LearnersRow.lesson == LessonRow.id, LearnersRow.class_group == search.class_group
            )
        )
    if search.commented:
        found.append(exists().where(CommentRow.lesson == LessonRow.id, _stands()))
    if search.teacher is not None:
        found.append(_taught(PostRow.person == search.teacher))
    if search.since is not None:
        found.append(LessonRow.opened >= search.since)
    if search.until is not None:
        found.append(LessonRow.opened < search.until)
    return found


def _named(word: str) -> ColumnElement[bool]:
    teacher = exists().where(
        AccountRow.id == PostRow.person, AccountRow.name.contains(word, autoescape=True)
    )
    return or_(
        LessonRow.title.contains(word, autoescape=True),
        exists().where(
            RoomRow.lesson == LessonRow.id, RoomRow.name.contains(word, autoescape=True)
        ),
        _held(_school(OrganisationRow.name.contains(word, autoescape=True))),
        _taught(teacher),
    )


def _called(group: ClassGroup) -> str:
    if group.closed is None:
        return str(group.name)
    return f"{group.name} · {group.closed.at.astimezone(SCHOOL_TIME).year}"


def _stands() -> ColumnElement[bool]:
    """Whether a revision is of a comment that was not taken back."""
    later = aliased(CommentRow)
    return ~exists().where(
        later.lesson == CommentRow.lesson, later.comment == CommentRow.comment, later.deleted
    )


def _school(where: ColumnElement[bool]) -> ColumnElement[bool]:
    return exists().where(OrganisationRow.id == PlaceRow.organisation, where)


def _held(where: ColumnElement[bool]) -> ColumnElement[bool]:
    return exists().where(PlaceRow.lesson == LessonRow.id, where)


def _taught(where: ColumnElement[bool]) -> ColumnElement[bool]:
    return exists().where(PostRow.lesson == LessonRow.id, where)
