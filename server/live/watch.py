"""Looks at all workers every few seconds and remembers what it saw."""

import asyncio
import time

from server.live.ailments import Found, Patient, ailments
from server.live.history import EVERY, History, Reading
from server.live.plane import Plane
from server.live.workers import Workers


class Watch:
    """The memory behind the live page; nothing of it reaches the disk."""

    def __init__(self, workers: Workers) -> None:
        self._workers = workers
        self.history = History()
        """What was seen."""

    async def run(self) -> None:
        """Look until cancelled."""
        while True:
            self.look(time.monotonic())
            await asyncio.sleep(EVERY)

    def look(self, now: float) -> None:
        """Remember how everything stands at monotonic time `now` (s)."""
        self.history.take([_reading(plane) for plane in self._workers.planes], now)

    def wrong(self) -> list[Found]:
        """What is wrong just now, the worst first."""
        lessons = [(lesson, self.history.lesson(lesson)) for lesson in self.history.lessons]
        return ailments([self._patient(plane) for plane in self._workers.planes], lessons)

    def _patient(self, plane: Plane) -> Patient:
        # A pair that is empty and being replaced is away, and nothing is wrong.
        renewing = self._workers.duty(plane.number) == "renewing"
        return Patient(
            number=plane.number,
            worker=plane.worker.ready or renewing,
            recorder=plane.recorder.ready or renewing,
            late_s=0.0 if plane.load is None else plane.load.late_s,
            disk_waiting=plane.readings.disk_waiting,
            points=self.history.worker(plane.number),
        )


def _reading(plane: Plane) -> Reading:
    load = plane.load
    return Reading(
        number=plane.number,
        cpu=plane.cpu,
        peers=0 if load is None else load.peers,
        unsent=0 if load is None else load.unsent,
        tap_full_s=plane.readings.tap_full_s,
        flow=plane.readings.whole,
        lessons=plane.readings.lessons,
    )
