"""The links of a lesson: one for each classroom and device, one for each role besides."""

from collections.abc import Sequence
from dataclasses import dataclass
from typing import TypedDict

from server.access.tokens import Claims, LinkKey
from server.programme.lesson import Lesson
from signaling.errors import Code, UserError
from signaling.events import Role
from signaling.ids import LessonId, ParticipantId

OF_A_ROOM = (Role.TEACHER, Role.ROOM)
OF_ANYONE = (Role.PUPIL, Role.VIEWER, Role.INSPECTOR)


@dataclass(frozen=True, kw_only=True)
class LinkMaker:
    """Makes links: what they begin with, who signs them, when they end."""

    base: str
    """`http://host:port`, without a slash at the end."""
    key: LinkKey
    """Signs them."""
    expires: int
    """When they end: seconds since 1970 in UTC."""

    def link(
        self, lesson: Lesson, role: Role, place: str | None = None, name: str | None = None
    ) -> str:
        """One link; the page keeps what stands after `#` from the network.

        With a `name` it is somebody's own: they type none, and a pupil comes in without waiting.

        Raises:
            UserError: a teacher or room without a classroom of the lesson, or another with one.
        """
        if (lesson.room(place) is None) is (role in OF_A_ROOM):
            raise UserError(Code.NO_SUCH_PARTICIPANT)
        claims = Claims(
            lesson=LessonId(lesson.id),
            role=role,
            place=None if place is None else ParticipantId(place),
            name=name,
            exp=self.expires,
        )
        return f"{self.base}/lesson#{self.key.sign(claims)}"


class RoomLinks(TypedDict):
    """A classroom with its links, by role."""

    participant: str
    name: str
    host: bool
    links: dict[str, str]


class LessonLinks(TypedDict):
    """A planned lesson with its links, by role."""

    lesson: str
    title: str
    minutes: float
    rooms: list[RoomLinks]
    links: dict[str, str]
    bases: list[str]


def described(lesson: Lesson, maker: LinkMaker, bases: Sequence[str]) -> LessonLinks:
    """Ids and links of a lesson, as `tongke lesson create --json` prints them.

    `bases` are the other beginnings that lead to the same server, for people to exchange.
    """
    rooms: list[RoomLinks] = [
        {
            "participant": room.participant,
            "name": room.name,
            "host": room.host,
            "links": {role.value: maker.link(lesson, role, room.participant) for role in OF_A_ROOM},
        }
        for room in lesson.rooms
    ]
    return {
        "lesson": lesson.id,
        "title": lesson.title,
        "minutes": lesson.planned_seconds / 60,
        "rooms": rooms,
        "links": {role.value: maker.link(lesson, role) for role in OF_ANYONE},
        "bases": list(bases),
    }
