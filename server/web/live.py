"""How the media stand, live: for whoever looks after equipment."""

from collections.abc import Container
from typing import TypedDict

from aiohttp import web

from server.actions.running import running
from server.live.ailments import Found
from server.live.history import EVERY, KEPT, Point
from server.live.plane import Plane
from server.live.watch import Watch
from server.live.workers import Duty, Workers
from server.store.database import Database
from server.web.doorkeeper import Doorkeeper
from signaling.errors import Code, UserError
from signaling.ids import LessonId

Numbers = tuple[int, int, float, float, float, float]
"""A point: its number, peers, kbit/s up, kbit/s down, loss, CPU (0 of a lesson)."""


class WorkerWords(TypedDict):
    """A worker and its recorder."""

    number: int
    up: bool
    recorder: bool
    duty: Duty
    """Whether it takes lessons."""
    lessons: int
    points: list[Numbers]


class WeakestWords(TypedDict):
    """What the receiver of a lesson is served whose path carries least."""

    kbps: float
    queue_ms: float
    step: str | None


class LessonWords(TypedDict):
    """A running lesson."""

    lesson: str
    rooms: list[str]
    """With their schools' names; the host room first."""
    weakest: WeakestWords | None
    points: list[Numbers]


class WrongWords(TypedDict):
    """Something that is wrong."""

    what: str
    worker: int | None
    lesson: str | None
    amount: float


class LiveWords(TypedDict):
    """Everything on the page."""

    every: float
    """Seconds between two points."""
    kept: int
    """Points of a plot."""
    newest: int
    """Number of the last point."""
    workers: list[WorkerWords]
    lessons: list[LessonWords]
    wrong: list[WrongWords]
    """The worst first."""


class LivePages:
    """One handler."""

    def __init__(
        self, keeper: Doorkeeper, database: Database, workers: Workers, watch: Watch
    ) -> None:
        self._keeper = keeper
        self._database = database
        self._workers = workers
        self._watch = watch

    async def live(self, request: web.Request) -> web.StreamResponse:
        """Workers, and the lessons within reach, with their points after the one asked for."""
        acting = await self._keeper.acting(request)
        after = _after(request)
        seen = await running(self._database, acting)
        history = self._watch.history
        lessons = [
            LessonWords(
                lesson=lesson,
                rooms=rooms,
                weakest=self._weakest(LessonId(lesson)),
                points=_told(history.lesson(LessonId(lesson), after)),
            )
            for lesson, rooms in seen.items()
        ]
        return web.json_response(
            LiveWords(
                every=EVERY,
                kept=KEPT,
                newest=history.newest,
                workers=[self._worker(plane, after) for plane in self._workers.planes],
                lessons=lessons,
                wrong=[_wrong(one) for one in self._watch.wrong() if _concerns(one, seen)],
            )
        )

    def _weakest(self, lesson: LessonId) -> WeakestWords | None:
        flows = [plane.readings.lessons.get(lesson) for plane in self._workers.planes]
        for one in (flow.weakest for flow in flows if flow is not None):
            if one is not None and one.estimate is not None:
                kbps, queue_ms = round(one.estimate / 1000), round(one.queue * 1000)
                return WeakestWords(kbps=kbps, queue_ms=queue_ms, step=one.step)
        return None

    def _worker(self, plane: Plane, after: int) -> WorkerWords:
        return WorkerWords(
            number=plane.number,
            up=plane.worker.ready,
            recorder=plane.recorder.ready,
            duty=self._workers.duty(plane.number),
            lessons=len(plane.readings.lessons),
            points=_told(self._watch.history.worker(plane.number, after)),
        )


def _told(points: list[Point]) -> list[Numbers]:
    return [
        (
            *(one.n, one.peers),
            *(round(one.up_kbps, 1), round(one.down_kbps, 1)),
            *(round(one.loss, 4), round(one.cpu, 3)),
        )
        for one in points
    ]


def _wrong(found: Found) -> WrongWords:
    return WrongWords(
        what=found.what, worker=found.worker, lesson=found.lesson, amount=round(found.amount, 3)
    )


def _concerns(found: Found, seen: Container[str]) -> bool:
    """Whether a trouble is a worker's, or that of a lesson that whoever asks may see."""
    return found.lesson is None or found.lesson in seen


def _after(request: web.Request) -> int:
    text = request.query.get("after", "0")
    if not text.isascii() or not text.isdigit() or len(text) > 12:
        raise UserError(Code.MALFORMED)
    return int(text)
