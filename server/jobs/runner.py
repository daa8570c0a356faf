"""The job runner's process: claims jobs one after the other until the server goes.

Lanes: what takes a whole lesson never holds up what takes a moment, nor what is deleted when its
term is over a lesson that has just ended.
"""

import argparse
import asyncio
import logging
import os
import socket
from collections.abc import Awaitable, Callable
from datetime import UTC, datetime, timedelta
from pathlib import Path

from server.jobs.close_lesson import close_lesson
from server.jobs.compose_lesson import Told, compose_lesson
from server.jobs.delete_media import delete_media
from server.jobs.delete_records import delete_records
from server.jobs.delete_tracks import delete_tracks
from server.jobs.retain import DAILY, retain
from server.live.runner import NOTICE, REQUEST, TERMS, Ready
from server.programme.retention import Terms
from server.store.consents import Consents
from server.store.database import Database, StoreUnavailableError, open_database
from server.store.jobs import Job, Jobs
from server.store.retention import MEDIA, RECORDS
from signaling.boundary import Lines, encode

log = logging.getLogger(__name__)

LOOK_SECONDS = 10.0
"""How often the runner looks by itself."""
LONG = frozenset({"compose_lesson"})
"""The kinds of the second lane."""
AGED = frozenset({MEDIA, RECORDS})
"""The kinds of the third lane."""
NICENESS = 10
"""Jobs give way to lessons."""


class Runner:
    """Does the jobs of a data folder, one at a time in each lane."""

    def __init__(self, data: Path, database: Database, terms: Terms) -> None:
        self._data = data
        self._database = database
        self._terms = terms
        self._jobs = Jobs(database)
        self._wakes = (asyncio.Event(), asyncio.Event(), asyncio.Event())

    def wake(self) -> None:
        """There may be work."""
        for wake in self._wakes:
            wake.set()

    async def run(self) -> None:
        """Do what there is, then wait for more, until cancelled."""
        await self._jobs.release_all()
        short, long, aged = self._wakes
        async with asyncio.TaskGroup() as lanes:
            lanes.create_task(
                self._lane(short, lambda now: self._jobs.claim(now, never=LONG | AGED)),
                name="short jobs",
            )
            lanes.create_task(
                self._lane(long, lambda now: self._jobs.claim(now, only=LONG)), name="long jobs"
            )
            lanes.create_task(
                self._lane(aged, lambda now: self._jobs.claim(now, only=AGED)), name="aged lessons"
            )
            lanes.create_task(self._retain(aged), name="retention")

    async def _retain(self, wake: asyncio.Event) -> None:
        """Look every day what is over its term."""
        while True:
            again = DAILY
            try:
                again = await retain(self._database, self._terms, datetime.now(UTC))
            except StoreUnavailableError:
                log.exception("what is over its term is looked for tomorrow")
            wake.set()
            await asyncio.sleep(again.total_seconds())

    async def _lane(
        self, wake: asyncio.Event, claim: Callable[[datetime], Awaitable[Job | None]]
    ) -> None:
        while True:
            wake.clear()
            while (job := await claim(datetime.now(UTC))) is not None:
                await self._do(job)
            try:
                async with asyncio.timeout(LOOK_SECONDS):
                    await wake.wait()
            except TimeoutError:
                continue

    async def _do(self, job: Job) -> None:
        try:
            again = await self._work(job)
        except Exception as error:  # the boundary of a job
            log.exception("job=%s kind=%s failed", job.id, job.kind)
            await self._jobs.fail(job, repr(error))
            return
        if again is None:
            await self._jobs.finish(job)
        else:
            await self._jobs.put_back(job, datetime.now(UTC) + again)

    async def _work(self, job: Job) -> timedelta | None:
        """Do it; after how long there is more to do, if there is."""
        match job.kind:
            case "close_lesson":
                await close_lesson(self._data, self._database, job.lesson)
                return None
            case "compose_lesson":
                standings = await Consents(self._database).standings(job.lesson)
                return await compose_lesson(self._data, job.lesson, standings, self._teller(job))
            case "delete_tracks":
                return await delete_tracks(self._data, self._database, job.lesson)
            case "delete_media":
                return await delete_media(*self._aged(job))
            case "delete_records":
                return await delete_records(*self._aged(job))
            case _:
                raise ValueError(f"no job is called {job.kind}")

    def _aged(self, job: Job) -> tuple[Path, Database, str, Terms, datetime]:
        return self._data, self._database, job.lesson, self._terms, datetime.now(UTC)

    def _teller(self, job: Job) -> Told:
        return lambda progress: self._jobs.advance(job, progress, datetime.now(UTC))


async def run(data: Path, control: socket.socket, terms: Terms) -> None:
    """Work until the control socket closes."""
    reader, writer = await asyncio.open_connection(sock=control)
    async with open_database(data) as database, asyncio.TaskGroup() as tasks:
        runner = Runner(data, database, terms)
        work = tasks.create_task(runner.run())
        writer.write(encode(NOTICE, Ready()))
        lines = Lines(REQUEST)
        while chunk := await reader.read(4096):
            if lines.feed(chunk):
                runner.wake()
        work.cancel()
    writer.close()


def main() -> None:
    """`python -m server.jobs.runner`."""
    parser = argparse.ArgumentParser()
    parser.add_argument("--control-fd", type=int, required=True)
    parser.add_argument("--data", type=Path, required=True)
    parser.add_argument("--terms", type=TERMS.validate_json, required=True)
    options = parser.parse_args()
    os.nice(NICENESS)
    logging.basicConfig(level=logging.INFO)
    control = socket.socket(fileno=options.control_fd)
    asyncio.run(run(options.data, control, options.terms))


if __name__ == "__main__":
    main()
