"""All media workers, each with its recorder: how many, which takes a lesson, how loaded."""

import asyncio
import itertools
import logging
import os
from collections.abc import Iterator, Sequence
from dataclasses import replace
from typing import Literal

from server.live.placement import Standing, least_loaded
from server.live.plane import Plane, PlaneSettings
from server.media.requests import Load
from signaling.agreement import Candidate
from signaling.ids import LessonId

log = logging.getLogger(__name__)

MEASURE_SECONDS = 2.0
"""How often the load of each worker is read."""
RENEWED_SECONDS = 10.0
"""How long a new pair may take to start before the log says that it has not."""

Duty = Literal["open", "draining", "renewing"]
"""Whether a worker takes lessons, is to become empty, or is empty and being replaced."""


class Workers:
    """Every pair of media worker and recorder.

    A lesson has one pair at a time. It stays there until it ends or the worker dies; a pair that is
    drained loses none.
    """

    def __init__(self, planes: Sequence[Plane]) -> None:
        self.planes = tuple(planes)
        """The pairs, by their number."""
        self._duties: dict[int, Duty] = {}
        self._placed = [0] * len(planes)
        self._at: dict[LessonId, Plane] = {}

    async def run(self) -> None:
        """Keep all of them running until cancelled."""
        async with asyncio.TaskGroup() as tasks:
            for plane in self.planes:
                tasks.create_task(plane.run())
                tasks.create_task(self._measure(plane))

    def close(self) -> None:
        """Give up every tap."""
        for plane in self.planes:
            plane.close()

    async def until_ready(self, within: float) -> None:
        """Wait for all, so that the first device finds media; not for ever: chat goes on alone."""
        async with asyncio.TaskGroup() as tasks:
            for plane in self.planes:
                tasks.create_task(plane.until_ready(within))

    def drain(self, number: int) -> None:
        """Have a pair become empty: it has its lessons up to their end, and gets no others.

        When it is empty new processes take its place, of the version that is installed by then.
        """
        if self.duty(number) == "open":
            log.info("media worker %d takes no new lessons and is replaced when empty", number)
            self._duties[number] = "draining"

    def keep(self, number: int) -> None:
        """Let a pair take lessons again that was to become empty."""
        if self.duty(number) == "draining":
            del self._duties[number]

    def duty(self, number: int) -> Duty:
        """Whether a pair takes lessons."""
        return self._duties.get(number, "open")

    def having(self, number: int) -> int:
        """How many lessons a pair has, those included that nobody has joined yet."""
        return sum(plane.number == number for plane in self._at.values())

    def place(self, lesson: LessonId) -> Plane:
        """The pair of a lesson that is opened: the one it has, else the least loaded.

        A lesson whose owner has failed stays where it is, for a recorder has its files open.
        """
        if lesson not in self._at:
            self._put(lesson, least_loaded(self.standings()) or 0)
        return self._at[lesson]

    def replace(self, lesson: LessonId) -> Plane:
        """The pair with which a lesson goes on whose worker has died.

        The least loaded that lives; while none does, the one it has, whose worker is replaced.
        """
        found = least_loaded(self.standings())
        if found is not None:
            self._put(lesson, found)
        return self._at[lesson]

    def forget(self, lesson: LessonId) -> None:
        """A lesson has ended."""
        self._at.pop(lesson, None)

    def _put(self, lesson: LessonId, number: int) -> None:
        self._at[lesson] = self.planes[number]
        self._placed[number] += 1

    def lend(self) -> Plane:
        """The pair for a device that only measures: the least loaded, which counts no lesson."""
        return self.planes[least_loaded(self.standings()) or 0]

    def standings(self) -> list[Standing]:
        """How each pair stands, by its number."""
        return [self._standing(plane) for plane in self.planes]

    async def announced(self) -> tuple[Candidate, ...]:
        """Where devices that come now are told to send, by whichever worker."""
        found = await asyncio.gather(*(plane.announced() for plane in self.planes))
        return tuple(candidate for each in found for candidate in each)

    def _standing(self, plane: Plane) -> Standing:
        return Standing(
            number=plane.number,
            alive=plane.worker.ready,
            draining=self.duty(plane.number) != "open",
            cpu=plane.cpu if plane.worker.ready else 0.0,
            placed=self._placed[plane.number],
            lessons=len(plane.lessons),
        )

    async def _measure(self, plane: Plane) -> None:
        """Read a worker's load again and again; what was placed before is then in it."""
        while True:
            await asyncio.sleep(MEASURE_SECONDS)
            load = await plane.measure()
            if isinstance(load, Load):
                self._placed[plane.number] = 0
                await self.renew_if_drained(plane, load)

    async def renew_if_drained(self, plane: Plane, load: Load) -> None:
        """Replace a pair that was to become empty and is; `load` is how its worker stands now."""
        if self.duty(plane.number) != "draining" or load.peers or self._has_any(plane):
            return
        self._duties[plane.number] = "renewing"
        plane.renew()
        await plane.until_ready(RENEWED_SECONDS)
        del self._duties[plane.number]

    def _has_any(self, plane: Plane) -> bool:
        """Whether a lesson is here, or was and its recorder still finishes the files."""
        return any(at is plane or lesson in plane.lessons for lesson, at in self._at.items())


def make_workers(settings: PlaneSettings, count: int) -> Workers:
    """So many pairs; worker i listens on `media_port` + i, or all on free ports if it is 0."""
    handles: Iterator[int] = itertools.count(1)
    ports = [settings.media_port + n if settings.media_port else 0 for n in range(count)]
    return Workers(
        [
            Plane(replace(settings, media_port=port), number, handles)
            for number, port in enumerate(ports)
        ]
    )


def cores() -> int:
    """The cores that this process may use."""
    return len(os.sched_getaffinity(0))
