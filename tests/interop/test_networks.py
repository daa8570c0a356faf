"""Networks of schools: one that lets no UDP pass, and a laptop that goes from one to another."""

import asyncio
import time
from pathlib import Path
from typing import cast

import pytest

from server.store.folder import lesson_folder, read_journal
from signaling.events import SourceEnded
from tests.support.browsers import Browsers, browsers
from tests.support.clips import write_clip
from tests.support.coturn import coturn
from tests.support.far_network import FarNetwork, far_network
from tests.support.lesson_pages import LIVELY, LessonPage, lesson_page, room_link
from tests.support.room_program import room_program
from tests.support.served import Served, served
from tests.support.waiting import until

pytestmark = [pytest.mark.slow, pytest.mark.browser]

HOST, ROOM, PROGRAM = 1, 3, 20
IN_S = 5.0
PROGRAM_IN_S = 8.0
"""It tries the direct way first, for four seconds."""
BACK_S = 3.0
AWAY_S = (2.0, 6.5)
"""Chromium itself finds its way back after the first; the page restarts ICE after the second."""


def far_base(server: Served, network: FarNetwork) -> str:
    """Where pages of that network find the server."""
    return server.base.replace("127.0.0.1", network.here)


async def far_page(drivers: Browsers, base: str) -> LessonPage:
    """A classroom's page there; a browser gives its camera to a trusted page alone."""
    await drivers.launch("chromium", f"--unsafely-treat-insecure-origin-as-secure={base}")
    return await lesson_page(drivers, "room", ROOM, rate=LIVELY)


async def see_each_other(host: LessonPage, room: LessonPage, within: float) -> None:
    """Wait until each shows what the other has drawn from now on."""
    await asyncio.gather(host.shown(), room.shown())
    await asyncio.gather(host.until_shown(ROOM, within), room.until_shown(HOST, within))


async def hear(page: LessonPage, voice: str, within: float = 20.0) -> None:
    """Wait until more of a sound has arrived than until now."""

    async def arrived() -> int:
        return cast("int", ((await page.receives(voice)) or {}).get("packetsReceived", 0))

    before = await arrived()

    async def more() -> bool:
        return await arrived() > before

    await until(more, within)


async def who(page: LessonPage) -> list[object]:
    """What a page is in the lesson, and by which peers; the same after a restart of their ICE."""
    stats = await page.stats()
    sent = sorted(one["source"] for one in stats["sources"] if one["direction"] == "up")
    made = await page.page.evaluate("new Set(interop.peers).size")
    return [stats["participant"], stats["device"], stats["ids"], sent, made]


async def test_where_udp_is_shut_a_relay_brings_page_and_program_into_the_lesson(
    tmp_path: Path, chromium: Browsers
) -> None:
    clip = tmp_path / "clip.mkv"
    await asyncio.to_thread(write_clip, clip, PROGRAM, 2.0)
    async with (
        far_network() as network,
        coturn(tmp_path / "turn", network.here) as relay,
        served(tmp_path / "data", "--host", "0.0.0.0", *relay.options) as server,
        browsers(inside=network.inside) as drivers,
    ):
        base = far_base(server, network)
        await network.shut_udp(relay.port, int(base.rpartition(":")[2]))
        lesson = await server.lesson(rooms=("乙", "丙"))
        host = await lesson_page(chromium, "host", HOST, rate=LIVELY)
        await host.enter(room_link(server, lesson, 0))
        await host.do("start")
        room = await far_page(drivers, base)
        began = time.monotonic()
        await room.enter(room_link(server, lesson, 1).replace(server.base, base))
        await see_each_other(host, room, IN_S)
        assert time.monotonic() - began < IN_S
        link = room_link(server, lesson, 2, "room").replace(server.base, base)
        async with room_program(link, clip, inside=network.inside) as program:
            camera = f"{lesson['rooms'][0]['participant']}/camera"
            assert await program.sees(camera) < PROGRAM_IN_S
            await host.until_shown(PROGRAM, IN_S)


async def test_a_laptop_that_changes_its_network_is_back_in_three_seconds(
    tmp_path: Path, chromium: Browsers
) -> None:
    async with (
        far_network() as network,
        served(tmp_path / "data", "--host", "0.0.0.0") as server,
        browsers(inside=network.inside) as drivers,
    ):
        base = far_base(server, network)
        lesson = await server.lesson()
        host = await lesson_page(chromium, "host", HOST, rate=LIVELY)
        await host.enter(room_link(server, lesson, 0))
        await host.do("start")
        room = await far_page(drivers, base)
        await room.enter(room_link(server, lesson, 1).replace(server.base, base))
        await see_each_other(host, room, 20.0)
        voice = f"{lesson['rooms'][0]['participant']}/microphone"
        await hear(room, voice)
        before = await who(room)
        for number, seconds in enumerate(AWAY_S):
            await network.unplug(1 + number % 2)
            await asyncio.sleep(seconds)
            await network.plug_in(2 - number % 2)
            passes = time.monotonic()
            await asyncio.gather(see_each_other(host, room, 20.0), hear(room, voice))
            assert time.monotonic() - passes < BACK_S, seconds
            assert await who(room) == before, seconds
        folder = lesson_folder(server.data, lesson["lesson"])
        journal = await asyncio.to_thread(read_journal, folder)
    ended = [line.event for line in journal.lines if isinstance(line.event, SourceEnded)]
    assert ended == []
