"""Opening a lesson: its lobby for the first time, or again from its journal."""

import os
import time
from collections.abc import AsyncIterator, Callable, Iterable, Mapping, Sequence
from contextlib import asynccontextmanager
from dataclasses import dataclass
from datetime import UTC, datetime
from pathlib import Path

from server.live.chronicle import Chronicle
from server.live.lines import Lines
from server.live.names import Names
from server.live.owner import Owner
from server.live.stage import Running
from server.live.workers import Workers
from server.programme.consent import Standing
from server.programme.lesson import Lesson
from server.store.consents import Consents
from server.store.folder import JOURNAL, lesson_folder
from server.store.journal import JournalFile, Journals
from server.store.lessons import Lessons, StoredLesson
from server.store.people import People
from signaling.clock import away_since
from signaling.events import EndReason, Event, LessonEnded, LessonOpened, Phase, RoomPlan
from signaling.ids import LessonId, ParticipantId
from signaling.journal import NONCE_BYTES, Journal, Writer, read
from signaling.lesson import LiveLesson, Plan
from signaling.messages import IceServer


@dataclass(frozen=True, kw_only=True)
class LiveSettings:
    """What running lessons need to know."""

    data: Path
    """The data folder."""
    overrun_seconds: float
    """How long after its planned end a started lesson is ended by itself."""
    relays: Callable[[], tuple[IceServer, ...]] = tuple
    """What a device may reach the media by if no direct way is open: new credentials each time."""


class CalledOffError(Exception):
    """A lesson was called off between the look at it and its opening."""


class Opener:
    """Makes owners of lessons."""

    def __init__(
        self,
        settings: LiveSettings,
        journals: Journals,
        lessons: Lessons,
        people: People,
        consents: Consents,
        workers: Workers,
        lines: Lines,
    ) -> None:
        self._settings = settings
        self._journals = journals
        self._lessons = lessons
        self._people = people
        self._consents = consents
        self._newest = ""
        self._workers = workers
        self._lines = lines

    @asynccontextmanager
    async def opened(self, stored: StoredLesson) -> AsyncIterator[tuple[Owner, Sequence[Event]]]:
        """A lesson's owner and what happens first; its journal is closed behind it.

        Raises:
            CalledOffError: it was called off before anybody opened it.
            OSError: its folder or journal can't be opened.
            UnreadableJournalError: it was written by a newer server.
        """
        folder = lesson_folder(self._settings.data, stored.lesson.id)
        file, text = await self._journals.open(folder / JOURNAL)
        try:
            journal = read(text)
            if journal.torn_bytes:
                await file.cut(len(text) - journal.torn_bytes)
            lesson = LiveLesson(_plan(stored.lesson, self._settings.overrun_seconds))
            chronicle = Chronicle(lesson, file, Writer(journal.head))
            chronicle.remember(journal.lines)
            names = Names(stored.lesson, self._people)
            for participant, name in (await names.load()).items():
                lesson.named(participant, name)
            zero, first = await self._begin(stored, lesson, journal)
            running = Running(
                lesson=lesson,
                chronicle=chronicle,
                names=names,
                plane=self._workers.place(lesson.plan.lesson),
                elsewhere=self._workers.replace,
                folder=folder,
                zero=zero,
                clock=time.monotonic,
                standings=await self._standings(stored),
                relays=self._settings.relays,
                budgets=await self._lines.opened(lesson.plan.lesson),
                note=self._lines.noted(stored.lesson),
            )
            yield Owner(running), first
        finally:
            self._lines.ended(LessonId(stored.lesson.id))
            await file.close()

    def ended(self, lesson: LessonId) -> None:
        """A lesson is over: it has no worker any more."""
        self._workers.forget(lesson)

    async def renew_consents(self, owners: Iterable[Owner]) -> None:
        """Tell running lessons how far their classes have agreed by now."""
        newest = await self._consents.newest()
        if newest == self._newest:
            return
        for owner in owners:
            owner.agree(by_participant(await self._consents.standings(owner.lesson.plan.lesson)))
        self._newest = newest

    async def _standings(self, stored: StoredLesson) -> dict[ParticipantId, Standing]:
        return by_participant(await self._consents.standings(stored.lesson.id))

    async def seal_broken(self, stored: StoredLesson) -> None:
        """Close a lesson that nobody can run: its end is all that is added to its journal."""
        folder = lesson_folder(self._settings.data, stored.lesson.id)
        file, text = await self._journals.open(folder / JOURNAL)
        try:
            await _append_end(file, read(text), len(text))
        finally:
            await file.close()

    async def _begin(
        self, stored: StoredLesson, lesson: LiveLesson, journal: Journal
    ) -> tuple[float, list[Event]]:
        """Monotonic clock at lesson time zero, and the events that begin the owner's work."""
        now = datetime.now(UTC)
        if not journal.lines:
            if not await self._lessons.mark_opened(stored.lesson.id, now):
                raise CalledOffError(stored.lesson.id)
            return time.monotonic(), lesson.open(now.isoformat())
        away = away_since(_utc_of(journal), now, journal.head.t)
        lesson_now = journal.head.t + away
        zero = time.monotonic() - lesson_now
        if lesson.state.phase is Phase.ENDED:
            return zero, []
        return zero, lesson.resumed(away, journal.torn_bytes, lesson_now)


def by_participant(standings: Mapping[str, Standing]) -> dict[ParticipantId, Standing]:
    """The rooms as the live lesson names them."""
    return {ParticipantId(room): standing for room, standing in standings.items()}


async def _append_end(file: JournalFile, journal: Journal, size: int) -> None:
    if journal.sealed:
        return
    if journal.torn_bytes:
        await file.cut(size - journal.torn_bytes)
    ended = LessonEnded(reason=EndReason.BROKEN, by=None)
    _, data = Writer(journal.head).write(journal.head.t, ended, os.urandom(NONCE_BYTES))
    await file.append(data)


def _utc_of(journal: Journal) -> str:
    first = journal.lines[0].event
    if not isinstance(first, LessonOpened):
        raise ValueError("a journal does not begin with the lobby")
    return first.utc


def _plan(lesson: Lesson, overrun_seconds: float) -> Plan:
    return Plan(
        lesson=LessonId(lesson.id),
        title=lesson.title,
        planned_seconds=lesson.planned_seconds,
        rooms=tuple(
            RoomPlan(participant=ParticipantId(room.participant), host=room.host)
            for room in lesson.rooms
        ),
        overrun_seconds=overrun_seconds,
    )
