"""A village school on a website: its admin, a teacher with a PIN, a classroom and its screen."""

from dataclasses import dataclass
from datetime import UTC, datetime
from typing import Any, cast

from server.programme.classroom import Classroom
from server.programme.lesson import Lesson
from server.programme.people import Person
from server.programme.rights import Capacity
from server.store.lessons import Lessons
from tests.support.screens import ScreenKey, classroom
from tests.support.staff import badge, hired, school
from tests.support.stored import planned
from tests.support.websites import Website

PIN = "2846"


@dataclass(frozen=True)
class Village:
    """Who and what is there."""

    site: Website
    room: Classroom
    teacher: Person
    admin: dict[str, str]
    phone: dict[str, str]

    @property
    def screens(self) -> str:
        """Where the classroom's screens are."""
        return f"/api/classrooms/{self.room.id}/screens"

    async def bound(self, key: ScreenKey | None = None) -> dict[str, str]:
        """The headers of a screen that was just bound, by its key too if it has one."""
        code = (await self.ask("POST", f"{self.screens}/code", self.admin))[1]["code"]
        body = {"code": code, "key": None if key is None else key.public.decode()}
        answer = await self.site.client.post("/api/room/bind", json=body)
        assert answer.status == 200
        cookie = answer.cookies["tongke-room"]
        self.site.client.session.cookie_jar.clear()
        return {"Cookie": f"tongke-room={cookie.value}"}

    async def ask(
        self, method: str, path: str, who: dict[str, str] | None = None, body: object = None
    ) -> tuple[int, dict[str, Any]]:
        """Status and answer of a request."""
        answer = await self.site.client.request(method, path, headers=who, json=body)
        self.site.client.session.cookie_jar.clear()
        return answer.status, cast("dict[str, Any]", await answer.json())


async def today(site: Website) -> Lesson:
    """A lesson that was just planned; its rooms are 甲, from which it is taught, and 乙."""
    lesson = planned()
    await Lessons(site.house.database).add(lesson, datetime.now(UTC))
    return lesson


async def village(site: Website, name: str = "乙") -> Village:
    """A school whose classroom is the second room of a planned lesson."""
    database = site.house.database
    here = await school(database)
    teacher = await hired(database, Capacity.TEACHER, here, "汪老师")
    admin = await hired(database, Capacity.SCHOOL_ADMIN, here, "管理员")
    made = Village(
        site=site,
        room=await classroom(database, here, name),
        teacher=teacher,
        admin=await badge(database, admin),
        phone=await badge(database, teacher),
    )
    assert (await made.ask("PUT", "/api/me/pin", made.phone, {"pin": PIN}))[0] == 200
    return made
