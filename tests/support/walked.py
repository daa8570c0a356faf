"""One website with something of everything, for whoever walks its routes; and what it holds."""

import asyncio
import sqlite3
from collections.abc import Mapping, Sequence
from contextlib import closing
from dataclasses import dataclass
from datetime import UTC, datetime, timedelta
from pathlib import Path

from recorder.compose import SOURCES, USED, WHOLE
from recorder.still import STILL
from server.actions import timetable
from server.actions.acting import OPERATOR, entry
from server.programme.lesson import Lesson
from server.programme.organisation import Organisation, OrganisationKind
from server.programme.people import Appointment
from server.programme.place import Place
from server.programme.region import RegionCode
from server.programme.rights import Action, Capacity, Concern
from server.store.accounts import Accounts
from server.store.classrooms import Classrooms
from server.store.database import DATABASE, Database
from server.store.folder import lesson_folder
from server.store.lessons import Lessons
from server.store.tables import Table
from signaling.ids import SourceId
from signaling.messages import EndLesson, StartLesson
from tests.support import scheduled
from tests.support.paired import Campus, Paired, pair
from tests.support.screens import screen
from tests.support.signing import quick_hashing
from tests.support.staff import hired, school
from tests.support.walkers import (
    NOBODY,
    Walker,
    halfway,
    links,
    named_link,
    reviewer,
    signed_in,
    staff,
    stray,
    tickets,
)
from tests.support.websites import Website, recorded

Kept = Mapping[str, Sequence[tuple[object, ...]]]
BUREAU = OrganisationKind.BUREAU
HALFWAY = ("first password", "enrolling")
REVIEWERS = ("research_officer of the city", "school_admin of the school")
SCREEN = "token"
BEFORE = timedelta(weeks=-4)
"""When the lesson was held: in a week of its own."""


@dataclass
class World:
    """What there is, and who walks there."""

    site: Website
    schools: Paired
    walkers: list[Walker]
    lessons: Mapping[str, Lesson]
    """By what it is for: `open` and `held` have links, `planned` and `doomed` are to come."""
    ids: dict[str, str]
    """Of what the routes name."""
    number: int = 0
    """Makes what is made anew another each time."""

    def walker(self, name: str) -> Walker:
        """One by its name."""
        return next(one for one in self.walkers if one.name == name)

    async def write(self, statement: str, *values: object) -> list[tuple[object, ...]]:
        """What the database says to a statement; for putting things right again, and to look."""
        return await asyncio.to_thread(_rows, self.site.house.data / DATABASE, statement, values)

    async def kept(self) -> Kept:
        """All that is kept: every row of every table, but when somebody was last seen; files."""
        return await asyncio.to_thread(_kept, self.site.house.data)

    async def propose(self, waits_for: str) -> None:
        """Have the town and a foreign school be paired as soon as one of them agrees."""
        town, foreign = self.ids["organisation"], self.ids["foreign"]
        await self.write("delete from pairing where recipient = ?", foreign)
        await self.write(
            "insert into pairing (id, supporter, recipient, forms, begins, ends, waiver, waits_for)"
            " values ('proposed', ?, ?, 'net_training sync_class',"
            " '2026-09-01', '2029-08-31', '', ?)",
            *(town, foreign, self.ids[waits_for]),
        )
        self.ids["proposed"] = "proposed"

    def town(self, *persons: str) -> Concern:
        """What concerns the school whose things are asked for."""
        at = self.schools.town.school
        return Concern(persons=frozenset(persons), organisations={at.id: at.region})

    def both(self) -> Concern:
        """What concerns the two schools of a lesson, and who works in it."""
        persons = frozenset({self.schools.town.teacher.id, self.schools.village.teacher.id})
        return Concern(persons=persons, organisations=self.regions("town", "village"))

    def regions(self, *names: str) -> dict[str, RegionCode]:
        """Some of the schools with their regions."""
        campuses = [getattr(self.schools, name).school for name in names]
        return {one.id: one.region for one in campuses}


async def world(site: Website) -> World:
    """Make everything."""
    database = site.house.database
    schools = await pair(database)
    neighbour = await school(database, "华埠小学", "330824")
    foreign = await school(database, "玉山小学", "361123")
    lessons = await _lessons(site, schools)
    bound = await _screen(database, schools.village.classroom, SCREEN)
    other = await _screen(database, schools.town.classroom, "of the town")
    colleague = await hired(database, Capacity.TEACHER, schools.town.school, "同事")
    lent = await hired(database, Capacity.TEACHER, schools.town.school, "走教老师")
    far = Appointment(
        person=lent.id, capacity=Capacity.TEACHER, organisation=schools.elsewhere.school
    )
    await Accounts(database).appoint(far, entry(OPERATOR, Action.CHANGE_STAFF, datetime.now(UTC)))
    ids = {
        "csv": "csv",
        "room": lessons["held"].host.participant,
        "lent": lent.id,
        "lent login": lent.login,
        "organisation": schools.town.school.id,
        "neighbour": neighbour.id,
        "foreign": foreign.id,
        "classroom": schools.town.classroom,
        "group": schools.town.group.id,
        "pairing": schools.pairing,
        "person": colleague.id,
        "login": colleague.login,
        "observer": "observer",
        "handout": "handout",
        "asset": "index-abc123.js",
        "worker": "0",
        "track": f"tracks/{lessons['held'].host.participant}~camera/part-0001.mp4",
        "assistant": schools.village.teacher.id,
        "panel": bound,
        "screen": other,
        **{name: lesson.id for name, lesson in lessons.items()},
    }
    walkers = await _walkers(site, schools, (neighbour, foreign), lessons)
    made = World(site, schools, walkers, lessons, ids)
    await made.propose("organisation")
    with quick_hashing() as hashing:
        hashed = await hashing.hash("a password")
    # It was over weeks ago, so that its rolls are the schools'.
    await made.write(
        "update lesson set opened = ?, ended = ? where id = ?",
        *("2026-10-28 01:10:00.000000", "2026-10-28 01:50:00.000000", lessons["held"].id),
    )
    await made.write(
        "insert into certificate values (?, ?, ?, 'consent_withdrawn', 1, 2, 'ab', '')",
        *("certificate", "2026-10-29 01:10:00.000000", lessons["held"].id),
    )
    await made.write("update credential set password = ?", hashed)
    await made.write(
        "update class_group set class_teacher = ? where id = ?",
        schools.town.teacher.id,
        schools.town.group.id,
    )
    return made


async def _walkers(
    site: Website,
    schools: Paired,
    others: tuple[Organisation, Organisation],
    lessons: Mapping[str, Lesson],
) -> list[Walker]:
    house, database, town = site.house, site.house.database, schools.town
    neighbour, foreign = others
    places = {
        "of the school": town.school,
        "of a neighbour": neighbour,
        "of a foreign school": foreign,
        "of the city": await school(database, "衢州教育局", "330800", BUREAU),
        "of a foreign city": await school(database, "上饶教育局", "361100", BUREAU),
    }
    signed = await staff(database, places)
    by_name = {one.name: one for one in signed}
    linked = {name: lessons[name] for name in ("open", "held")}
    return [
        NOBODY,
        *signed,
        await signed_in(database, town.teacher, Capacity.TEACHER, town.school, "of the lesson"),
        *[await halfway(database, places["of the city"], step) for step in HALFWAY],
        *links(house, linked),
        named_link(house, town.teacher, linked),
        *(reviewer(house, by_name[name], linked) for name in REVIEWERS),
        *tickets(house),
        stray(by_name["school_admin of the school"]),
        Walker(name="a screen", kind="screen", headers={"Cookie": f"tongke-room={SCREEN}"}),
    ]


async def _lessons(site: Website, schools: Paired) -> dict[str, Lesson]:
    house, now = site.house, datetime.now(UTC)
    opened = await house.plan("open")
    await house.other(opened)
    acting = schools.town.acting()
    planned, doomed = [
        await timetable.plan(house.database, acting, schools.plan(starts=starts), now)
        for starts in (scheduled.soon(now), now + timedelta(days=1))
    ]
    held = scheduled.lesson("held", *map(_place, (schools.town, schools.village)), later=BEFORE)
    await Lessons(house.database).add(held, scheduled.BELL)
    teacher = await house.teacher(held)
    await teacher.ask(lambda n: StartLesson(id=n))
    await recorded(house.data, held.id, held.host.participant)
    await teacher.ask(lambda n: EndLesson(id=n))
    await teacher.ears.until(lambda: teacher.ears.closed)
    await asyncio.to_thread(_film, lesson_folder(house.data, held.id))
    return {"open": opened, "planned": planned, "doomed": doomed, "held": held}


def _place(campus: Campus) -> Place:
    return Place(
        classroom=campus.classroom,
        organisation=campus.school.id,
        teachers=(campus.teacher.id,),
    )


async def _screen(database: Database, classroom: str, token: str) -> str:
    found = await Classrooms(database).find(classroom)
    assert found is not None
    return (await screen(database, found, token)).id


def _film(folder: Path) -> None:
    """Let there be a phone version of a lesson. Blocking."""
    (folder / WHOLE).write_bytes(b"film")
    (folder / STILL).write_bytes(b"still")
    (folder / USED).write_bytes(SOURCES.dump_json(frozenset[SourceId]()))


def _rows(path: Path, query: str, values: Sequence[object] = ()) -> list[tuple[object, ...]]:
    with closing(sqlite3.connect(path)) as database, database:
        return database.execute(query, values).fetchall()


def _kept(data: Path) -> Kept:
    tables = {
        name: _rows(data / DATABASE, f"select {', '.join(columns)} from {name}")
        for name, table in Table.metadata.tables.items()
        if (columns := [one.name for one in table.columns if one.name != "seen"])
    }
    files = [(str(one),) for one in sorted(data.rglob("*")) if not one.match(f"{DATABASE}*")]
    return {**tables, "files": files}
