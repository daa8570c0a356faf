"""The job runner's process: claims jobs one after the other until the server goes."""

import argparse
import asyncio
import logging
import os
import socket
from datetime import UTC, datetime
from pathlib import Path

from server.jobs.close_lesson import close_lesson
from server.live.runner import NOTICE, REQUEST, Ready
from server.store.database import Database, open_database
from server.store.jobs import Job, Jobs
from signaling.boundary import Lines, encode

log = logging.getLogger(__name__)

LOOK_SECONDS = 10.0
"""How often the runner looks by itself."""
NICENESS = 10
"""Jobs give way to lessons."""


class Runner:
    """Does the jobs of a data folder, one at a time."""

    def __init__(self, data: Path, database: Database) -> None:
        self._data = data
        self._database = database
        self._jobs = Jobs(database)
        self._wake = asyncio.Event()

    def wake(self) -> None:
        """There may be work."""
        self._wake.set()

    async def run(self) -> None:
        """Do what there is, then wait for more, until cancelled."""
        await self._jobs.release_all()
        while True:
            self._wake.clear()
            while (job := await self._jobs.claim(datetime.now(UTC))) is not None:
                await self._do(job)
            try:
                async with asyncio.timeout(LOOK_SECONDS):
                    await self._wake.wait()
            except TimeoutError:
                continue

    async def _do(self, job: Job) -> None:
        try:
            await self._work(job)
        except Exception as error:  # the boundary of a job
            log.exception("job=%s kind=%s failed", job.id, job.kind)
            await self._jobs.fail(job, repr(error))
        else:
            await self._jobs.finish(job)

    async def _work(self, job: Job) -> None:
        match job.kind:
            case "close_lesson":
                await close_lesson(self._data, self._database, job.lesson)
            case _:
                raise ValueError(f"no job is called {job.kind}")


async def run(data: Path, control: socket.socket) -> None:
    """Work until the control socket closes."""
    reader, writer = await asyncio.open_connection(sock=control)
    async with open_database(data) as database, asyncio.TaskGroup() as tasks:
        runner = Runner(data, database)
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
    options = parser.parse_args()
    os.nice(NICENESS)
    logging.basicConfig(level=logging.INFO)
    asyncio.run(run(options.data, socket.socket(fileno=options.control_fd)))


if __name__ == "__main__":
    main()
