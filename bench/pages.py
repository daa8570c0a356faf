"""What a pupil waits for: the time to join, the first picture, the picture of a called room.

`python -m bench.pages --json`: a whole `tongke serve` that records, four `tongke room` classrooms
with seven cameras and a pupil's page in a headless Chromium, all on this machine. A pool has six
camera slots, so each call binds one of them anew. Exit status 3: the machine was short of CPU, the
figures say nothing.
"""

import argparse
import asyncio
import json
import sys
import tempfile
import time
from contextlib import AsyncExitStack
from dataclasses import asdict, dataclass
from pathlib import Path
from typing import cast

import numpy as np
import psutil

from bench.classrooms import Lesson, lesson
from server.demo import asked
from server.performance import Program
from tests.support.browsers import Browsers, Page, browsers

STOPWATCH = Path(__file__).with_name("stopwatch.js")
DEVICES = ("--use-fake-device-for-media-stream", "--use-fake-ui-for-media-stream")
CAMERAS = ("camera", "class_camera")
JOINS, CALLS = 8, 10
SETTLE_S = 2.0
"""Between two calls: key frames are asked for at most so often anyway."""
BUSY = 0.9
"""Share of all cores from which the machine is short of CPU."""

Times = dict[str, float]
"""What the stopwatch noted, in milliseconds since 1970."""


@dataclass(frozen=True, kw_only=True)
class Figures:
    """One run; milliseconds."""

    joins: int
    """How often a pupil joined."""
    join_ms_p50: float
    """From the tap on 进入课堂 to the lesson on the screen."""
    join_ms_max: float
    """The slowest."""
    first_picture_ms_p50: float
    """From the answer to the down offer to the first frame shown."""
    first_picture_ms_max: float
    """The slowest."""
    tap_to_picture_ms_p50: float
    """From the tap on 进入课堂 to the first frame shown."""
    tap_to_picture_ms_max: float
    """The slowest."""
    room_join_ms_p50: float
    """From the start of a `tongke room` to its welcome."""
    calls: int
    """How often another room was called."""
    rebind_ms_p50: float
    """From the message that binds a slot anew to the first frame of its new source shown."""
    rebind_ms_max: float
    """The slowest."""
    call_to_picture_ms_p50: float
    """From the teacher's command to that frame."""
    call_to_picture_ms_max: float
    """The slowest."""
    busy: float
    """Share of all cores that was used, by all of this and everything else."""
    valid: bool
    """Whether there was CPU to spare."""


@dataclass(frozen=True, kw_only=True)
class Waits:
    """Everything measured, in milliseconds."""

    joined: list[float]
    """Tap to lesson."""
    pictured: list[float]
    """Down answer to first frame."""
    tapped: list[float]
    """Tap to first frame."""
    rooms: list[float]
    """Start of a classroom's program to its welcome."""
    rebound: list[float]
    """Binding to first frame."""
    called: list[float]
    """Command to first frame."""

    @classmethod
    def of(
        cls, entered: list[Times], answered: list[tuple[float, float]], rooms: list[int]
    ) -> "Waits":
        """From what the stopwatch noted, what the calls took and when classrooms had joined."""
        return cls(
            joined=[one["live"] - one["tapped"] for one in entered],
            pictured=[one["pictured"] - one["answered"] for one in entered],
            tapped=[one["pictured"] - one["tapped"] for one in entered],
            rooms=[float(one) for one in rooms],
            rebound=[after for after, _ in answered],
            called=[after for _, after in answered],
        )


async def enter(drivers: Browsers, number: int, link: str) -> tuple[Page, Times]:
    """Join as a pupil; the page and what its stopwatch noted up to the first frame."""
    page = await drivers.open(f"pupil{number}")
    await page.goto(link)
    await page.evaluate(STOPWATCH.read_text().strip().removesuffix(";"))
    await page.press("[data-do=enter]")
    await page.until("stopwatch.pictured > 0")
    return page, await noted(page)


async def noted(page: Page) -> Times:
    """What a page's stopwatch says."""
    return cast("Times", await page.evaluate("({...stopwatch, await: 0})"))


async def call(page: Page, host: Program, taught: Lesson, room: int) -> tuple[float, float]:
    """Call a room; milliseconds from binding and from command to its unbound camera's frame."""
    called = taught.made.rooms[room].participant
    carried = await page.evaluate("(await tongke.stats()).bindings.map((one) => one.source)")
    sources = [f"{called}/{name}" for name in CAMERAS]
    fresh = [source for source in sources if source not in cast("list[str]", carried)]
    assert len(fresh) == 1, f"{room}: {fresh} of {carried}"
    await page.evaluate(f"stopwatch.await({taught.stripes[fresh[0]]})")
    sent = time.clock_gettime(time.CLOCK_REALTIME) * 1000
    host.tell(type="call", participant=called)
    await page.until("stopwatch.arrived > 0")
    times = await noted(page)
    return times["arrived"] - times["bound"], times["arrived"] - sent


async def join_all(drivers: Browsers, link: str) -> tuple[Page, list[Times]]:
    """Join again and again; the page that stays and what each noted."""
    entered = []
    for number in range(JOINS - 1):
        page, times = await enter(drivers, number, link)
        entered.append(times)
        await page.close()
    page, times = await enter(drivers, JOINS, link)
    return page, [*entered, times]


async def call_all(page: Page, host: Program, taught: Lesson) -> list[tuple[float, float]]:
    """Call two rooms by turns; see `call`."""
    answered = []
    for number in range(CALLS):
        await asyncio.sleep(SETTLE_S)
        answered.append(await call(page, host, taught, (3, 2)[number % 2]))
    return answered


async def run(folder: Path) -> Figures:
    """A lesson in which a pupil joins and rooms are called."""
    async with AsyncExitStack() as stack:
        taught = await stack.enter_async_context(lesson(folder, 3))
        drivers = await stack.enter_async_context(browsers())
        await drivers.launch("chromium", *DEVICES)
        rooms = [
            await stack.enter_async_context(taught.room(0, *CAMERAS)),
            await stack.enter_async_context(taught.room(1, CAMERAS[0])),
        ]
        await asked(rooms[0], "start_lesson")
        psutil.cpu_percent()  # from here on
        page, entered = await join_all(drivers, await taught.pupils_link())
        busy = psutil.cpu_percent()
        rooms += [await stack.enter_async_context(taught.room(n, *CAMERAS)) for n in (2, 3)]
        psutil.cpu_percent()
        answered = await call_all(page, rooms[0], taught)
        busy = max(busy, psutil.cpu_percent())
    joined = [line.ms for room in rooms for line in room.lines if line.event == "joined"]
    return summed_up(Waits.of(entered, answered, joined), busy / 100)


def summed_up(waits: Waits, busy: float) -> Figures:
    """The figures of a run in which so large a share of all cores was used."""
    return Figures(
        joins=len(waits.joined),
        join_ms_p50=median(waits.joined),
        join_ms_max=round(max(waits.joined), 1),
        first_picture_ms_p50=median(waits.pictured),
        first_picture_ms_max=round(max(waits.pictured), 1),
        tap_to_picture_ms_p50=median(waits.tapped),
        tap_to_picture_ms_max=round(max(waits.tapped), 1),
        room_join_ms_p50=median(waits.rooms),
        calls=len(waits.called),
        rebind_ms_p50=median(waits.rebound),
        rebind_ms_max=round(max(waits.rebound), 1),
        call_to_picture_ms_p50=median(waits.called),
        call_to_picture_ms_max=round(max(waits.called), 1),
        busy=round(busy, 2),
        valid=busy < BUSY,
    )


def median(values: list[float]) -> float:
    """Half of them are at most so large."""
    return round(float(np.median(values)), 1)


def measure() -> Figures:
    """One run in a folder of its own, which is removed."""
    with tempfile.TemporaryDirectory(prefix="tongke-bench-") as folder:
        return asyncio.run(run(Path(folder)))


def main() -> int:
    """Read the arguments, run, print."""
    parser = argparse.ArgumentParser(prog="bench.pages", description=__doc__)
    parser.add_argument("--json", action="store_true")
    given = parser.parse_args()
    figures = measure()
    if given.json:
        print(json.dumps(asdict(figures)))
    else:
        print("\n".join(f"{name:22} {value}" for name, value in asdict(figures).items()))
    return 0 if figures.valid else 3


if __name__ == "__main__":
    sys.exit(main())
