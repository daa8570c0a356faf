"""All running lessons: opens their lobbies, lets devices in, takes them up again after a failure.

One failing lesson never touches another: its task ends with a traceback, a new owner starts from
the journal, and after the third failure in a minute that lesson is closed.
"""

import asyncio
import logging
import time
from collections import deque
from collections.abc import Callable, Coroutine
from contextlib import suppress
from dataclasses import dataclass, field
from datetime import UTC, datetime, timedelta

from server.access.ids import uuid7
from server.access.tokens import Claims, LinkKey
from server.live.door import Door
from server.live.items import Join
from server.live.opening import CalledOffError, Opener
from server.live.owner import Owner
from server.programme.pupil import Rostered
from server.programme.rights import REVIEWS, Rights, rights
from server.store.database import StoreUnavailableError
from server.store.jobs import Job, Jobs
from server.store.lessons import Lessons, StoredLesson
from signaling.errors import Code, UserError
from signaling.events import EndReason, Phase, Role
from signaling.ids import LessonId
from signaling.messages import Hello, Moved
from signaling.session import Attachment, Grants, Outlet

log = logging.getLogger(__name__)

FAILURES = 3
FAILURE_SECONDS = 60.0
ERRAND_SECONDS = 1.0
"""How often the store is asked whether an operator wants a lesson ended."""

HAND_OVER_TOLD = timedelta(minutes=5)
"""How long before the next lesson takes the room a running one is told: time to say goodbye."""


@dataclass(frozen=True, kw_only=True)
class Visit:
    """What a link opens just now."""

    claims: Claims
    """What the link says."""
    stored: StoredLesson
    """The lesson as it is stored."""
    rights: Rights
    """What the holder may do."""
    phase: Phase
    """Where the lesson stands; a lobby nobody has opened yet is a lobby."""
    recording: bool
    """Whether it is being recorded."""


@dataclass
class _Running:
    """One lesson that has an owner, or will have again in a moment."""

    task: asyncio.Task[None] | None = None
    owner: asyncio.Future[Owner] = field(
        default_factory=lambda: asyncio.get_running_loop().create_future()
    )
    failures: deque[float] = field(default_factory=lambda: deque(maxlen=FAILURES))

    def renew(self) -> None:
        """The owner has failed; whoever comes now waits for the next one."""
        self.owner = asyncio.get_running_loop().create_future()

    def give_up(self, why: Code = Code.LESSON_BROKEN) -> None:
        """There will be no owner any more."""
        if not self.owner.done():
            self.owner.set_exception(UserError(why))
            # Nobody may have waited; that is no reason to warn.
            self.owner.exception()

    @property
    def present(self) -> Owner | None:
        """The owner, if there is one at this moment."""
        return self.owner.result() if self.owner.done() else None


class Hall:
    """The running lessons of this server."""

    def __init__(
        self,
        key: LinkKey,
        lessons: Lessons,
        jobs: Jobs,
        opener: Opener,
        wake_jobs: Callable[[], None],
        door: Door,
        successor: str | None = None,
    ) -> None:
        self._key = key
        self._door = door
        self._lessons = lessons
        self._jobs = jobs
        self._opener = opener
        self._wake_jobs = wake_jobs
        self._successor = successor
        self._running: dict[LessonId, _Running] = {}
        self._tasks: asyncio.TaskGroup | None = None
        self._stopping = False

    async def run(self) -> None:
        """Take up what was running, then do the store's errands until cancelled."""
        async with asyncio.TaskGroup() as tasks:
            self._tasks = tasks
            for stored in await self._lessons.unfinished():
                self._start(stored)
            while True:
                await _to_its_end(self._errands())
                await asyncio.sleep(ERRAND_SECONDS)

    async def _errands(self) -> None:
        try:
            await self._end_what_was_asked()
            await self._opener.renew_consents(self._owners())
            await self._hand_over()
        except StoreUnavailableError as error:
            log.warning("the store is not to be had: %s", error)

    def stop(self) -> None:
        """Tell every device that the server goes, and where to or that it will be back.

        Lessons stay open.
        """
        self._stopping = True
        for running in self._running.values():
            if running.present is not None:
                running.present.stop(self._successor)

    @property
    def running(self) -> int:
        """How many lessons have their lobby open, or are being taught."""
        return len(self._running)

    async def attach(
        self, hello: Hello, outlet: Outlet, address: str, *, by_media: bool = False
    ) -> Attachment:
        """A device says hello from an address; see `signaling.session.Attach`.

        With `by_media` its media alone show that it is here.
        """
        if self._stopping:
            if self._successor is not None:
                outlet.tell(Moved(url=self._successor))
            raise UserError(Code.SERVER_STOPPING)
        visit = await self.visit(hello.token)
        if not visit.rights.joins:
            raise UserError(Code.LINK_INVALID)
        if visit.phase is Phase.ENDED:
            raise UserError(Code.LESSON_OVER)
        owner = await self._owner(visit.stored)
        done: asyncio.Future[Attachment] = asyncio.get_running_loop().create_future()
        pupil = await self._pupil(visit, hello, address)
        who = _grants(visit, waits=pupil is None and _is_unknown(visit, hello))
        return await owner.join(
            Join(
                who=who,
                hello=hello,
                outlet=outlet,
                done=done,
                pupil=pupil,
                observer=_observer(visit.claims),
                by_media=by_media,
            )
        )

    async def visit(self, token: str) -> Visit:
        """What a link opens.

        Raises:
            UserError: the link is not ours or has expired, or its lesson is gone.
        """
        claims = self._key.read(token, datetime.now(UTC).timestamp())
        # Before the store is asked: what ends meanwhile is then known by one of both.
        running = self._running.get(claims.lesson)
        stored = await self._lessons.find(claims.lesson)
        if stored is None:
            raise UserError(Code.LESSON_UNKNOWN)
        room = stored.lesson.room(claims.place)
        granted = (
            rights(
                claims.role, in_room=room is not None, in_host_room=room is not None and room.host
            )
            if claims.reviewer is None
            else REVIEWS
        )
        phase, recording = _standing(stored, running)
        return Visit(claims=claims, stored=stored, rights=granted, phase=phase, recording=recording)

    async def _pupil(self, visit: Visit, hello: Hello, address: str) -> Rostered | None:
        """Who on a roster of the lesson a newcomer is, by the name it typed."""
        if not _is_unknown(visit, hello) or hello.name is None:
            return None
        return await self._door.pupil(visit.claims.lesson, hello.name, address)

    def here(self, lesson: str) -> frozenset[str]:
        """The participants that have a device in a lesson just now."""
        running = self._running.get(LessonId(lesson))
        if running is None or running.present is None:
            return frozenset()
        live = running.present.lesson
        found = (live.participant_of(device) for device in live.present())
        return frozenset(one for one in found if one is not None)

    async def _owner(self, stored: StoredLesson) -> Owner:
        self._start(stored)
        return await asyncio.shield(self._running[LessonId(stored.lesson.id)].owner)

    def _start(self, stored: StoredLesson) -> None:
        """Have a lesson run; one that runs already has its owner, and two would undo each other."""
        if self._tasks is None:
            raise RuntimeError("the hall is not open")
        lesson = LessonId(stored.lesson.id)
        if lesson in self._running:
            return
        running = self._running[lesson] = _Running()
        running.task = self._tasks.create_task(self._keep(stored, running), name=f"lesson {lesson}")

    async def _keep(self, stored: StoredLesson, running: _Running) -> None:
        lesson = LessonId(stored.lesson.id)
        try:
            while not await self._run_once(stored, running):
                running.failures.append(time.monotonic())
                if _broken(running.failures):
                    log.critical("lesson=%s failed %s times; it is closed", lesson, FAILURES)
                    await self._opener.seal_broken(stored)
                    break
            await self._ended(lesson)
        except CalledOffError:
            running.give_up(Code.LESSON_OVER)
        finally:
            del self._running[lesson]
            self._opener.ended(lesson)
            running.give_up()

    async def _run_once(self, stored: StoredLesson, running: _Running) -> bool:
        """Run the lesson; whether it has ended rather than failed."""
        try:
            async with self._opener.opened(stored) as (owner, first):
                await self._have_composed(stored)
                running.owner.set_result(owner)
                try:
                    await owner.run(first)
                except Exception:
                    # At once: nobody may be led to an owner that is gone.
                    running.renew()
                    raise
        except CalledOffError:
            raise
        except Exception:  # the boundary of a lesson's task
            log.exception("lesson=%s its task has failed", stored.lesson.id)
            return False
        return True

    async def _have_composed(self, stored: StoredLesson) -> None:
        """The phone version is made while the lesson runs; without it, after the bell alone."""
        job = Job(id=uuid7(), kind="compose_lesson", lesson=stored.lesson.id)
        with suppress(StoreUnavailableError):
            await self._jobs.enqueue(job, datetime.now(UTC))

    async def _ended(self, lesson: LessonId) -> None:
        """Have the end stored, however long a full disk refuses it, and what follows it done."""
        now = datetime.now(UTC)
        while True:
            try:
                await self._lessons.mark_ended(lesson, now)
                await self._jobs.enqueue(Job(id=uuid7(), kind="close_lesson", lesson=lesson), now)
                await self._jobs.enqueue(Job(id=uuid7(), kind="compose_lesson", lesson=lesson), now)
                await self._jobs.hurry("compose_lesson", lesson, now)
            except StoreUnavailableError as error:
                log.warning("lesson=%s its end is not stored yet: %s", lesson, error)
                await asyncio.sleep(ERRAND_SECONDS)
            else:
                break
        self._wake_jobs()
        log.info("lesson=%s has ended", lesson)

    def _owners(self) -> list[Owner]:
        found = (running.present for running in self._running.values())
        return [owner for owner in found if owner is not None]

    async def _end_what_was_asked(self) -> None:
        for lesson in await self._lessons.to_be_ended():
            running = self._running.get(LessonId(lesson))
            if running is None:
                stored = await self._lessons.find(lesson)
                if stored is not None and stored.opened is None:
                    await self._lessons.mark_ended(lesson, datetime.now(UTC))
            elif running.present is not None:
                running.present.end(EndReason.ENDED)

    async def _hand_over(self) -> None:
        """A lesson past its bell leaves its classroom to the next one at that one's bell.

        Minutes before, it is told so.
        """
        now = datetime.now(UTC)
        found = await self._lessons.hand_overs(now, HAND_OVER_TOLD)
        left = {LessonId(one.lesson): (one.at - now).total_seconds() for one in found}
        for lesson, running in self._running.items():
            if running.present is None:
                continue
            if left.get(lesson, 1.0) <= 0.0:
                running.present.end(EndReason.OVERRUN)
            else:
                running.present.leaves_in(left.get(lesson))


async def _to_its_end(work: Coroutine[None, None, None]) -> None:
    """Work that is not torn out of a query: the connection would answer to nobody."""
    task = asyncio.create_task(work)
    try:
        await asyncio.shield(task)
    except asyncio.CancelledError:
        await asyncio.wait([task])
        raise


def _standing(stored: StoredLesson, running: _Running | None) -> tuple[Phase, bool]:
    """Where a lesson stands, and whether it is being recorded."""
    if stored.ended is not None:
        return Phase.ENDED, False
    if running is None or running.present is None:
        return Phase.LOBBY, False
    state = running.present.lesson.state
    return state.phase, state.recording


def _is_unknown(visit: Visit, hello: Hello) -> bool:
    """Whether a pupil comes for the first time, by a link that does not say who it is."""
    new = hello.resume is None and visit.claims.name is None
    return new and visit.claims.role is Role.PUPIL


def _observer(claims: Claims) -> str | None:
    """Who comes by their account to listen; of an inspector, or by a bare link, it is not kept."""
    return claims.person if claims.role is Role.VIEWER else None


def _grants(visit: Visit, *, waits: bool) -> Grants:
    return Grants(
        lesson=visit.claims.lesson,
        role=visit.claims.role,
        place=visit.claims.place,
        name=visit.claims.name,
        leads=visit.rights.leads,
        waits=waits,
    )


def _broken(failures: deque[float]) -> bool:
    return len(failures) == FAILURES and failures[-1] - failures[0] < FAILURE_SECONDS
