"""A shared screen on a line that carries only part of it: sharp, at fewer frames, and all again."""

import asyncio
from collections.abc import AsyncIterator
from contextlib import asynccontextmanager
from pathlib import Path
from typing import NamedTuple

import pytest

from tests.support.browsers import browsers
from tests.support.lesson_pages import LessonPage, lesson_link, lesson_page, room_link
from tests.support.served import served
from tests.support.waiting import until
from tests.support.walled import Walled, losing, walled

pytestmark = [pytest.mark.slow, pytest.mark.browser, pytest.mark.quiet(55)]

RATE = 15
CARRIES = 1400
"""In kbit/s, of a screen of 1,900 whose lowest temporal layer takes 500 and the next as much."""
JOINS_S, WARM_S, SETTLES_S, WATCHED_S, BACK_S = 20.0, 15.0, 10.0, 10.0, 30.0
"""Warm it is when Chromium has come to the bits that it will spend on the screen."""
SCREEN = """(() => {
    const canvas = document.createElement("canvas");
    [canvas.width, canvas.height] = [1280, 720];
    const pen = canvas.getContext("2d", { alpha: false });
    const clip = Array.from({ length: 16 }, () => {
        const dots = new ImageData(160, 90);
        dots.data.forEach((_, at) => { dots.data[at] = at % 4 === 3 ? 255 : 255 * Math.random(); });
        return dots;
    });
    let drawn = 0;
    setInterval(() => {
        pen.fillStyle = "#fff";
        pen.fillRect(0, 0, 1280, 720);
        pen.fillStyle = "#123";
        pen.font = "36px sans-serif";
        for (let line = 0; line < 12; line += 1) {
            pen.fillText(`同课 lesson ${line}`, 40, 60 * line + 50);
        }
        pen.putImageData(clip[drawn % 16], 800, 300);
        drawn += 1;
    }, 1000 / 15);
    navigator.mediaDevices.getDisplayMedia = async () => canvas.captureStream();
    return true;
})()"""
"""A page that stands still, with a clip in it of which each frame is another."""


class Watched(NamedTuple):
    """What a browser has counted of a picture."""

    at: float
    decoded: int
    freezes: int
    keys: int
    asked: int
    rows: int


@asynccontextmanager
async def shared(folder: Path, wall: Walled) -> AsyncIterator[tuple[LessonPage, str]]:
    """A lesson in which a screen is shared, the page of a viewer behind the wall, its source."""
    here = ("--host", wall.outside, "--media-address", wall.outside)
    async with (
        served(folder, *here) as server,
        browsers() as near,
        browsers(inside=wall.enter) as far,
    ):
        server.base = server.base.replace("127.0.0.1", wall.outside)
        lesson = await server.lesson()
        for drivers in (near, far):
            await drivers.trusting("chromium", server.base)
        host = await lesson_page(near, "host", 1)
        await host.enter(room_link(server, lesson, 0))
        await host.page.evaluate(SCREEN)
        await host.do("share")
        viewer = await lesson_page(far, "viewer", 3, udp=True)
        await viewer.enter(lesson_link(server, lesson, "viewer"), name="旁听")
        yield viewer, f"{lesson['rooms'][0]['participant']}/screen"


async def seen(page: LessonPage, source: str) -> Watched:
    """Of a source, until now."""
    one = await page.receives(source) or {}
    names = ("framesDecoded", "freezeCount", "keyFramesDecoded", "pliCount", "frameHeight")
    return Watched(one.get("timestamp", 0) / 1000, *(one.get(name, 0) for name in names))


async def watched(page: LessonPage, source: str, seconds: float) -> tuple[float, Watched, Watched]:
    """Frames a second of a time, and what was counted before and after it."""
    before = await seen(page, source)
    await asyncio.sleep(seconds)
    after = await seen(page, source)
    return (after.decoded - before.decoded) / (after.at - before.at), before, after


async def test_a_screen_on_a_thin_line_is_sharp_with_fewer_frames(tmp_path: Path) -> None:
    async with walled(losing(0)) as wall, shared(tmp_path / "data", wall) as (page, screen):

        async def whole() -> bool:
            return (await watched(page, screen, 3.0))[0] > 0.9 * RATE

        await until(whole, JOINS_S)
        await asyncio.sleep(WARM_S)
        await wall.carry(CARRIES)
        await asyncio.sleep(SETTLES_S)
        few, settled, later = await watched(page, screen, WATCHED_S)
        await wall.carry(None)
        await until(whole, BACK_S)
        ended = await seen(page, screen)
    assert 0.2 * RATE < few < 0.75 * RATE
    assert later.freezes == settled.freezes
    assert {one.rows for one in (settled, later, ended)} == {720}
    assert (ended.keys, ended.asked) == (settled.keys, settled.asked)
