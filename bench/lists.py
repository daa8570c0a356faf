"""How long lists of lessons take where a district keeps 10,000: `python -m bench.lists --json`.

A whole `tongke serve`, 40 schools in pairs, their lessons spread over the 20 weeks of a term. Asked
for, signed in, over HTTP: a teacher's home, the week of a teacher, of a school, of the district.
Exit status 3: the machine was busy before it began, the figures say nothing.
"""

import argparse
import asyncio
import json
import os
import sys
import tempfile
import time
from collections.abc import Iterator, Sequence
from dataclasses import asdict, dataclass
from datetime import UTC, datetime, timedelta
from pathlib import Path

from aiohttp import ClientSession

from bench.start import has_a_core
from server.access.ids import uuid7
from server.actions.home import monday
from server.programme.lesson import Lesson
from server.programme.organisation import OrganisationKind
from server.programme.pairing import Form
from server.programme.people import Person
from server.programme.place import Learners, Place
from server.programme.rights import Capacity
from server.programme.schedule import Schedule
from server.programme.subject import Subject
from server.programme.timetable import Hosted, timetabled
from server.store.database import Database, open_database
from server.store.lessons import insert
from tests.support.paired import Campus, campus
from tests.support.served import served
from tests.support.staff import badge, hired, school

LESSONS, WEEKS, SCHOOLS = 10_000, 20, 40
TIMES = 20
"""How often each list is asked for."""
BATCH = 500
LESSON = timedelta(minutes=40)


@dataclass(frozen=True, kw_only=True)
class Figures:
    """One run; milliseconds until the whole answer was there."""

    lessons: int
    """How many there were."""
    home_ms_max: float
    """A teacher's home."""
    week_ms_max: float
    """The week of a teacher."""
    school_week_ms_max: float
    """The week of a school."""
    district_week_ms_max: float
    """The week of a district: 500 lessons."""
    district_week_ms_p50: float
    """The same, the median."""
    load_before: float
    """The machine's load average, of one minute, before."""
    valid: bool
    """Whether the machine had a core to spare for it."""


@dataclass(frozen=True, kw_only=True)
class District:
    """Whoever asks."""

    teacher: Person
    """Of one of the schools."""
    admin: Person
    """Of the same."""
    officer: Person
    """Of the office above all of them."""


def lessons(schools: Sequence[Campus], first: datetime) -> Iterator[Lesson]:
    """Lessons of paired schools, as many in each week and on each of its five days."""
    pairs = list(zip(schools[::2], schools[1::2], strict=True))
    for number in range(LESSONS):
        week, rest = number % WEEKS, number // WEEKS
        town, village = pairs[rest % len(pairs)]
        turn = rest // len(pairs)
        day = timedelta(weeks=week, days=turn % 5, hours=8 + turn // 5)
        schedule = Schedule(
            form=Form.SYNC_CLASS,
            subject=Subject.MUSIC,
            starts=first + day,
            ends=first + day + LESSON,
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
        await campus(database, f"第{number}小学", "330824", f"{number}老师", 1)
        for number in range(SCHOOLS)
    ]
    made = list(lessons(schools, monday(now) - timedelta(weeks=WEEKS // 2)))
    for begin in range(0, len(made), BATCH):
        async with database.transaction() as session:
            for lesson in made[begin : begin + BATCH]:
                await insert(session, lesson, now)
    office = await school(database, "教育局", "330824", OrganisationKind.BUREAU)
    return District(
        teacher=schools[0].teacher,
        admin=await hired(database, Capacity.SCHOOL_ADMIN, schools[0].school),
        officer=await hired(database, Capacity.BUREAU, office),
    )


async def asked(http: ClientSession, url: str, headers: dict[str, str]) -> list[float]:
    """Milliseconds of each answer, sorted; the first, which opens files, is not counted."""
    found = []
    for _ in range(TIMES + 1):
        began = time.perf_counter()
        async with http.get(url, headers=headers) as answer:
            assert answer.status == 200, await answer.text()
            await answer.read()
        found.append((time.perf_counter() - began) * 1000)
    return sorted(found[1:])


async def run(data: Path) -> Figures:
    """Fill a data folder, serve it, ask."""
    load, now = os.getloadavg()[0], datetime.now(UTC)
    async with open_database(data) as database:
        district = await fill(database, now)
        async with served(data) as server, ClientSession() as http:
            teacher = await badge(database, district.teacher)
            admin = await badge(database, district.admin)
            officer = await badge(database, district.officer)
            week = f"{server.base}/api/week"
            home = await asked(http, f"{server.base}/api/home", teacher)
            own = await asked(http, week, teacher)
            here = await asked(http, f"{week}?of=school", admin)
            everywhere = await asked(http, f"{week}?of=school", officer)
    return Figures(
        lessons=LESSONS,
        home_ms_max=round(home[-1], 1),
        week_ms_max=round(own[-1], 1),
        school_week_ms_max=round(here[-1], 1),
        district_week_ms_max=round(everywhere[-1], 1),
        district_week_ms_p50=round(everywhere[len(everywhere) // 2], 1),
        load_before=round(load, 2),
        valid=has_a_core(load, os.cpu_count() or 1),
    )


def measure() -> Figures:
    """One run in a folder of its own, which is removed."""
    with tempfile.TemporaryDirectory(prefix="tongke-bench-") as folder:
        return asyncio.run(run(Path(folder)))


def main() -> int:
    """Read the arguments, run, print."""
    parser = argparse.ArgumentParser(prog="bench.lists", description=__doc__)
    parser.add_argument("--json", action="store_true")
    given = parser.parse_args()
    figures = measure()
    if given.json:
        print(json.dumps(asdict(figures)))
    else:
        print("\n".join(f"{name:22} {value}" for name, value in asdict(figures).items()))
    return 0 if figures.valid else 3


if __name__ == "__main__":
    sys.exit(main())
