"""An office at work beside a lesson: rosters are let in while people sign in."""

import asyncio
import time
from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from datetime import UTC, datetime, timedelta
from io import BytesIO

from aiohttp import ClientSession
from openpyxl import Workbook

from server.access.hashing import hashing
from server.access.ids import uuid7
from server.actions.acting import OPERATOR, entry
from server.programme.organisation import Organisation
from server.programme.people import Appointment, Person
from server.programme.rights import Action, Capacity
from server.store.accounts import Accounts, FirstPassword
from server.store.database import Database
from tests.support.staff import badge, hired, school

ROWS = 5_000
"""Of each roster."""
PEOPLE = 10
"""Who sign in at once."""
SCHOOLS = 12
"""Rosters at hand; more than are let in while it is measured."""
PASSWORD = "八角楼上的灯光-1928"


@dataclass(frozen=True, kw_only=True)
class Office:
    """Who asks, and with what."""

    schools: Sequence[tuple[Organisation, dict[str, str]]]
    """Schools without a class, and the headers of their administrators."""
    people: Sequence[Person]
    """Who sign in."""
    roster: bytes
    """A roster as a file."""


class Work:
    """What an office does meanwhile."""

    def __init__(self, base: str, office: Office) -> None:
        self._base = base
        self._office = office
        self._left = iter(office.schools)
        self.imports: list[float] = []
        """Seconds of each roster."""
        self.sign_ins: list[float] = []
        """Seconds of each sign-in."""
        self.ran_out = False
        """Whether there was nothing left to do."""

    async def until(self, measuring: "asyncio.Task[object]") -> None:
        """Go on until the measurement ends; what was begun is finished."""
        async with ClientSession() as http:
            for place, headers in self._left:
                if measuring.done():
                    return
                async with asyncio.TaskGroup() as tasks:
                    tasks.create_task(self._import(http, place, headers))
                    for person in self._office.people:
                        tasks.create_task(self._sign_in(http, person))
        self.ran_out = not measuring.done()

    async def _import(
        self, http: ClientSession, place: Organisation, headers: dict[str, str]
    ) -> None:
        began = time.monotonic()
        for end in ("/check", ""):
            url = f"{self._base}/api/organisations/{place.id}/roster{end}?makes_classes=yes"
            async with http.post(url, data=self._office.roster, headers=headers) as answer:
                told = await answer.json()
                assert answer.status == 200, told
                assert told["new"] == ROWS, told
        self.imports.append(time.monotonic() - began)

    async def _sign_in(self, http: ClientSession, person: Person) -> None:
        began = time.monotonic()
        typed = {"login": person.login, "password": PASSWORD}
        async with http.post(f"{self._base}/api/sign-in", json=typed) as answer:
            assert answer.status == 200, await answer.text()
        self.sign_ins.append(time.monotonic() - began)


def roster(rows: int) -> bytes:
    """An xlsx of so many pupils with numbers, of six grades."""
    book = Workbook(write_only=True)
    sheet = book.create_sheet("名册")
    sheet.append(["姓名", "学号", "班级"])
    for row in _rows(rows):
        sheet.append(row)
    out = BytesIO()
    book.save(out)
    return out.getvalue()


def _rows(rows: int) -> Iterator[list[str]]:
    for number in range(rows):
        group = number // 50
        name = "王李张刘陈"[number % 5] + chr(0x4E10 + number // 60) + chr(0x5B80 + number % 60)
        yield [name, f"2026{number:06}", f"{1 + group % 6}0{1 + group // 6 % 9}"]


async def fill(database: Database) -> Office:
    """Make schools and people."""
    schools = [await school(database, f"第{number}小学") for number in range(SCHOOLS)]
    admins = [await hired(database, Capacity.SCHOOL_ADMIN, one) for one in schools]
    badges = [await badge(database, one) for one in admins]
    with hashing() as hashes:
        proof = FirstPassword(
            password=await hashes.hash(PASSWORD), until=datetime.now(UTC) + timedelta(days=1)
        )
    people = [await _teacher(database, schools[0], proof) for _ in range(PEOPLE)]
    file = await asyncio.to_thread(roster, ROWS)
    return Office(schools=list(zip(schools, badges, strict=True)), people=people, roster=file)


async def _teacher(database: Database, at: Organisation, proof: FirstPassword) -> Person:
    person = Person(id=uuid7(), name="李老师", login=f"p{uuid7()[-12:]}")
    held = Appointment(person=person.id, capacity=Capacity.TEACHER, organisation=at)
    line = entry(OPERATOR, Action.CHANGE_STAFF, datetime.now(UTC))
    await Accounts(database).add(person, held, proof, line)
    return person
