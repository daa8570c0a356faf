"""A flash and a beep each second: found, evenly spaced and together, here and in the recording."""

import asyncio
from collections.abc import Iterable
from itertools import pairwise
from pathlib import Path
from statistics import median
from typing import cast

import pytest

from tests.support.browsers import browsers
from tests.support.lesson_pages import LessonPage, lesson_page, room_link
from tests.support.recorders import kept
from tests.support.relay import Way, free_port, media_relay
from tests.support.served import served
from tests.support.waiting import until
from tests.support.watched import beeps, watch

pytestmark = [pytest.mark.slow, pytest.mark.browser, pytest.mark.alone, pytest.mark.timeout(180)]

HOST, ROOM = 1, 3
SECONDS = 60
RATE = 15
FOUND = 0.98
MISSED = 0.1
"""Share of flashes that the test's own camera may draw too late; they prove nothing."""
SPACING_S = 0.07
TOGETHER_RECORDED_S = 0.06
TOGETHER_RECEIVED_S = 0.10
LATE_S = 0.3
LIPS_S = 0.045


def flashes(frames: list[tuple[float, int, bool]]) -> dict[int, float]:
    """When flashes begin by their second, given time, number and whiteness of each frame."""
    return {
        number // RATE: at
        for (_, _, before), (at, number, white) in pairwise(frames)
        if white and not before
    }


def apart(flashed: Iterable[float], beeped: list[float]) -> list[float]:
    """For each flash, how much later its beep begins; flashes without one are left out."""
    nearest = [min((beep - at for beep in beeped), key=abs) for at in flashed]
    return [one for one in nearest if abs(one) < 0.5]


def in_step(found: list[float], missing: int) -> None:
    """Nearly all are found, but for those known to be missing, and at full seconds."""
    span = round(found[-1] - found[0]) + 1 - missing
    assert len(found) >= FOUND * span
    steps = [after - before for before, after in pairwise(found)]
    odd = [step - round(step) for step in steps if abs(step - round(step)) > SPACING_S]
    assert not odd


def check(flashed: dict[int, float], beeped: list[float], late: set[int], together: float) -> None:
    """Flashes and beeps are in step, and together; `late` are seconds the camera itself missed."""
    drawn = {second: at for second, at in flashed.items() if second not in late}
    missing = len([second for second in late if min(drawn) < second < max(drawn)])
    assert missing <= MISSED * len(flashed), "this machine is too busy to be a camera"
    in_step(list(drawn.values()), missing)
    in_step(beeped[1:], 0)  # the first may have begun before we listened
    lags = apart(drawn.values(), beeped)
    assert len(lags) >= FOUND * len(drawn)
    assert max(map(abs, lags)) <= together, sorted(lags)


async def missed(page: LessonPage) -> set[int]:
    """The seconds whose flash the page's own camera drew too late."""
    late = cast("list[int]", await page.page.evaluate("interop.late"))
    return {number // RATE for number in late if number % RATE < 2}


async def received(page: LessonPage) -> tuple[dict[int, float], list[float]]:
    """Flashes and beeps of the host as a page showed and played them."""
    tiles = [tile for tile in await page.shown() if not tile.own]
    frames = [(f.at, f.number, f.flash) for tile in tiles for f in tile.frames if f.source == HOST]
    beeped = cast("list[float]", await page.page.evaluate("interop.beeps"))
    return flashes(frames), [at for at in beeped if at >= frames[0][0]]


async def test_flash_and_beep_stay_together(tmp_path: Path) -> None:
    async with served(tmp_path / "data") as server, browsers() as drivers:
        lesson = await server.lesson()
        await drivers.launch("chromium")
        host = await lesson_page(drivers, "host", HOST, sound="beep", hertz=1000)
        room = await lesson_page(drivers, "room", ROOM)
        await host.enter(room_link(server, lesson, 0))
        await room.enter(room_link(server, lesson, 1))
        await host.do("start")
        await room.until_shown(HOST)
        await asyncio.sleep(5.0)
        await room.page.evaluate("interop.listen()")
        await room.shown()
        await asyncio.sleep(SECONDS + 1)
        flashed, beeped = await received(room)
        late = await missed(host)
        await host.page.press("[data-do=end]", 1200)
        folder = server.data / "lessons" / lesson["lesson"]
        await until(lambda: asyncio.to_thread((folder / "manifest.json").exists), 20)
        owner = lesson["rooms"][0]["participant"]
        tracks = {str(track.source): track for track in await kept(folder)}
        frames = await asyncio.to_thread(watch, folder, tracks[f"{owner}/camera"])
        sounds = await asyncio.to_thread(beeps, folder, tracks[f"{owner}/microphone"])
    striped = [(one.at, one.stripe.number, one.flash) for one in frames if one.stripe is not None]
    check(flashes(striped), sounds, late, TOGETHER_RECORDED_S)
    check(flashed, beeped, late, TOGETHER_RECEIVED_S)


async def test_sound_held_back_on_its_way_still_plays_with_its_picture(tmp_path: Path) -> None:
    media, way = free_port(), Way()
    async with (
        served(tmp_path / "data", "--media-port", str(media)) as server,
        browsers() as drivers,
        media_relay(way, media) as by_media,
    ):
        lesson = await server.lesson()
        await drivers.launch("chromium")
        ports = {str(media): by_media}
        host = await lesson_page(drivers, "host", HOST, sound="beep", hertz=1000, ports=ports)
        room = await lesson_page(drivers, "room", ROOM)
        await host.enter(room_link(server, lesson, 0))
        await room.enter(room_link(server, lesson, 1))
        await host.do("start")
        await room.until_shown(HOST)
        way.late[111] = LATE_S  # Opus has this number in every offer of Chromium's
        await asyncio.sleep(25.0)
        await room.page.evaluate("interop.listen()")
        await room.shown()
        await asyncio.sleep(20.0)
        flashed, beeped = await received(room)
    assert way.payload_types[111] > 1000
    lags = apart(flashed.values(), beeped)
    assert len(lags) >= 15
    assert abs(median(lags)) <= LIPS_S, sorted(lags)
