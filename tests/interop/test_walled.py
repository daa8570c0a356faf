"""A school whose firewall lets no UDP through is in the lesson, over TCP and with no relay."""

import asyncio
import time
from pathlib import Path

import pytest

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
"""Seconds until pictures are there, and until every peer has its way."""
BOTH_S = 4.0
"""From the link to pictures both ways; 5 s are promised where packets take 60 ms to and fro."""
REMOTE = """(async () => {
  const found = [];
  for (const pc of interop.peers.filter((one) => one.connectionState !== "closed")) {
    const stats = [...(await pc.getStats()).values()];
    const pair = stats.find((one) => one.type === "candidate-pair" && one.nominated);
    found.push(stats.find((one) => one.id === pair?.remoteCandidateId)?.protocol ?? null);
  }
  return [...new Set(found)];
})()"""


async def test_with_udp_shut_pictures_pass_both_ways_within_seconds(tmp_path: Path) -> None:
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
            assert took <= BOTH_S
            # Pictures come by one peer before the other may have found its way.
            await until(lambda: all_by(room.page, "tcp"), IN_S)
            await until(lambda: all_by(host.page, "udp"), IN_S)
            link = room_link(server, lesson, 2, "room")
            async with room_program(link, clip, inside=wall.enter) as program:
                assert await program.sees(f"{lesson['rooms'][0]['participant']}/camera") <= IN_S
                await host.until_shown(PROGRAM, IN_S)


async def all_by(page: Page, protocol: str) -> bool:
    """Whether all of a page's peers have found their way, by this protocol."""
    return await page.evaluate(REMOTE) == [protocol]
