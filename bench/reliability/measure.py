"""Runs one row: real server, real browsers, a real line between them. A shell."""

import asyncio
import tempfile
import time
from collections.abc import AsyncIterator
from contextlib import asynccontextmanager
from pathlib import Path

import psutil

from bench.reliability import kept
from bench.reliability.clocks import Clocks
from bench.reliability.figures import Figures, Noted, Times, figures
from bench.reliability.line import Line
from bench.reliability.network import WeakNetwork, weak_network
from bench.reliability.rows import (
    AFTER_OUTAGE_S,
    FREE,
    LIFTED_S,
    MEASURE_S,
    SETTLE_S,
    USUAL_S,
    WARM_S,
    Row,
)
from bench.reliability.weak import Weak, weak_lesson


async def measure(row: Row) -> Figures:
    """One row, from an empty folder to its figures."""
    with tempfile.TemporaryDirectory(prefix="tongke-reliability-") as folder:
        async with (
            weak_network() as network,
            reading(network) as line,
            weak_lesson(Path(folder), network, row.browser) as (weak, browser),
        ):
            return figures(await noted(row, network, weak, browser, line))


@asynccontextmanager
async def reading(network: WeakNetwork) -> AsyncIterator[Line]:
    """Read the queues during the block; if that fails, so does the row."""
    line = Line(network)
    task = asyncio.create_task(line.run())
    try:
        yield line
        if task.done():
            task.result()
    finally:
        task.cancel()
        await asyncio.gather(task, return_exceptions=True)


async def noted(row: Row, network: WeakNetwork, weak: Weak, browser: str, line: Line) -> Noted:
    """Let it happen."""
    await network.change(FREE if row.link.udp else row.link)
    joined = await weak.enter()
    await asyncio.sleep(WARM_S)
    psutil.cpu_percent()
    times = await (broken if row.outage else strained)(row, network)
    busy = psutil.cpu_percent() / 100
    seen = await weak.seen()
    sound, picture = await recorded(weak, seen.clocks, *times.measured)
    return Noted(
        row=row,
        browser=browser,
        times=times,
        seen=seen,
        line=line.between(*times.measured),
        joined_s=joined,
        kept_sound=sound,
        kept_picture=picture,
        busy=busy,
    )


async def strained(row: Row, network: WeakNetwork) -> Times:
    """A row whose line is as it is for all the time it is measured, and then free."""
    warm = time.monotonic()
    await network.change(row.link)
    await asyncio.sleep(SETTLE_S)
    if row.falls is not None:
        await network.change(row.falls)
    start = time.monotonic()
    await asyncio.sleep(MEASURE_S)
    end = time.monotonic()
    await network.change(row.link if row.falls is not None else FREE)
    lifted = time.monotonic()
    await asyncio.sleep(LIFTED_S)
    return Times(
        usual=(warm - USUAL_S, warm), measured=(start, end), lifted=lifted, end=time.monotonic()
    )


async def broken(row: Row, network: WeakNetwork) -> Times:
    """A row in which nothing passes for a while; measured from the line's return."""
    warm = time.monotonic()
    await network.change(row.link)
    await asyncio.sleep(SETTLE_S)
    network.cut()
    await asyncio.sleep(row.outage)
    network.mend()
    back = time.monotonic()
    await asyncio.sleep(AFTER_OUTAGE_S)
    end = time.monotonic()
    return Times(usual=(warm - USUAL_S, warm), measured=(back, end), lifted=back, end=end)


async def recorded(weak: Weak, clocks: Clocks, start: float, end: float) -> tuple[float, float]:
    """What the recording kept of the weak school's sound and of its picture in a time."""
    folder = await weak.end()
    clocks = clocks.since(start - weak.lesson_time(start))
    span = (weak.lesson_time(start), weak.lesson_time(end))
    found = {name: kept.parts(folder, weak.source(name)) for name in ("microphone", "camera")}
    return (
        await asyncio.to_thread(kept.sound_share, folder, found["microphone"], *span, clocks),
        await asyncio.to_thread(kept.picture_share, folder, found["camera"], *span),
    )
