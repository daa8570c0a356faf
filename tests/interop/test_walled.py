"""A school whose firewall lets no UDP through is in the lesson, over TCP and with no relay."""

import asyncio
import time
from pathlib import Path

import pytest

from bench.reliability.network import weak_network
from bench.reliability.rows import Link
from bench.reliability.weak import weak_lesson
from tests.support.browsers import Page, browsers
from tests.support.clips import write_clip
from tests.support.lesson_pages import lesson_page, room_link
from tests.support.room_program import room_program
from tests.support.served import served
from tests.support.waiting import until
from tests.support.walled import walled

pytestmark = [pytest.mark.slow, pytest.mark.browser, pytest.mark.timed]

HOST, ROOM, PROGRAM = 1, 3, 20
IN_S = 5.0
"""Seconds from the link to pictures both ways."""
REMOTE = """(async () => {
  const found = [];
  for (const pc of interop.peers.filter((one) => one.connectionState !== "closed")) {
    const stats = [...(await pc.getStats()).values()];
    const pair = stats.find((one) => one.type === "candidate-pair" && one.nominated);
    found.push(stats.find((one) => one.id === pair?.remoteCandidateId)?.protocol ?? null);
  }
  return [...new Set(found)];
})()"""


async def test_with_udp_shut_pictures_pass_both_ways_within_five_seconds(tmp_path: Path) -> None:
    clip = tmp_path / "clip.mkv"
    await asyncio.to_thread(write_clip, clip, PROGRAM, 2.0)
    async with walled() as wall:
        here = ("--host", wall.outside, "--media-address", wall.outside)
        async with (
            served(tmp_path / "data", *here) as server,
            browsers() as outside,
            browsers(inside=wall.enter) as inside,
        ):
            base = server.base.replace("127.0.0.1", wall.outside)
            server.base = base
            lesson = await server.lesson(rooms=("乙", "丙"))
            for each in (outside, inside):
                await each.launch("chromium", f"--unsafely-treat-insecure-origin-as-secure={base}")
            host = await lesson_page(outside, "host", HOST)
            room = await lesson_page(inside, "room", ROOM)
            await host.enter(room_link(server, lesson, 0))
            await host.do("start")
            begun = time.monotonic()
            await room.enter(room_link(server, lesson, 1))
            await room.until_shown(HOST)
            await host.until_shown(ROOM)
            took = time.monotonic() - begun
            assert took <= IN_S
            # Pictures come by one peer before the other may have found its way.
            await until(lambda: all_by(room.page, "tcp"), IN_S)
            await until(lambda: all_by(host.page, "udp"), IN_S)
            link = room_link(server, lesson, 2, "room")
            async with room_program(link, clip, inside=wall.enter) as program:
                assert await program.sees(f"{lesson['rooms'][0]['participant']}/camera") <= IN_S
                await host.until_shown(PROGRAM, IN_S)


@pytest.mark.alone
async def test_far_from_the_server_it_takes_no_longer(tmp_path: Path) -> None:
    """Packets take 60 ms to and fro, so that a way is checked often before the first answer."""
    async with (
        weak_network() as network,
        weak_lesson(tmp_path, network, "chromium") as (weak, _),
    ):
        await network.change(Link(udp=False))
        assert await weak.enter() <= IN_S


async def all_by(page: Page, protocol: str) -> bool:
    """Whether all of a page's peers have found their way, by this protocol."""
    return await page.evaluate(REMOTE) == [protocol]
