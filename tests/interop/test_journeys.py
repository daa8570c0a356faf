"""Everyone around one lesson finds their way by the words they see, in Chinese and in English.

A technician, an inspector, a research officer, the school's admin, both teachers and a pupil at
home walk from the first page to what they came for; each tries one thing that is not theirs.
"""

import json
from collections.abc import AsyncIterator
from contextlib import asynccontextmanager
from dataclasses import replace
from datetime import UTC, datetime
from pathlib import Path
from typing import cast

import pytest
from sqlalchemy import func, select

from server.actions.timetable import plan
from server.programme.organisation import OrganisationKind
from server.programme.pairing import Form
from server.programme.people import Person
from server.programme.rights import Capacity
from server.store.database import Database, open_database
from server.store.pupil_tables import KnownPupilRow
from server.store.school_tables import PupilRow
from tests.support.browsers import LAPTOP, Browsers, Size
from tests.support.lesson_pages import lesson_page
from tests.support.paired import Paired, pair
from tests.support.scheduled import soon
from tests.support.served import Served, served, tongke
from tests.support.staff import hired, school
from tests.support.walker import Language, Walker

pytestmark = [pytest.mark.slow, pytest.mark.browser]

PHONE = Size(390, 844)
HOLD_MS = 1300
HOST, FAR, PUPIL = 1, 3, 5
ROOM = "齐溪录播教室"


class Day:
    """A school day on one server: a lesson of two schools is planned, all work in one browser."""

    def __init__(
        self, schools: Paired, server: Served, drivers: Browsers, language: Language
    ) -> None:
        self.schools = schools
        self.server = server
        self.lesson = ""
        self.foreign = ""
        self._drivers = drivers
        self._language: Language = language

    @property
    def database(self) -> Database:
        """The server's own."""
        return self.schools.database

    async def somebody(self, name: str, source: int = 0, size: Size = LAPTOP) -> Walker:
        """Somebody at a browser of their own, with a camera if a source is given."""
        opened = (
            await self._drivers.open(name, size=size)
            if source == 0
            else (await lesson_page(self._drivers, name, source, size=size)).page
        )
        return Walker(opened, self.server.base, self._language)

    async def staff(self, person: Person, source: int = 0, size: Size = LAPTOP) -> Walker:
        """Somebody who is signed in, on their home page."""
        walker = await self.somebody(person.name, source, size)
        await walker.arrive(self.database, person)
        await walker.open("/")
        return walker

    async def hire(self, capacity: Capacity, name: str) -> Person:
        """Somebody of the county's office."""
        kind = OrganisationKind.RESEARCH_OFFICE
        office = await school(self.database, f"{name}的单位", "330824", kind)
        return await hired(self.database, capacity, office, name)


@asynccontextmanager
async def school_day(data: Path, drivers: Browsers, language: Language) -> AsyncIterator[Day]:
    """The day's server; in ten minutes there is music, and elsewhere too."""
    async with open_database(data) as database:
        schools, now = await pair(database), datetime.now(UTC)
        due = soon(now)
        ours = await plan(database, schools.town.acting(), schools.plan(starts=due), now)
        other = schools.elsewhere
        theirs = schools.plan(other.place(), starts=due, title="别校的课")
        theirs = replace(theirs, form=Form.DELIVERY_CLASS)
        foreign = await plan(database, other.acting(), theirs, now)
        async with served(data) as server:
            day = Day(schools, server, drivers, language)
            day.lesson, day.foreign = ours.id, foreign.id
            yield day


async def is_refused(somebody: Walker, path: str, refusal: str) -> None:
    """An address that is not theirs says so in a sentence, and what to do."""
    await somebody.open(path)
    await somebody.sees(f"refusal.{refusal}")


async def readies_a_room(day: Day) -> None:
    """The technician gets the code for a classroom's screen; classes are not theirs."""
    technician = await day.staff(await day.hire(Capacity.TECHNICIAN, "陈工"))
    await technician.tap("office.classrooms")
    await technician.reads(ROOM)
    await technician.tap("screens.title")
    await technician.tap("screens.offer")
    await technician.sees("screens.offer_again")
    await is_refused(technician, "/classes", "not_yours")


async def begins(day: Day) -> Walker:
    """The host teacher goes from home into the lesson and starts it; the log is not theirs."""
    host = await day.staff(day.schools.town.teacher, HOST)
    await is_refused(host, "/audit", "not_yours")
    await host.open("/")
    await host.reads("茉莉花")
    await host.tap("home.teach")
    await host.tap("do.start")
    await host.sees("status.lecture")
    return host


async def comes_in(day: Day) -> Walker:
    """The far-side teacher comes in on a phone; another school's lesson stays closed to them."""
    far = await day.staff(day.schools.village.teacher, FAR, PHONE)
    await is_refused(far, f"/plan?lesson={day.foreign}", "planned_lesson_unknown")
    await far.open("/")
    await far.tap("home.enter")
    await far.tap("do.pace.lost")
    await far.sees("notice.paced")
    return far


async def speaks(day: Day, host: Walker, far: Walker) -> None:
    """The host reads how the class follows, calls it, and takes the word back."""
    room = host.words("name.room", letter="B")
    await host.sees("notice.pace.lost", name=f"B {day.schools.village.school.name} {ROOM}")
    await far.tap("do.raise")
    await host.tap("do.call", name=room)
    await far.sees("do.finish")
    await host.tap("do.send_back")
    await far.sees("do.raise")


async def looks_in(day: Day, person: Person) -> Walker:
    """Somebody of the office finds the running lesson in the week and enters it."""
    guest = await day.staff(person)
    await guest.tap("office.week")
    await guest.page.press(f"[data-lesson='{day.lesson}']")
    await guest.tap("home.enter")
    await guest.sees("status.lecture")
    return guest


async def observes(day: Day, host: Walker, officer: Person, inspector: Person) -> None:
    """The host sees who listens in to learn; whoever inspects is seen by nobody."""
    silent = await looks_in(day, inspector)
    open_guest = await looks_in(day, officer)
    await host.tap("do.more")
    await host.tap("panel.people")
    await host.reads(officer.name)
    assert inspector.name not in await host.text()
    for guest in (silent, open_guest):
        assert "".join(guest.words("do.raise").split()) not in await guest.text()
    await is_refused(silent, "/review", "not_yours")
    for guest in (silent, open_guest):
        await guest.page.close()


async def joins_from_home(day: Day, host: Walker) -> None:
    """A pupil types code and name on a phone and is let in by the host."""
    await host.page.until("document.querySelector('[data-code]') !== null")
    code = "document.querySelector('[data-code]').innerText"
    pupil = await day.somebody("pupil", PUPIL, PHONE)
    await pupil.arrive()
    await is_refused_at_the_door(pupil)
    await pupil.open("/join")
    await pupil.fill("code.title", cast("str", await host.page.evaluate(code)))
    await pupil.tap("code.open")
    await pupil.fill("join.name", "李小明")
    await pupil.tap("join.enter")
    await pupil.sees("pupil.knocks")
    await host.tap("do.more")
    await host.tap("waiting.title", count=1)
    await host.tap("waiting.admit")
    await pupil.sees("do.raise")
    await pupil.page.close()


async def is_refused_at_the_door(pupil: Walker) -> None:
    """The school's pages ask a pupil to sign in, and show nothing."""
    await pupil.open("/classes")
    await pupil.sees("sign_in.login")


async def calls_the_roll(far: Walker) -> None:
    """The class is kept by numbers: 24 expected, one tap for the one who is missing."""
    far_roll = await far.page.evaluate("document.querySelector('[data-do=roll-call]').href")
    await far.page.goto(cast("str", far_roll))
    await far.sees("roll.count.expected", count=24)
    await far.page.press("[data-stepper=present] [data-do=less]")
    await far.sees("roll.count.absent", count=1)
    await far.tap("roll.confirm")
    await far.sees("roll.change")


async def ends(host: Walker) -> None:
    """下课, then the host's own roll: all here."""
    await host.tap("do.end", HOLD_MS)
    # The lesson's own page has such a link too, which opens another window.
    await host.sees("ended.roll")
    await host.tap("roll.open")
    await host.tap("roll.confirm")
    await host.sees("roll.change")


async def keeps_the_books(day: Day) -> None:
    """The school's admin finds the roll of the lesson; another school's lesson is not theirs."""
    here = day.schools.village.school
    admin = await day.staff(await hired(day.database, Capacity.SCHOOL_ADMIN, here, "汪主任"))
    await admin.tap("office.attendance")
    await admin.reads("茉莉花")
    await admin.tap("attendance.look")
    await admin.reads("24")
    await is_refused(admin, f"/plan?lesson={day.foreign}", "planned_lesson_unknown")


async def reviews(day: Day, officer: Person) -> None:
    """The research officer watches the recording and comments; attendance is not theirs."""
    walker = await day.staff(officer)
    await walker.tap("office.review")
    await walker.tap("review.watch")
    await walker.tap("replay.comments")
    await walker.page.press("[data-field=comment]")
    await walker.page.ask("write", text="提问很好")
    await walker.tap("replay.comments.say")
    await walker.page.until("document.querySelector('[data-comment]') !== null")
    await is_refused(walker, "/attendance", "not_yours")


async def declared(day: Day) -> list[tuple[int, int]]:
    """Who was there, of each room, as the server's own command tells it: expected and present."""
    data = ("--data", str(day.server.data))
    rolls = json.loads(await tongke("lesson", "attendance", day.lesson, "--json", *data))
    pupils = [one for one in rolls if one["kind"] == "pupils"]
    return [(one["declared"]["expected"], one["declared"]["present"]) for one in pupils]


async def names_kept(day: Day) -> int:
    """How many rows of pupils the database holds."""
    async with day.database.transaction() as session:
        counts = [
            await session.scalar(select(func.count()).select_from(table))
            for table in (PupilRow, KnownPupilRow)
        ]
    return sum(one or 0 for one in counts)


@pytest.mark.parametrize("language", ["zh", "en"])
async def test_everyone_around_a_lesson_finds_their_way(
    tmp_path: Path, chromium: Browsers, language: Language
) -> None:
    async with school_day(tmp_path, chromium, language) as day:
        officer = await day.hire(Capacity.RESEARCH_OFFICER, "徐老师")
        inspector = await day.hire(Capacity.INSPECTOR, "余督学")
        await readies_a_room(day)
        host = await begins(day)
        far = await comes_in(day)
        await speaks(day, host, far)
        await observes(day, host, officer, inspector)
        await joins_from_home(day, host)
        await calls_the_roll(far)
        await ends(host)
        await keeps_the_books(day)
        await reviews(day, officer)
        assert await declared(day) == [(24, 24), (24, 23)]
        assert await names_kept(day) == 0
