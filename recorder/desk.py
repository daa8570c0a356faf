"""Where requests, packets, files and free space of all lessons meet; in the loop, never waiting."""

import asyncio
import logging
import time
from collections.abc import Callable, Iterable, Iterator
from functools import partial
from pathlib import Path
from typing import assert_never

from recorder.cutter import GapFound, KeyFrameWanted
from recorder.files import Disk, Space
from recorder.intake import Intake, Source, taken
from recorder.recording import Finished, Recording
from recorder.requests import (
    CloseLesson,
    CloseSource,
    DiskSlow,
    Failed,
    Gap,
    LessonClosed,
    LessonReady,
    MarkGap,
    Notice,
    OpenLesson,
    OpenSource,
    Progress,
    Request,
    SourceWritten,
    SpaceStep,
    WantKeyFrame,
)
from recorder.space import Limits, Step, step
from recorder.track import Track
from recorder.twin.choice import incoming
from recorder.writing import QUEUE_BYTES, Job, Syncing, ToWrite, Writing
from signaling.events import GapReason
from signaling.ids import LessonId

LOG = logging.getLogger(__name__)

STUCK_S = 1.0
"""A write that takes so long means that frames wait."""
LAST_S = 0.25
"""So long after the end there may be packets from before it: the worker gathers for 50 ms, and the
tap is read each 100."""
CALM_S = 2.0
"""After a refused write it is tried again at the earliest."""

Tell = Callable[[Notice], None]
FromThread = Callable[[Callable[[], None]], object]


class Desk:
    """Every lesson that is recorded.

    What one lesson's packets break ends that lesson's recording (`Failed`), no other's.
    """

    def __init__(self, tell: Tell, from_thread: FromThread, limits: Limits, disk: Disk) -> None:
        self._tell = tell
        self._from_thread = from_thread
        self._limits = limits
        self._disk = disk
        self._intake = Intake(incoming())
        self._lessons: dict[LessonId, Recording] = {}
        self._zeros: dict[LessonId, float] = {}
        self._step: Step = "plenty"
        self._waiting: set[LessonId] = set()
        self._free = 1.0
        self._refused = -CALM_S
        self._slow = False
        self._choked = False
        self._writing = Writing(self._write_failed)
        self._syncing = Syncing(self._passes)

    # ------------------------------------------------------------------ requests

    async def request(self, request: Request, now: float, group: asyncio.TaskGroup) -> None:
        """Carry out one request."""
        match request:
            case OpenLesson():
                await self._open_lesson(request)
            case OpenSource():
                self._open_source(request, now)
            case CloseSource():
                source = self._intake.close_source(request.handle, request.reason, now)
                self._carry([source] if source is not None else [])
            case MarkGap():
                self._intake.mark_gap(request.source, request.reason)
            case CloseLesson():
                group.create_task(self._close_lesson(request))
            case _:
                assert_never(request)

    async def _open_lesson(self, request: OpenLesson) -> None:
        folder = Path(request.folder)
        recording = Recording(self._disk, request.lesson, folder)
        try:
            found = await asyncio.to_thread(recording.recover)
            self.space(await asyncio.to_thread(self._disk.space, folder))
        except OSError as error:
            self._tell(Failed(id=request.id, lesson=request.lesson, why=str(error)))
            return
        self._lessons[request.lesson] = recording
        self._zeros[request.lesson] = request.zero
        for track in found:
            source = Source(request.lesson, track.source, track.kind, request.zero)
            lost = GapReason.RECORDER_LOST if track.opened else GapReason.SERVER_LOST
            source.continues(track.end, lost)
            self._intake.add(source)
        if self._step == "no_new" and not found:
            self._waiting.add(request.lesson)
        opened = sum(track.opened for track in found)
        stands = self._stands(request.lesson)
        self._tell(LessonReady(id=request.id, recovered=opened, step=stands))

    def _open_source(self, request: OpenSource, now: float) -> None:
        if request.lesson not in self._lessons:
            why = "its lesson is not open"
            self._tell(Failed(id=None, lesson=request.lesson, why=why))
            return
        source = self._intake.open_source(request, self._zeros[request.lesson], now)
        if self._stands(request.lesson) == "stopped":
            source.cutter.stop(GapReason.NO_SPACE)
        self._carry([source])

    async def _close_lesson(self, request: CloseLesson) -> None:
        recording = self._lessons.get(request.lesson)
        if recording is None:
            self._tell(Failed(id=request.id, lesson=request.lesson, why="it is not open"))
            return
        await asyncio.sleep(LAST_S)
        self._carry(self._intake.close_lesson(request.lesson, request.end))
        self._waiting.discard(request.lesson)
        written = asyncio.Event()
        self._writing.then(lambda: self._call(written.set))
        await written.wait()
        try:
            done = await asyncio.to_thread(self._finish, recording)
        except OSError as error:
            self._tell(Failed(id=request.id, lesson=request.lesson, why=str(error)))
            return
        del self._lessons[request.lesson]
        self._tell(
            LessonClosed(
                id=request.id, tracks=done.tracks, seconds=done.seconds, written=done.written
            )
        )

    def _call(self, job: Callable[[], None]) -> None:
        self._from_thread(job)

    def _finish(self, recording: Recording) -> Finished:
        done = recording.finish()
        recording.close()
        return done

    # ------------------------------------------------------------------ packets

    def batch(self, batch: bytes | memoryview, now: float) -> None:
        """One or several messages of the tap."""
        came = self._intake.batch(batch)
        for source, found in came:
            self._keep_apart(source, partial(source.record, found, now))
        self._carry([source for source, _ in came])

    def tick(self, now: float) -> None:
        """Every 100 ms: what waits too long."""
        self._intake.tick(now)
        for source, found in self._intake.expire(now):
            self._keep_apart(source, partial(source.record, found, now))
        for source in self._intake.all():
            self._keep_apart(source, partial(source.tick, now))
        self._carry(self._intake.all())

    def _keep_apart(self, source: Source, job: Job) -> None:
        """The boundary at which one lesson's bug stops."""
        try:
            job()
        except Exception as error:
            LOG.exception("! lesson %s", source.lesson)
            self._give_up(source.lesson, repr(error))

    def _give_up(self, lesson: LessonId, why: str) -> None:
        """Leave a lesson's files as a killed recorder would; `OpenLesson` takes it up again."""
        self._intake.drop(lesson)
        self._waiting.discard(lesson)
        recording = self._lessons.pop(lesson, None)
        if recording is not None:
            self._writing.then(recording.close)
            self._tell(Failed(id=None, lesson=lesson, why=why))

    def _carry(self, sources: Iterable[Source]) -> None:
        pieces: list[ToWrite] = []
        for source in sources:
            if source.cutter.pieces:
                recording = self._lessons.get(source.lesson)
                if recording is not None:
                    pieces += self._taken(source, recording)
        self._writing.write(pieces)

    def _taken(self, source: Source, recording: Recording) -> Iterator[ToWrite]:
        """The pieces of a source so far, which are told of where somebody has to know."""
        track = recording.track(source.source, source.kind)
        for piece in taken(source):
            if isinstance(piece, KeyFrameWanted):
                if source.handle is not None:
                    self._tell(WantKeyFrame(source=source.source))
                continue
            if isinstance(piece, GapFound):
                self._tell(
                    Gap(
                        lesson=source.lesson,
                        source=source.source,
                        start=piece.start,
                        end=piece.end,
                        reason=piece.reason,
                    )
                )
            yield track, piece

    # ------------------------------------------------------------------ the disk

    def progress(self) -> None:
        """Every 2 s: that bytes reach the disk."""
        now = time.monotonic()
        for lesson, recording in self._lessons.items():
            sources = tuple(
                SourceWritten(
                    source=source.source,
                    written=recording.written(source.source),
                    key_frame_age_s=source.cutter.key_frame_age(now - source.zero),
                    trouble=source.cutter.stopped,
                )
                for source in self._intake.sources(lesson)
            )
            self._tell(
                Progress(
                    lesson=lesson,
                    sources=sources,
                    free_space=self._free,
                    waiting=self._writing.waiting,
                )
            )

    def folder(self) -> Path | None:
        """Where free space is measured: the folder of any lesson."""
        return next((recording.folder for recording in self._lessons.values()), None)

    def space(self, space: Space) -> None:
        """Free space was measured."""
        self._free = min(1.0, space.free / space.total) if space.total else 0.0
        if time.monotonic() - self._refused >= CALM_S:
            self._set_step(step(self._limits, space.free, space.total, self._step))

    def _stands(self, lesson: LessonId) -> Step:
        """How free space stands for a lesson: one that may not begin is as good as stopped."""
        return "stopped" if lesson in self._waiting else self._step

    def _set_step(self, after: Step) -> None:
        if after == self._step:
            return
        before, self._step = self._step, after
        LOG.info("= free space: %s, was %s", after, before)
        if after in ("plenty", "low"):
            self._waiting.clear()
        for source in self._intake.all():
            if self._stands(source.lesson) == "stopped":
                source.cutter.stop(GapReason.NO_SPACE)
            elif source.cutter.stopped is GapReason.NO_SPACE:
                source.cutter.go_on()
        for lesson in self._lessons:
            self._tell(SpaceStep(lesson=lesson, step=self._stands(lesson)))
        self._carry(self._intake.all())

    def _write_failed(self, track: Track, since: float | None, error: OSError) -> None:
        """In the writing thread: a piece did not reach the disk."""
        self._call(lambda: self._refuse(track, since, error))

    def _refuse(self, track: Track, since: float | None, error: OSError) -> None:
        """A full disk refuses one file first; it is full for all."""
        LOG.warning("! %s is not written: %s", track.source, error.strerror)
        self._refused = time.monotonic()
        for lesson, recording in self._lessons.items():
            source = self._intake.known(lesson, track.source)
            if recording.holds(track) and source is not None:
                source.cutter.stop(GapReason.NO_SPACE, since)
                self._carry([source])
        self._set_step("stopped")

    def judge_disk(self, now: float) -> None:
        """Stop pictures when too much waits for the disk, sound when half as much again does.

        Every 100 ms, before what came meanwhile is added.
        """
        slow = self._writing.stuck_for(now) > STUCK_S
        if slow != self._slow:
            self._slow = slow
            self._tell(DiskSlow(slow=slow))
        waiting = self._writing.waiting
        if waiting > QUEUE_BYTES:
            self._choked = True
            for source in self._intake.all():
                if not source.kind.is_sound or waiting > QUEUE_BYTES * 3 // 2:
                    source.cutter.stop(GapReason.SLOW_DISK)
        elif self._choked and waiting < QUEUE_BYTES // 4:
            self._choked = False
            for source in self._intake.all():
                if source.cutter.stopped is GapReason.SLOW_DISK:
                    source.cutter.go_on()

    def _passes(self) -> list[Job]:
        """In the syncing thread: a job for each lesson."""
        return [recording.sync for recording in list(self._lessons.values())]

    def end(self, now: float) -> None:
        """The server is gone: finish every part, in whatever thread. Nothing may follow."""
        self._tell = _nobody
        self._syncing.stop()
        for source in self._intake.all():
            source.leave(GapReason.SERVER_LOST, now)
            source.cutter.close(GapReason.SERVER_LOST)
        self._carry(self._intake.all())
        self._writing.stop()
        for recording in self._lessons.values():
            try:
                self._finish(recording)
            except OSError as error:
                LOG.warning("! %s is not finished: %s", recording.lesson, error.strerror)


def _nobody(notice: Notice) -> None:
    """The server does not listen any more."""
