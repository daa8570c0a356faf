"""A district that keeps 10,000 lessons of a term, for the bench of lists.

101 schools in 66 pairs, each of 35 town schools beside one or two village schools. A school has
twelve classes, each with its consent, and twelve people. Half of the lessons were held, and the
roll of each of their rooms was called; about one in ten of them something was said. The audit log
keeps 50,000 lines of a year.
"""

from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from datetime import UTC, date, datetime, timedelta

from sqlalchemy import insert, update

from server.access.ids import uuid7
from server.actions.home import monday
from server.programme.class_group import Keeping
from server.programme.deed import Deed
from server.programme.lesson import Lesson
from server.programme.organisation import OrganisationKind
from server.programme.pairing import Form
from server.programme.people import Person
from server.programme.place import Learners, Place
from server.programme.rights import Action, Capacity
from server.programme.schedule import Schedule
from server.programme.subject import Subject
from server.programme.timetable import Hosted, timetabled
from server.store import lessons as rows
from server.store.consent_tables import ConsentRow
from server.store.database import Database
from server.store.review_tables import CommentRow
from server.store.school_tables import ClassGroupRow, PairingRow
from server.store.tables import (
    AccountRow,
    AppointmentRow,
    AuditRow,
    DeclarationRow,
    LessonRow,
    Table,
)
from server.store.timetable_tables import ExpectedRow
from tests.support.paired import Campus, campus
from tests.support.staff import hired, school

LESSONS, WEEKS = 10_000, 20
TOWNS, PAIRS = 35, 66
REGION = "330824"
STAFF, CLASSES = 10, 11
"""Of a school, beside the teacher and the class that a campus has."""
NUMBER = 24
"""Pupils of each class."""
COMMENTED = 10
"""One in so many held lessons has a comment."""
LINES = 50_000
"""Of the audit log."""
BATCH = 500
LESSON = timedelta(minutes=40)

Pair = tuple[Campus, Campus]
"""A town school and a village school."""


@dataclass(frozen=True, kw_only=True)
class District:
    """Whoever asks."""

    teacher: Person
    """Of one of the schools."""
    admin: Person
    """Of the same."""
    bureau: Person
    """Of the office above all schools."""
    research: Person
    """Of the same, who may watch what was recorded."""
    school: str
    """That of the teacher."""
    class_group: str
    """The class that the teacher teaches."""


def paired(schools: Sequence[Campus], towns: int) -> list[Pair]:
    """Each village school with the next of the town schools, which stand first."""
    return [(schools[at % towns], village) for at, village in enumerate(schools[towns:])]


def lessons(pairs: Sequence[Pair], towns: int, first: datetime) -> Iterator[Lesson]:
    """Lessons of pairs, as many in each week; no town school has two at the same time."""
    rounds = -(-len(pairs) // towns)
    for number in range(LESSONS):
        week, rest = number % WEEKS, number // WEEKS
        turn, which = divmod(rest, len(pairs))
        day, hour = divmod(turn * rounds + which // towns, 8)
        starts = first + timedelta(weeks=week, days=day % 5, hours=8 + hour + day // 5 * 8)
        town, village = pairs[which]
        schedule = Schedule(
            form=Form.SYNC_CLASS, subject=Subject.MUSIC, starts=starts, ends=starts + LESSON
        )
        yield timetabled("茉莉花", schedule, [_hosted(town), _hosted(village)], uuid7)


def _hosted(one: Campus) -> Hosted:
    learners = Learners(name=str(one.group.name), class_group=one.group.id, grade=3)
    place = Place(
        classroom=one.classroom,
        organisation=one.school.id,
        teachers=(one.teacher.id,),
        learners=(learners,),
    )
    return Hosted(place=place, classroom="录播教室", school=one.school.name)


async def fill(database: Database, now: datetime) -> District:
    """Make the district and its term, of which this week is one of the middle."""
    schools = [
        await campus(database, f"第{number}小学", REGION, f"{number}老师", 1, NUMBER)
        for number in range(TOWNS + PAIRS)
    ]
    pairs = paired(schools, TOWNS)
    await _keep(database, PairingRow, [_pairing(*pair) for pair in pairs])
    await _people_and_classes(database, schools, now)
    await _term(database, pairs, now)
    await _log(database, schools, now)
    office = await school(database, "教育局", REGION, OrganisationKind.BUREAU)
    return District(
        teacher=schools[0].teacher,
        admin=await hired(database, Capacity.SCHOOL_ADMIN, schools[0].school),
        bureau=await hired(database, Capacity.BUREAU, office),
        research=await hired(database, Capacity.RESEARCH_OFFICER, office),
        school=schools[0].school.id,
        class_group=schools[0].group.id,
    )


async def _term(database: Database, pairs: Sequence[Pair], now: datetime) -> None:
    made = list(lessons(pairs, TOWNS, monday(now) - timedelta(weeks=WEEKS // 2)))
    for begin in range(0, len(made), BATCH):
        batch = made[begin : begin + BATCH]
        async with database.transaction() as session:
            for lesson in batch:
                await rows.insert(session, lesson, now)
        await _held(database, [one for one in batch if one.schedule and one.schedule.ends < now])


async def _held(database: Database, held: Sequence[Lesson]) -> None:
    """These took place, and every room's roll was called."""
    rooms: list[dict[str, object]] = []
    async with database.transaction() as session:
        for lesson in held:
            assert lesson.schedule is not None
            begin, end = lesson.schedule.starts, lesson.schedule.ends
            values = {"opened": begin, "ended": end}
            await session.execute(
                update(LessonRow).where(LessonRow.id == lesson.id).values(**values)
            )
            rooms += [
                _declared(one.participant, one.place.teachers[0], end)
                for one in lesson.rooms
                if one.place
            ]
    await _keep(database, CommentRow, [_comment(one) for one in held[::COMMENTED]])
    await _keep(database, DeclarationRow, rooms)
    expected = [{"room": one["room"], "number": NUMBER, "at": one["at"]} for one in rooms]
    await _keep(database, ExpectedRow, expected)


def _comment(lesson: Lesson) -> dict[str, object]:
    assert lesson.schedule is not None
    assert lesson.rooms[0].place is not None
    own = uuid7()
    return {
        "id": own,
        "lesson": lesson.id,
        "comment": own,
        "author": lesson.rooms[0].place.teachers[0],
        "at": lesson.schedule.ends,
        "moment": 600.0,
        "answers": None,
        "text": "这里的提问很好",
        "deleted": False,
    }


def _declared(room: str, teacher: str, at: datetime) -> dict[str, object]:
    return {
        "id": uuid7(),
        "room": room,
        "at": at,
        "declared_by": f"person:{teacher}",
        "expected": NUMBER,
        "present": NUMBER - 2,
        "on_leave": 1,
        "why": "",
    }


def _pairing(town: Campus, village: Campus) -> dict[str, object]:
    return {
        "id": uuid7(),
        "supporter": town.school.id,
        "recipient": village.school.id,
        "forms": "sync_class",
        "begins": date(2026, 9, 1),
        "ends": date(2029, 8, 31),
        "waiver": "",
    }


async def _people_and_classes(database: Database, schools: Sequence[Campus], now: datetime) -> None:
    accounts: list[dict[str, object]] = []
    held: list[dict[str, object]] = []
    groups: list[dict[str, object]] = []
    for one in schools:
        people = [uuid7() for _ in range(STAFF)]
        accounts += [{"id": own, "name": f"李{own[-4:]}", "login": own} for own in people]
        held += [
            {"person": own, "capacity": Capacity.TEACHER.value, "organisation": one.school.id}
            for own in people
        ]
        groups += [_group(one.school.id, number) for number in range(CLASSES)]
    for table, made in ((AccountRow, accounts), (AppointmentRow, held), (ClassGroupRow, groups)):
        await _keep(database, table, made)
    every = [one.group.id for one in schools] + [str(one["id"]) for one in groups]
    await _keep(database, ConsentRow, [_consent(group, now) for group in every])


def _group(organisation: str, number: int) -> dict[str, object]:
    return {
        "id": uuid7(),
        "organisation": organisation,
        "grade": 4 + number % 3,
        "number": 1 + number // 3,
        "keeping": Keeping.NUMBERS.value,
        "told": NUMBER,
        "class_teacher": None,
    }


async def _log(database: Database, schools: Sequence[Campus], now: datetime) -> None:
    """A year of the audit log: sign-ins, and one line in ten of something else."""
    for begin in range(0, LINES, BATCH):
        lines = [_line(schools, number, now) for number in range(begin, begin + BATCH)]
        await _keep(database, AuditRow, lines)


def _line(schools: Sequence[Campus], number: int, now: datetime) -> dict[str, object]:
    at, others = schools[number % len(schools)], (Action.SEE_PUPILS, Action.PLAN_LESSON)
    return {
        "id": uuid7(),
        "at": now - timedelta(days=365) * number / LINES,
        "actor": at.teacher.id,
        "capacity": Capacity.TEACHER.value,
        "organisation": at.school.id,
        "action": str(Deed.SIGN_IN if number % 10 else others[number // 10 % 2]),
        "subject": "" if number % 10 else at.group.id,
    }


def _consent(group: str, now: datetime) -> dict[str, object]:
    return {
        "id": uuid7(),
        "class_group": group,
        "at": now,
        "declared_by": "",
        "signed_on": now.astimezone(UTC).date(),
        "exceptions": 0,
        "form": "",
        "withdrawn": False,
        "why": "",
    }


async def _keep(
    database: Database, table: type[Table], values: Sequence[dict[str, object]]
) -> None:
    if values:
        async with database.transaction() as session:
            await session.execute(insert(table), list(values))
