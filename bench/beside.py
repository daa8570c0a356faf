"""What forwarding suffers while an office works beside it: `python -m bench.beside --json`.

A whole `tongke serve` on one core: a lesson that is recorded, one teacher and ten pupils. Then, in
the same lesson, ten people sign in at once with their passwords while a roster of 5,000 rows is
tried and let in, again and again until the measurement ends. The load generator and whoever asks
have the other cores. Exit status 3: the generator was short of CPU, or the office had nothing left
to do: the figures say nothing.
"""

import argparse
import asyncio
import json
import os
import sys
import tempfile
import time
from collections.abc import AsyncIterator
from contextlib import asynccontextmanager
from dataclasses import asdict, dataclass
from datetime import UTC, datetime
from pathlib import Path

from aiohttp import ClientSession

from bench.client import Client
from bench.journal import publish
from bench.load import Load as Generator
from bench.media import SETTLE_S, has_enough_cpu
from bench.offer import extensions, pool, transport
from bench.office import ROWS, Office, Work, fill
from bench.orders import Join, Measured
from server.access.tokens import Claims, LinkKey, load_key
from server.store.database import open_database
from signaling.events import Role
from signaling.ids import LessonId, PeerId
from signaling.messages import Answer, EndLesson, Offer, StartLesson
from tests.support.served import Served, served

SECONDS = 10.0
PUPILS = 10
"""Receivers of the lesson."""
LINKS_LAST_S = 3600


@dataclass(frozen=True, kw_only=True)
class Figures:
    """One run."""

    quiet_delay_ms_p99: float
    """From the teacher's send to a pupil's kernel, while nobody else asks anything."""
    busy_delay_ms_p99: float
    """The same while the office works."""
    added_ms_p99: float
    """The difference."""
    loss: float
    """Share of the packets that never came, of both measurements."""
    rows: int
    """Rows of rosters let in meanwhile."""
    signed_in: int
    """People let in meanwhile."""
    import_s_max: float
    """Seconds of the slowest roster, tried and let in."""
    sign_in_s_max: float
    """Seconds of the slowest sign-in."""
    generator_late_ms: float
    """How late the generator's clock ticked, 99th percentile, in the worse of the two."""
    valid: bool
    """Whether the generator had enough CPU and the office had work all the time."""


def summed_up(quiet: Measured, busy: Measured, work: Work) -> Figures:
    """The figures of a lesson without and with an office beside it."""
    both = (quiet, busy)
    before, during = (one.delays_ms[1] for one in both)
    expected = max(1, sum(one.expected for one in both))
    enough = all(has_enough_cpu(one.cores, one.late_ms) for one in both)
    return Figures(
        quiet_delay_ms_p99=round(before, 2),
        busy_delay_ms_p99=round(during, 2),
        added_ms_p99=round(during - before, 2),
        loss=round(1 - sum(one.received for one in both) / expected, 5),
        rows=ROWS * len(work.imports),
        signed_in=len(work.sign_ins),
        import_s_max=round(max(work.imports), 2),
        sign_in_s_max=round(max(work.sign_ins), 2),
        generator_late_ms=round(max(one.late_ms for one in both), 2),
        valid=enough and not work.ran_out,
    )


class Lesson:
    """A teacher who sends and pupils who receive, through a running server."""

    def __init__(self, server: Served, key: LinkKey, generator: Generator) -> None:
        self._server = server
        self._key = key
        self._generator = generator
        self._pupils: list[Client] = []

    async def begin(self, http: ClientSession) -> None:
        """Start a lesson and let everybody in."""
        made = await self._server.lesson()
        self._lesson = LessonId(made["lesson"])
        self._teacher = Client(made["rooms"][0]["links"]["teacher"], lambda _: None)
        await self._teacher.join(http)
        await publish(self._teacher, self._generator)
        await self._teacher.ask(StartLesson(id=next(self._teacher.ids)))
        for number in range(PUPILS):
            self._pupils.append(await self._receive(http, number))

    async def end(self) -> None:
        """End it."""
        await self._teacher.ask(EndLesson(id=next(self._teacher.ids)))
        for client in (self._teacher, *self._pupils):
            await client.leave()

    async def _receive(self, http: ClientSession, number: int) -> Client:
        claims = Claims(
            lesson=self._lesson,
            role=Role.PUPIL,
            name=f"学生{number}",
            exp=int(datetime.now(UTC).timestamp()) + LINKS_LAST_S,
        )
        link = f"{self._server.base}/lesson#{self._key.sign(claims)}"
        pupil, since = Client(link, lambda _: None), time.monotonic()
        await pupil.join(http)
        order = Offer(
            id=next(pupil.ids),
            peer=PeerId("bench"),
            direction="down",
            sdp=pool(self._generator.fingerprint),
        )
        answer = await pupil.ask(order)
        assert isinstance(answer, Answer)
        path = transport(answer.sdp)
        join = Join(
            peer=f"down-{number}",
            room=0,
            publishes=False,
            extensions=extensions(answer.sdp),
            transport=path,
            since=since,
        )
        await self._generator.join(join)
        return pupil


@asynccontextmanager
async def on_one_core(data: Path) -> AsyncIterator[tuple[Served, Generator]]:
    """A server with all its processes on one core; the generator and we have the others."""
    cores = sorted(os.sched_getaffinity(0))
    generator = Generator()
    os.sched_setaffinity(0, cores[:1])  # what is started inherits it
    try:
        async with served(data) as server:
            os.sched_setaffinity(0, cores[1:] or cores)
            await generator.start()
            try:
                yield server, generator
            finally:
                await generator.stop()
    finally:
        os.sched_setaffinity(0, cores)


async def run(seconds: float, data: Path) -> Figures:
    """Measure a lesson, let an office work, measure it again."""
    async with open_database(data) as database:
        office = await fill(database)
    async with on_one_core(data) as (server, generator), ClientSession() as http:
        key = await asyncio.to_thread(load_key, data / "secret.key")
        lesson = Lesson(server, key, generator)
        await lesson.begin(http)
        await asyncio.sleep(SETTLE_S)
        quiet = await generator.measure(seconds)
        busy, work = await _beside(server, generator, office, seconds)
        await lesson.end()
    return summed_up(quiet, busy, work)


async def _beside(
    server: Served, generator: Generator, office: Office, seconds: float
) -> tuple[Measured, Work]:
    work = Work(server.base, office)
    measuring = asyncio.create_task(generator.measure(seconds))
    await work.until(measuring)
    return await measuring, work


def measure(seconds: float) -> Figures:
    """One run in a folder of its own, which is removed."""
    with tempfile.TemporaryDirectory(prefix="tongke-bench-") as folder:
        return asyncio.run(run(seconds, Path(folder)))


def main() -> int:
    """Read the arguments, run, print."""
    parser = argparse.ArgumentParser(prog="bench.beside", description=__doc__)
    parser.add_argument("--seconds", type=float, default=SECONDS)
    parser.add_argument("--json", action="store_true")
    given = parser.parse_args()
    figures = measure(given.seconds)
    if given.json:
        print(json.dumps(asdict(figures)))
    else:
        print("\n".join(f"{name:20} {value}" for name, value in asdict(figures).items()))
    return 0 if figures.valid else 3


if __name__ == "__main__":
    sys.exit(main())
