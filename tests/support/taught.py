"""A live lesson of two real classrooms, a teacher's page that only commands, and a witness."""

import asyncio
import json
import time
from collections import defaultdict
from collections.abc import AsyncIterator
from contextlib import asynccontextmanager
from dataclasses import dataclass
from pathlib import Path

from recorder.manifest import MANIFEST, Manifest, Track
from server.actions.links import LessonLinks
from server.store.folder import lesson_folder, read_journal
from signaling.events import Mode
from signaling.ids import SourceId
from signaling.journal import Journal
from signaling.messages import Admit, Done, EndLesson, SetMode, StartLesson
from tests.support.caller import Caller, called
from tests.support.classrooms import Classroom, classroom
from tests.support.played import Played, play
from tests.support.served import Served, token, tongke
from tests.support.witness import Witness, witness

SOURCES = 4
"""Two cameras and two microphones."""
PLAYS_S = 0.15
"""A part may play so much longer or shorter than its manifest says."""


@dataclass
class Taught:
    """The lesson."""

    server: Served
    lesson: LessonLinks
    teacher: Caller
    rooms: tuple[Classroom, Classroom]
    witness: Witness
    zero: float
    """Monotonic second of lesson time 0."""

    @property
    def folder(self) -> Path:
        """Where it is recorded."""
        return lesson_folder(self.server.data, self.lesson["lesson"])

    @property
    def teacher_token(self) -> str:
        """Of the page that commands."""
        return token(self.lesson["rooms"][0]["links"]["teacher"])

    @property
    def now(self) -> float:
        """Lesson time."""
        return time.monotonic() - self.zero

    @asynccontextmanager
    async def pupil(self, name: str) -> AsyncIterator[Caller]:
        """A pupil at home during the block, let in by the teacher."""
        link = token(self.lesson["links"]["pupil"])
        async with called(self.server.base, link, name=name) as pupil:
            who = pupil.welcome.participant
            assert isinstance(await self.teacher.ask(lambda n: Admit(id=n, participant=who)), Done)
            yield pupil

    async def back(self, since: float, within: float) -> dict[SourceId, float]:
        """Seconds from `since` to each source's return, as seen a second after `within`."""
        await asyncio.sleep(max(0.0, since + within + 1 - time.monotonic()))
        return self.witness.away(list(self.witness.arrivals), since)

    async def end(self) -> Manifest:
        """End it; what is on disk."""
        assert isinstance(await self.teacher.ask(lambda n: EndLesson(id=n)), Done)
        for room in self.rooms:
            await room.event("stats")
        text = await asyncio.to_thread((self.folder / "manifest.json").read_bytes)
        return MANIFEST.validate_json(text)

    async def journal(self) -> Journal:
        """What happened."""
        return await asyncio.to_thread(read_journal, self.folder)

    async def presence(self) -> dict[str, list[str | None]]:
        """By participant, why each stretch of presence ended, as an operator is told."""
        words = ("lesson", "presence", self.lesson["lesson"], "--json")
        told = json.loads(await tongke(*words, "--data", str(self.server.data)))
        found: dict[str, list[str | None]] = defaultdict(list)
        for one in told["intervals"]:
            found[one["participant"]].append(one["reason"])
        return found

    async def played(self, track: Track) -> list[Played]:
        """Decode a whole track; every part must play as long as it says."""
        found = [await asyncio.to_thread(play, self.folder, part) for part in track.parts]
        for part, shown in zip(track.parts, found, strict=True):
            lasts = shown.samples / 48_000 if shown.samples else shown.times[-1]
            assert abs(lasts - (part.end - part.start)) < PLAYS_S, (track.source, part)
        return found


@asynccontextmanager
async def taught(
    server: Served, clip: Path, *options: str, base: str | None = None
) -> AsyncIterator[Taught]:
    """A lesson in discussion: both classes are seen, heard and recorded.

    `options` are for both classrooms; `base` replaces the beginning of everyone's link but the
    teacher's.
    """
    lesson = await server.lesson()
    links = [room["links"]["room"] for room in lesson["rooms"]] + [lesson["links"]["viewer"]]
    if base is not None:
        links = [f"{base}/lesson#{token(link)}" for link in links]
    async with (
        classroom(links[0], clip, *options) as host,
        classroom(links[1], clip, *options) as other,
        called(
            server.base, token(lesson["rooms"][0]["links"]["teacher"]), loudspeaker=False
        ) as teacher,
    ):
        zero = time.monotonic() - teacher.welcome.now
        for room in (host, other):
            await room.event("joined")
        await teacher.ask(lambda n: StartLesson(id=n))
        await teacher.ask(lambda n: SetMode(id=n, mode=Mode.DISCUSSION))
        async with witness(links[2]) as watching:
            await watching.sees(SOURCES)
            yield Taught(server, lesson, teacher, (host, other), watching, zero)
