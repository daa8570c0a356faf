"""Planning lessons with their time: plan, change, call off; what a plan is chosen from."""

from collections.abc import Callable, Iterable, Mapping, Sequence
from dataclasses import dataclass
from datetime import datetime

from server.access.ids import uuid7
from server.actions.acting import check, entry
from server.programme.attendance import SCHOOL_TIME
from server.programme.choices import Choices, WantedPlace, placed
from server.programme.clash import Clash, ClashKind, clashes
from server.programme.lesson import Lesson
from server.programme.pairing import Form
from server.programme.refusal import Refusal, RefusedError
from server.programme.rights import Acting, Action, Concern
from server.programme.schedule import Schedule, span, why
from server.programme.subject import Subject
from server.programme.timetable import Hosted, timetabled
from server.store.choices import PlanChoices
from server.store.database import Database
from server.store.directory import Directory
from server.store.lessons import StoredLesson
from server.store.timetable import Timetable

TAKEN: Mapping[ClashKind, Refusal] = {
    ClashKind.CLASSROOM: Refusal.CLASSROOM_TAKEN,
    ClashKind.TEACHER: Refusal.TEACHER_TAKEN,
    ClashKind.CLASS_GROUP: Refusal.CLASS_GROUP_TAKEN,
}


@dataclass(frozen=True, kw_only=True)
class NewPlan:
    """What somebody wants to teach, when and where."""

    form: Form
    """In which form."""
    subject: Subject
    """Which subject."""
    title: str
    """What it is about."""
    starts: datetime
    """The bell that begins it."""
    ends: datetime
    """The bell that ends it."""
    mixed_grades: str
    """Why grades differ; empty if they do not."""
    rooms: tuple[WantedPlace, ...]
    """The host room, then the receiving ones."""


async def plan(database: Database, acting: Acting, new: NewPlan, now: datetime) -> Lesson:
    """Put a lesson into the timetable.

    Raises:
        RefusedError: it can't be taught like this, something of it is taken at that time, or this
            is not allowed.
    """
    choices, lesson = await _made(database, acting, new, now)
    check(acting, Action.PLAN_LESSON, _concern(lesson, choices))
    line = entry(acting, Action.PLAN_LESSON, now)
    await Timetable(database).add(lesson, line, _decide(lesson, choices))
    return lesson


async def change(
    database: Database, acting: Acting, lesson: str, new: NewPlan, now: datetime
) -> Lesson:
    """Plan a lesson anew that nobody has entered yet.

    Raises:
        RefusedError: as `plan`, or somebody has entered it.
    """
    before = await _mine(database, acting, lesson)
    choices, after = await _made(database, acting, new, now, before.lesson)
    check(acting, Action.PLAN_LESSON, _concern(after, choices))
    line = entry(acting, Action.PLAN_LESSON, now)
    await Timetable(database).change(after, line, _decide(after, choices))
    return after


async def call_off(
    database: Database, acting: Acting, lesson: str, reason: str, now: datetime
) -> None:
    """Have a lesson not take place, and say why.

    Raises:
        RefusedError: no reason is given, somebody has entered it, or this is not allowed.
    """
    told = why(reason, Refusal.REASON_MISSING)
    before = await _mine(database, acting, lesson)
    line = entry(acting, Action.PLAN_LESSON, now)
    await Timetable(database).call_off(before.lesson.id, told, line)


async def choices_of(database: Database, acting: Acting, day: datetime) -> Choices:
    """What somebody may plan with: of their own school and of those paired with it that day."""
    local = day.astimezone(SCHOOL_TIME).date()
    return await PlanChoices(database).of(acting.organisation, local)


async def found(database: Database, acting: Acting, lesson: str) -> StoredLesson:
    """A lesson of the timetable.

    Raises:
        RefusedError: there is none, or somebody may not know of it.
    """
    stored = await Timetable(database).find(acting, lesson)
    if stored is None:
        raise RefusedError(Refusal.PLANNED_LESSON_UNKNOWN)
    return stored


async def concern_of(database: Database, lesson: Lesson) -> Concern:
    """Whom a lesson concerns: the schools of all its rooms, and everyone who works in it."""
    ids = {place.organisation for place in lesson.places}
    schools = await Directory(database).organisations(ids)
    return Concern(
        persons=_persons(lesson), organisations={one.id: one.region for one in schools.values()}
    )


async def _mine(database: Database, acting: Acting, lesson: str) -> StoredLesson:
    stored = await found(database, acting, lesson)
    check(acting, Action.PLAN_LESSON, await concern_of(database, stored.lesson))
    return stored


async def _made(
    database: Database,
    acting: Acting,
    new: NewPlan,
    now: datetime,
    before: Lesson | None = None,
) -> tuple[Choices, Lesson]:
    if new.ends <= now:
        raise RefusedError(Refusal.LESSON_PAST)
    choices = await choices_of(database, acting, new.starts)
    schedule = Schedule(
        form=new.form,
        subject=new.subject,
        starts=new.starts,
        ends=new.ends,
        mixed_grades=" ".join(new.mixed_grades.split()),
    )
    rooms: Sequence[Hosted] = placed(new.rooms, choices)
    return choices, timetabled(new.title, schedule, rooms, uuid7, before)


def _concern(lesson: Lesson, choices: Choices) -> Concern:
    taking_part = {place.organisation for place in lesson.places}
    regions = {one.organisation.id: one.organisation.region for one in choices.schools}
    return Concern(
        persons=_persons(lesson), organisations={one: regions[one] for one in taking_part}
    )


def _persons(lesson: Lesson) -> frozenset[str]:
    return frozenset(person for place in lesson.places for person in place.persons)


def _decide(lesson: Lesson, choices: Choices) -> Callable[[Iterable[Lesson]], None]:
    """Refuses a lesson that wants what another has, and names it."""

    def decide(others: Iterable[Lesson]) -> None:
        for clash in clashes(lesson, others):
            raise RefusedError(
                TAKEN[clash.kind],
                name=_name(clash, lesson, choices),
                title=clash.title,
                when=span(clash.starts, clash.ends),
            )

    return decide


def _name(clash: Clash, lesson: Lesson, choices: Choices) -> str:
    """What people call the thing that is taken."""
    named: Iterable[tuple[str | None, str]]
    match clash.kind:
        case ClashKind.CLASSROOM:
            named = ((room.place.classroom, room.name) for room in lesson.rooms if room.place)
        case ClashKind.TEACHER:
            named = ((one.id, one.name) for school in choices.schools for one in school.teachers)
        case ClashKind.CLASS_GROUP:
            named = ((one.class_group, one.label) for p in lesson.places for one in p.learners)
    return next(name for wanted, name in named if wanted == clash.wanted)
