"""One media worker and its recorder as the lessons see them; who is told of what they say."""

import asyncio
import fcntl
import itertools
import logging
import socket
import termios
import time
from array import array
from collections.abc import Iterator
from dataclasses import dataclass
from pathlib import Path
from typing import Literal, Protocol

from recorder import requests as recorder
from recorder.space import Step
from server.live.nursery import Nursery
from server.live.peer_names import lesson_of_peer
from server.live.processes import Child, Program, UnavailableError
from server.live.readings import Readings
from server.media import requests as media
from server.media.link_notices import LayersWatched, LinkStep
from signaling.agreement import Agreement, Candidate, Transport
from signaling.errors import Code, UserError
from signaling.ids import LessonId, PeerId, SourceId

OPEN_SECONDS = 3.0
"""How long opening a peer may take before the device is told that there is no media now."""
ANNOUNCED_SECONDS = 2.0
"""How long the worker may take to say where devices are told to send."""
REPLACED_SECONDS = 5.0
"""How long the end of a lesson waits for another recorder when its own has died."""
CLOSE_SECONDS = 15.0
"""How long finishing a lesson's files may take."""
SO_SNDBUFFORCE = 32
"""Of asm-generic/socket.h, which Python does not name: a buffer beyond `net.core.wmem_max`."""

MEDIA_WORKER = "server.media.worker"
RECORDER = "recorder.process"

log = logging.getLogger(__name__)


@dataclass(frozen=True, kw_only=True)
class PlaneSettings:
    """How the media processes are started."""

    media_port: int
    """UDP port of the worker."""
    media_addresses: tuple[str, ...]
    """Local addresses it listens on."""
    public_addresses: tuple[str, ...]
    """Addresses it is reached under from outside."""
    space: str
    """Limits of free space, as JSON for the recorder."""
    pump: Literal["auto", "compiled", "python"] = "auto"
    """What forwards media: the compiled pump where it was built, or always one of the two."""
    tap_bytes: int = 4 * 1024 * 1024
    """What the tap holds while the recorder stands still."""
    nursery: Nursery | None = None
    """What forks the processes; without, each is a Python of its own."""


class Affected(Protocol):
    """A running lesson, as far as processes matter to it; every call returns at once."""

    def from_worker(self, notice: media.Notice) -> None:
        """The worker tells something of this lesson."""

    def from_recorder(self, notice: recorder.Notice) -> None:
        """The recorder tells something of this lesson or of the disk."""

    def worker_changed(self, alive: bool) -> None:
        """The worker has died, or a new one is ready and knows nothing."""

    def recorder_changed(self, alive: bool) -> None:
        """The recorder has died, or a new one is ready and knows nothing."""


class Plane:
    """Both processes, their tap, and the lessons that use them.

    Lessons move between planes, so all planes of a server share the `handles` they count by.
    """

    def __init__(
        self, settings: PlaneSettings, number: int = 0, handles: Iterator[int] | None = None
    ) -> None:
        self.number = number
        """Which of the server's pairs it is; from 0."""
        self.cpu = 0.0
        """Share of a core that the worker used between the last two measurements."""
        self.load: media.Load | None = None
        """How the worker stood when it was measured last; none before, and while it is away."""
        self.readings = Readings()
        """What both told of themselves."""
        self._measured = 0.0
        self._lessons: dict[LessonId, Affected] = {}
        self._lesson_of: dict[SourceId, LessonId] = {}
        self._handles = itertools.count(1) if handles is None else handles
        self._tap = tap_pair(settings.tap_bytes)
        self.worker = Child(
            _worker(settings, self._tap[0]), _WorkerListener(self), settings.nursery
        )
        """The media worker."""
        self.recorder = Child(
            _recorder(settings, self._tap[1]), _RecorderListener(self), settings.nursery
        )
        """The recorder."""

    async def run(self) -> None:
        """Keep both running until cancelled."""
        try:
            async with asyncio.TaskGroup() as tasks:
                tasks.create_task(self.worker.run())
                tasks.create_task(self.recorder.run())
        finally:
            self.close()

    def close(self) -> None:
        """Give up the tap."""
        for end in self._tap:
            end.close()

    def renew(self) -> None:
        """Have both end and new ones take their place; for a pair that has no lesson."""
        self.worker.renew()
        self.recorder.renew()

    async def until_ready(self, within: float) -> None:
        """Wait for both, so that the first device finds media; not for ever: chat goes on alone."""
        try:
            async with asyncio.timeout(within):
                await self.worker.until_ready()
                await self.recorder.until_ready()
        except TimeoutError:
            log.error("media worker or recorder did not start within %.0f s", within)

    def join(self, lesson: LessonId, affected: Affected) -> None:
        """A lesson begins to use the plane, or a new owner of it does."""
        self._lessons[lesson] = affected

    def leave(self, lesson: LessonId) -> None:
        """A lesson needs it no more."""
        self._lessons.pop(lesson, None)
        self.readings.forget(lesson)
        for source in [s for s, of in self._lesson_of.items() if of == lesson]:
            self.forget_source(source)

    def new_handle(self) -> int:
        """A number on the tap that no source had before."""
        return next(self._handles)

    async def open_peer(self, lesson: LessonId, peer: PeerId, agreement: Agreement) -> Transport:
        """Have the worker expect a device; our end of it.

        Raises:
            UserError: `MEDIA_UNAVAILABLE`; the device tries again.
        """
        try:
            reply = await self.worker.ask(
                lambda number: media.OpenPeer(
                    id=number, peer=peer, lesson=lesson, agreement=agreement
                ),
                OPEN_SECONDS,
            )
        except UnavailableError as error:
            raise UserError(Code.MEDIA_UNAVAILABLE) from error
        if not isinstance(reply, media.PeerOpened):
            raise UserError(Code.MEDIA_UNAVAILABLE)
        return reply.transport

    async def announced(self) -> tuple[Candidate, ...]:
        """Where devices that come now are told to send; nowhere while there is no media."""
        load = await self._read_load()
        return () if load is None else load.announced

    async def measure(self) -> media.Load | None:
        """Read how the worker stands, and what it used since it was measured before."""
        before, since = self.load, self._measured
        self.load, self._measured = await self._read_load(), time.monotonic()
        if self.load is None or before is None or self.load.cpu_s < before.cpu_s:
            self.cpu = 0.0  # it is another process, or none
        else:
            self.cpu = (self.load.cpu_s - before.cpu_s) / max(self._measured - since, 1e-3)
        return self.load

    async def _read_load(self) -> media.Load | None:
        try:
            reply = await self.worker.ask(
                lambda number: media.ReadLoad(id=number), ANNOUNCED_SECONDS
            )
        except UnavailableError:
            return None
        return reply if isinstance(reply, media.Load) else None

    def set_gate(self, lesson: LessonId, source: SourceId, open_: bool) -> None:
        """Pass a source on, or not; from now on the worker's word of it reaches this lesson."""
        self._lesson_of[source] = lesson
        self.worker.send(media.SetGate(source=source, open=open_))

    def forget_source(self, source: SourceId) -> None:
        """A source has ended."""
        self._lesson_of.pop(source, None)
        self.worker.send(media.ForgetSource(source=source))

    async def open_lesson(self, lesson: LessonId, folder: Path, zero: float) -> Step | None:
        """Have a lesson recorded; how the disk stands, or none if it is not recorded."""
        try:
            reply = await self.recorder.ask(
                lambda number: recorder.OpenLesson(
                    id=number, lesson=lesson, folder=str(folder), zero=zero
                ),
                CLOSE_SECONDS,
            )
        except UnavailableError:
            return None
        return reply.step if isinstance(reply, recorder.LessonReady) else None

    async def finish_lesson(
        self, lesson: LessonId, folder: Path, zero: float, end: float, *, running: bool
    ) -> bool:
        """Have a lesson's files finished, by the next recorder if the last has died over them.

        `running` says whether the recorder has the lesson open. Returns whether they are finished.
        """
        last = self.recorder.pid
        if running and await self.close_lesson(lesson, end):
            return True
        if running and self.recorder.ready and self.recorder.pid == last:
            return False  # it lives and could not
        try:
            async with asyncio.timeout(REPLACED_SECONDS):
                await self.recorder.until_ready()
        except TimeoutError:
            return False
        opened = await self.open_lesson(lesson, folder, zero)
        return opened is not None and await self.close_lesson(lesson, end)

    async def close_lesson(self, lesson: LessonId, end: float) -> bool:
        """Have the recorder finish a lesson's files and let go of them; whether it has."""
        try:
            reply = await self.recorder.ask(
                lambda number: recorder.CloseLesson(id=number, lesson=lesson, end=end),
                CLOSE_SECONDS,
            )
        except UnavailableError:
            return False
        return isinstance(reply, recorder.LessonClosed)

    def affected_by(self, notice: media.Notice) -> list[Affected]:
        """The lessons that a notice of the worker concerns."""
        lesson: LessonId | None
        match notice:
            case media.PeerConnected() | media.PeerQuiet() | media.PeerHeard() | media.PeerLost():
                lesson = lesson_of_peer(notice.peer)
            case LinkStep() | LayersWatched():
                lesson = lesson_of_peer(notice.peer)
            case media.SourceFlows() | media.SourceStopped() | media.TapFull():
                lesson = self._lesson_of.get(notice.source)
            case _:
                return list(self._lessons.values())
        return [self._lessons[lesson]] if lesson in self._lessons else []

    def recorded_by(self, notice: recorder.Notice) -> list[Affected]:
        """The lessons that a notice of the recorder concerns."""
        lesson = getattr(notice, "lesson", None)
        if lesson is None:
            return list(self._lessons.values())
        return [self._lessons[lesson]] if lesson in self._lessons else []

    @property
    def tap_waiting(self) -> int:
        """Bytes on the tap that the recorder has not read, with the kernel's own beside them."""
        held = array("i", [0])
        fcntl.ioctl(self._tap[0], termios.TIOCOUTQ, held)
        return held[0]

    @property
    def lessons(self) -> frozenset[LessonId]:
        """Those that use the plane."""
        return frozenset(self._lessons)

    def everyone(self) -> list[Affected]:
        """All lessons that use the plane."""
        return list(self._lessons.values())


class _WorkerListener:
    def __init__(self, plane: Plane) -> None:
        self._plane = plane

    def started(self) -> None:
        ready = self._plane.worker.greeting
        if isinstance(ready, media.Ready):
            log.info("media is forwarded by the %s pump", ready.pump)
        for lesson in self._plane.everyone():
            lesson.worker_changed(True)

    def lost(self) -> None:
        self._plane.readings.worker_lost()
        for lesson in self._plane.everyone():
            lesson.worker_changed(False)

    def told(self, notice: media.Notice) -> None:
        self._plane.readings.take(notice, self._plane.lessons)
        for lesson in self._plane.affected_by(notice):
            lesson.from_worker(notice)


class _RecorderListener:
    def __init__(self, plane: Plane) -> None:
        self._plane = plane

    def started(self) -> None:
        for lesson in self._plane.everyone():
            lesson.recorder_changed(True)

    def lost(self) -> None:
        self._plane.readings.recorder_lost()
        for lesson in self._plane.everyone():
            lesson.recorder_changed(False)

    def told(self, notice: recorder.Notice) -> None:
        self._plane.readings.take(notice, self._plane.lessons)
        if isinstance(notice, recorder.WantKeyFrame):
            self._plane.worker.send(media.AskKeyFrame(source=notice.source))
            return
        for lesson in self._plane.recorded_by(notice):
            lesson.from_recorder(notice)


def tap_pair(octets: int) -> tuple[socket.socket, socket.socket]:
    """The worker's end of a tap that holds so much, and the recorder's, which has to know it."""
    pair = socket.socketpair(socket.AF_UNIX, socket.SOCK_SEQPACKET)
    for end in pair:
        try:
            end.setsockopt(socket.SOL_SOCKET, SO_SNDBUFFORCE, octets)
        except PermissionError:
            end.setsockopt(socket.SOL_SOCKET, socket.SO_SNDBUF, octets)
    # The kernel answers with twice what it was asked for (socket(7)).
    got = pair[0].getsockopt(socket.SOL_SOCKET, socket.SO_SNDBUF) // 2
    if got < octets:
        log.warning("the tap holds %d bytes, not %d: raise net.core.wmem_max", got, octets)
    return pair


def _worker(settings: PlaneSettings, tap: socket.socket) -> Program[media.Request, media.Notice]:
    listen = [
        word
        for address in settings.media_addresses
        for word in ("--listen", f"{_bracketed(address)}:{settings.media_port}")
    ]
    public = [word for address in settings.public_addresses for word in ("--public", address)]
    return Program(
        name="media worker",
        module=MEDIA_WORKER,
        arguments=[*listen, *public, "--pump", settings.pump],
        tap=tap,
        requests=media.REQUEST,
        notices=media.NOTICE,
        reply_to=_worker_reply,
    )


def _recorder(
    settings: PlaneSettings, tap: socket.socket
) -> Program[recorder.Request, recorder.Notice]:
    return Program(
        name="recorder",
        module=RECORDER,
        arguments=["--space", settings.space],
        tap=tap,
        requests=recorder.REQUEST,
        notices=recorder.NOTICE,
        reply_to=_recorder_reply,
    )


def _worker_reply(notice: media.Notice) -> int | None:
    return notice.id if isinstance(notice, media.PeerOpened | media.Failed | media.Load) else None


def _recorder_reply(notice: recorder.Notice) -> int | None:
    replies = recorder.LessonReady | recorder.LessonClosed | recorder.Failed
    return notice.id if isinstance(notice, replies) else None


def _bracketed(address: str) -> str:
    return f"[{address}]" if ":" in address else address
