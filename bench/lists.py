"""How long lists take where a district keeps 10,000 lessons: `python -m bench.lists --json`.

A whole `tongke serve` and the district of `bench.district`. Every list of a page is asked for over
HTTP by somebody who is signed in. Exit status 3: the machine was busy before it began, the figures
say nothing.
"""

import argparse
import asyncio
import json
import os
import sys
import tempfile
import time
from dataclasses import asdict, dataclass
from datetime import UTC, datetime, timedelta
from pathlib import Path

import psutil
from aiohttp import ClientSession

from bench.district import LESSONS, WEEKS, District, fill
from bench.start import has_a_core
from server.programme.people import Person
from server.store.database import Database, open_database
from tests.support.served import served
from tests.support.staff import badge

TIMES = 20
"""How often each list is asked for."""

_OF_A_TEACHER = {"home": "/api/home", "week": "/api/week", "plan": "/api/plan"}
_OF_A_SCHOOL = {
    "school_week": "/api/week?of=school",
    "school_recordings": "/api/recordings",
    "class_attendance": "/api/attendance/lessons?class={group}&{term}",
    "class_absences": "/api/classes/{group}/absences?{term}",
    "school_sums": "/api/attendance/classes?{term}",
    "school_staff": "/api/staff",
    "school_live": "/api/live",
    "school_line": "/api/lines/{school}/steps?days=90",
    "school_consents": "/api/consents",
    "school_audit": "/api/audit",
}
_OF_A_BUREAU = {
    "district_week": "/api/week?of=school",
    "attendance": "/api/attendance/lessons?{lately}",
    "term_attendance": "/api/attendance/lessons?{term}",
    "sums": "/api/attendance/classes?{term}",
    "schools": "/api/organisations",
    "classrooms": "/api/classrooms",
    "lines": "/api/lines",
    "classes": "/api/classes",
    "staff": "/api/staff",
    "pairings": "/api/pairings",
    "consents": "/api/consents",
    "certificates": "/api/certificates",
    "audit": "/api/audit",
    "audit_old": "/api/audit?until={half_a_year_ago}",
    "audit_by_who": "/api/audit?who=17老师",
    "audit_by_what": "/api/audit?what=see_pupils",
    "audit_of_nobody": "/api/audit?who=没有这个人",
    "audit_by_school": "/api/audit?organisation={school}",
}
_OF_RESEARCH = {
    "recordings": "/api/recordings",
    "recordings_last_page": "/api/recordings?page=240",
    "kept": "/api/kept?lesson=none",
    "recordings_by_class": "/api/recordings?class={group}&school={school}",
    "recordings_by_form": "/api/recordings?form=sync_class&page=240",
    "recordings_commented": "/api/recordings?commented=yes",
    "recordings_by_words": "/api/recordings?words=老师 7",
}


@dataclass(frozen=True, kw_only=True)
class Asking:
    """A list, and who asks for it."""

    name: str
    """In the table."""
    person: Person
    """Who."""
    path: str
    """Where."""


@dataclass(frozen=True, kw_only=True)
class Answered:
    """What one list took."""

    name: str
    """Which."""
    ms_p50: float
    """Milliseconds until the whole answer was there, the median."""
    ms_max: float
    """The slowest."""
    cpu_ms: float
    """CPU milliseconds of the server for each, which a busy machine changes least."""
    kilobytes: float
    """What was answered."""


@dataclass(frozen=True, kw_only=True)
class Figures:
    """One run."""

    lessons: int
    """How many there were."""
    lists: tuple[Answered, ...]
    """Each list."""
    load_before: float
    """The machine's load average, of one minute, before."""
    valid: bool
    """Whether the machine had a core to spare for it."""


def askings(district: District, now: datetime) -> list[Asking]:
    """Every list, as the widest of those asks who may, and what a school sees of the large ones."""
    by = {
        district.teacher: _OF_A_TEACHER,
        district.admin: _OF_A_SCHOOL,
        district.bureau: _OF_A_BUREAU,
        district.research: _OF_RESEARCH,
    }
    days = {
        "term": f"from={(now - timedelta(weeks=WEEKS // 2)).date()}&to={now.date()}",
        "lately": f"from={(now - timedelta(days=7)).date()}&to={now.date()}",
        "half_a_year_ago": str((now - timedelta(days=180)).date()),
        "group": district.class_group,
        "school": district.school,
    }
    return [
        Asking(name=name, person=person, path=path.format(**days))
        for person, asked in by.items()
        for name, path in asked.items()
    ]


async def answered(
    http: ClientSession, base: str, asking: Asking, headers: dict[str, str], server: psutil.Process
) -> Answered:
    """Ask again and again; the first time, which opens files, is not counted."""
    await _once(http, base + asking.path, headers)
    before = _cpu(server)
    found = [await _once(http, base + asking.path, headers) for _ in range(TIMES)]
    took = sorted(milliseconds for milliseconds, _ in found)
    return Answered(
        name=asking.name,
        ms_p50=round(took[len(took) // 2], 1),
        ms_max=round(took[-1], 1),
        cpu_ms=round((_cpu(server) - before) / TIMES * 1000, 1),
        kilobytes=round(found[0][1] / 1000, 1),
    )


async def _once(http: ClientSession, url: str, headers: dict[str, str]) -> tuple[float, int]:
    """Milliseconds and bytes of one answer."""
    began = time.perf_counter()
    async with http.get(url, headers=headers) as answer:
        body = await answer.read()
        assert answer.status == 200, body
    return (time.perf_counter() - began) * 1000, len(body)


def _cpu(process: psutil.Process) -> float:
    times = process.cpu_times()
    return times.user + times.system


async def run(data: Path) -> Figures:
    """Fill a data folder, serve it, ask."""
    load, now = os.getloadavg()[0], datetime.now(UTC)
    async with open_database(data) as database:
        asked = askings(await fill(database, now), now)
        lists = await _asked(data, database, asked)
    return Figures(
        lessons=LESSONS,
        lists=lists,
        load_before=round(load, 2),
        valid=has_a_core(load, os.cpu_count() or 1),
    )


async def _asked(data: Path, database: Database, asked: list[Asking]) -> tuple[Answered, ...]:
    badges = {one.person.id: await badge(database, one.person) for one in asked}
    async with served(data) as server, ClientSession() as http:
        process = psutil.Process(server.process.pid)
        return tuple(
            [
                await answered(http, server.base, one, badges[one.person.id], process)
                for one in asked
            ]
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
        for one in figures.lists:
            print(
                f"{one.name:22} {one.ms_p50:8.1f} {one.ms_max:8.1f} ms"
                f" {one.cpu_ms:8.1f} ms CPU {one.kilobytes:8.1f} kB"
            )
        print(f"load before {figures.load_before}")
    return 0 if figures.valid else 3


if __name__ == "__main__":
    sys.exit(main())
