"""The hall of running lessons in this process: real store and journals, no media processes."""

import asyncio
import time
from collections.abc import AsyncIterator, Callable
from contextlib import asynccontextmanager
from dataclasses import dataclass, field
from pathlib import Path
from typing import TypeVar

from recorder.files import Disk
from server.access.guesses import Guesses
from server.access.tokens import Claims, LinkKey
from server.actions.joining import Joining
from server.live.door import Door, Roster
from server.live.hall import Hall
from server.live.lines import Lines
from server.live.opening import LiveSettings, Opener
from server.live.plane import Plane, PlaneSettings
from server.live.workers import Workers, make_workers
from server.programme.lesson import Lesson
from server.programme.pupil import Rostered
from server.store.consents import Consents
from server.store.database import Database, open_database
from server.store.jobs import Jobs
from server.store.join_codes import JoinCodes
from server.store.journal import Journals
from server.store.lessons import Lessons
from server.store.links import Links
from server.store.people import People
from signaling.events import Codec, Event, Role
from signaling.ids import LessonId, ParticipantId
from signaling.messages import (
    VERSION,
    Answer,
    Closed,
    Command,
    Done,
    Hello,
    Refused,
    Resume,
    State,
    ToDevice,
    Told,
    Welcome,
)
from signaling.session import Attachment
from tests.support.stored import NOW, planned

MessageT = TypeVar("MessageT")
EventT = TypeVar("EventT")

FOR_EVER = 4_000_000_000
HOME = "192.0.2.7"
"""Where the pupils of these tests live."""
ROSTER = tuple(Rostered(pupil=f"id of {name}", name=name) for name in ("小明", "小红", "小刚"))
PATIENCE = 10.0


async def roster(lesson: LessonId) -> tuple[Rostered, ...]:
    """Three pupils belong to every lesson."""
    return ROSTER


@dataclass
class Ears:
    """A device's end of a connection: hears everything."""

    heard: list[ToDevice] = field(default_factory=list)
    closed: Closed | None = None
    news: asyncio.Event = field(default_factory=asyncio.Event)

    def tell(self, message: ToDevice) -> None:
        self.heard.append(message)
        self.news.set()

    def close(self, closed: Closed) -> None:
        self.closed = closed
        self.news.set()

    @property
    def events(self) -> list[Event]:
        return [m.event for m in self.heard if isinstance(m, Told)]

    @property
    def welcome(self) -> Welcome:
        return next(m for m in self.heard if isinstance(m, Welcome))

    def resume(self) -> Resume:
        assert self.welcome.secret is not None
        told = [m.n for m in self.heard if isinstance(m, Told)]
        states = [m.state.n for m in self.heard if isinstance(m, State)]
        seen = max([*told, *states], default=-1)
        return Resume(device=self.welcome.device, secret=self.welcome.secret, seen=seen)

    async def until(self, pick: Callable[[], MessageT | None]) -> MessageT:
        async with asyncio.timeout(PATIENCE):
            while (found := pick()) is None:
                self.news.clear()
                await self.news.wait()
        return found

    async def told(self, kind: type[EventT]) -> EventT:
        return await self.until(lambda: next((e for e in self.events if isinstance(e, kind)), None))

    async def message(self, kind: type[MessageT]) -> MessageT:
        return await self.until(lambda: next((m for m in self.heard if isinstance(m, kind)), None))


@dataclass
class Guest:
    """A device that is in a lesson."""

    attachment: Attachment
    ears: Ears
    last: int = 0

    async def ask(self, make: Callable[[int], Command]) -> Done | Refused | Answer:
        self.last += 1
        command = make(self.last)
        self.attachment.answers.begin(self.last)
        await self.attachment.receive(command)
        return await self.ears.until(
            lambda: next(
                (
                    m
                    for m in self.ears.heard
                    if isinstance(m, Done | Refused | Answer) and m.id == command.id
                ),
                None,
            )
        )


@dataclass
class House:
    """A hall with its store."""

    hall: Hall
    key: LinkKey
    database: Database
    data: Path
    workers: Workers
    guesses: Guesses

    @property
    def plane(self) -> Plane:
        """The only pair of media processes."""
        return self.workers.planes[0]

    @property
    def joining(self) -> Joining:
        """The doors for pupils with a code."""
        return Joining(codes=JoinCodes(self.database), key=self.key, guesses=self.guesses)

    async def plan(self, name: str = "id") -> Lesson:
        lesson = planned(name=name)
        await Lessons(self.database).add(lesson, NOW)
        return lesson

    def token(
        self, lesson: Lesson, role: Role, place: str | None = None, person: str | None = None
    ) -> str:
        room = None if place is None else ParticipantId(place)
        claims = Claims(
            lesson=LessonId(lesson.id), role=role, place=room, person=person, exp=FOR_EVER
        )
        return self.key.sign(claims)

    async def join(
        self,
        lesson: Lesson,
        role: Role,
        place: str | None = None,
        *,
        name: str | None = None,
        resume: Resume | None = None,
        decodes: tuple[Codec, ...] = (Codec.OPUS, Codec.H264, Codec.VP8),
    ) -> Guest:
        ears = Ears()
        hello = Hello(
            version=VERSION,
            token=self.token(lesson, role, place),
            name=name,
            encodes=(Codec.OPUS, Codec.H264, Codec.VP8),
            decodes=decodes,
            resume=resume,
        )
        return Guest(await self.hall.attach(hello, ears, HOME), ears)

    async def teacher(self, lesson: Lesson) -> Guest:
        return await self.join(lesson, Role.TEACHER, lesson.host.participant)

    async def other(self, lesson: Lesson) -> Guest:
        return await self.join(lesson, Role.ROOM, lesson.rooms[1].participant)


@asynccontextmanager
async def house(
    data: Path,
    disk: Disk | None = None,
    successor: str | None = None,
    roster: Roster = roster,
    workers: int = 1,
) -> AsyncIterator[House]:
    """A hall that is open during the block."""
    key = LinkKey(b"k" * 32)
    settings = PlaneSettings(
        media_port=0, media_addresses=("127.0.0.1",), public_addresses=(), space="{}"
    )
    pairs = make_workers(settings, workers)
    async with open_database(data) as database, Journals(disk or Disk(), 0) as journals:
        lessons, people = Lessons(database), People(database)
        live = LiveSettings(data=data, overrun_seconds=600)
        lines = Lines(Links(database))
        opener = Opener(live, journals, lessons, people, Consents(database), pairs, lines)
        guesses = Guesses()
        door = Door(roster, guesses, time.monotonic)
        hall = Hall(key, lessons, Jobs(database), opener, lambda: None, door, successor)
        task = asyncio.create_task(hall.run())
        await asyncio.sleep(0)
        try:
            yield House(hall, key, database, data, pairs, guesses)
        finally:
            hall.stop()
            task.cancel()
            await asyncio.gather(task, return_exceptions=True)
            pairs.close()
