"""Whoever may knock at the website: of every capacity and region, by link, or with nothing."""

from collections.abc import Iterator, Mapping
from dataclasses import dataclass, field
from datetime import UTC, datetime

from server.access.check_links import CheckKey, doctor_key, workers_key
from server.access.logins import begin, cookie_name, csrf_token, fresh_token
from server.access.tokens import Claims, Reviewer
from server.actions.logins import to_keep
from server.programme.lesson import Lesson
from server.programme.organisation import Organisation
from server.programme.people import Appointment, Person
from server.programme.rights import Acting, Capacity, Rights, rights
from server.store.access_tables import CredentialRow
from server.store.database import Database
from server.store.logins import Logins
from server.web.doorkeeper import CSRF
from signaling.events import Role
from signaling.ids import LessonId
from tests.support.halls import FOR_EVER, House
from tests.support.staff import badge, hired
from tests.support.websites import KEY, bearer

PLACES: Mapping[str, int | None] = {"the host room": 0, "the far room": 1, "no room": None}
RUN = "00ff10ab77"
LATER = datetime(2100, 1, 1, tzinfo=UTC)


@dataclass(frozen=True, kw_only=True)
class Walker:
    """Somebody, and what they show."""

    name: str
    """For whoever reads that a test failed."""
    kind: str
    """What they show: `login`, `half`, `stray`, `link`, `review`, `screen`, `check`, `doctor`,
    `shell` or `nothing`."""
    headers: Mapping[str, str] = field(default_factory=dict)
    """What they send, but for a link's holder, who has one for each lesson."""
    acting: Acting | None = None
    """Whoever is signed in, or reviews."""
    rights: Rights | None = None
    """What a link gives."""
    tokens: Mapping[str, str] = field(default_factory=dict)
    """Of links and reviews, by lesson."""

    def sends(self, lesson: str) -> dict[str, str]:
        """The headers, with the link of a lesson."""
        token = self.tokens.get(lesson)
        return dict(self.headers) if token is None else bearer(token)


NOBODY = Walker(name="nobody", kind="nothing")


async def staff(database: Database, places: Mapping[str, Organisation]) -> list[Walker]:
    """Every capacity at every place, each signed in with everything."""
    return [
        await signed_in(database, await hired(database, capacity, at), capacity, at, where)
        for where, at in places.items()
        for capacity in Capacity
    ]


async def signed_in(
    database: Database, person: Person, capacity: Capacity, at: Organisation, where: str
) -> Walker:
    """Somebody who is signed in in their only capacity."""
    return Walker(
        name=f"{capacity} {where}",
        kind="login",
        headers=await badge(database, person),
        acting=Appointment(person=person.id, capacity=capacity, organisation=at).acting,
    )


async def halfway(database: Database, at: Organisation, step: str) -> Walker:
    """Somebody who has shown a password and is at this step: `first password` or `enrolling`."""
    person, token = await hired(database, Capacity.BUREAU, at), fresh_token()
    async with database.transaction() as session:
        credential = await session.get_one(CredentialRow, person.id)
        credential.first_until = None if step == "enrolling" else LATER
    login = begin(person.id, token, datetime.now(UTC).timestamp(), whole=False)
    await Logins(database).begin(to_keep(login), None)
    cookie = f"{cookie_name(https=False)}={token}"
    headers = {"Cookie": cookie, CSRF: csrf_token(token)}
    return Walker(name=step, kind="half", headers=headers)


def links(house: House, lessons: Mapping[str, Lesson]) -> Iterator[Walker]:
    """The holder of each link that can be signed: every role, with every place."""
    for role in Role:
        for where, room in PLACES.items():
            yield Walker(
                name=f"{role} of {where}",
                kind="link",
                rights=rights(role, in_room=room is not None, in_host_room=room == 0),
                tokens={
                    name: house.token(
                        lesson, role, None if room is None else lesson.rooms[room].participant
                    )
                    for name, lesson in lessons.items()
                },
            )


def named_link(house: House, person: Person, lessons: Mapping[str, Lesson]) -> Walker:
    """The holder of the link of a host room's teacher that was given to them by name."""
    return Walker(
        name="the teacher by link",
        kind="link",
        rights=rights(Role.TEACHER, in_room=True, in_host_room=True),
        tokens={
            name: house.token(lesson, Role.TEACHER, lesson.host.participant, person.id)
            for name, lesson in lessons.items()
        },
    )


def reviewer(house: House, of: Walker, lessons: Mapping[str, Lesson]) -> Walker:
    """Somebody with a token to review lessons."""
    acting = of.acting
    assert acting is not None
    told = Reviewer(person=acting.id, capacity=acting.capacity, organisation=acting.organisation)
    return Walker(
        name=f"reviewing {of.name}",
        kind="review",
        acting=acting,
        tokens={
            name: house.key.sign(
                Claims(lesson=LessonId(lesson.id), role=Role.VIEWER, reviewer=told, exp=FOR_EVER)
            )
            for name, lesson in lessons.items()
        },
    )


def tickets(house: House) -> list[Walker]:
    """Who measures a path; on the server itself, the doctor and whoever looks after workers."""
    return [
        Walker(name="a check", kind="check", headers=bearer(CheckKey(KEY).sign(RUN, FOR_EVER))),
        Walker(
            name="a doctor",
            kind="doctor",
            headers=bearer(doctor_key(house.key).sign(RUN, FOR_EVER)),
        ),
        Walker(
            name="a command",
            kind="shell",
            headers=bearer(workers_key(house.key).sign(RUN, FOR_EVER)),
        ),
    ]


def stray(of: Walker) -> Walker:
    """A login whose request another site has sent."""
    headers = {"Cookie": of.headers["Cookie"]}
    return Walker(name=f"another site as {of.name}", kind="stray", headers=headers)
