"""A server that stops sends its pages on to another, and the lesson goes on there."""

import socket
from pathlib import Path

import pytest

from tests.support.browsers import Browsers
from tests.support.lesson_pages import LIVELY, LessonPage, lesson_page, room_link
from tests.support.served import served

pytestmark = [pytest.mark.slow, pytest.mark.browser]

HOST, ROOM = 1, 3


def free_port() -> int:
    """A TCP port that was free a moment ago."""
    with socket.create_server(("127.0.0.1", 0)) as probe:
        port: int = probe.getsockname()[1]
        return port


async def device(page: LessonPage) -> str:
    """What the lesson calls a page."""
    name = (await page.stats())["device"]
    assert isinstance(name, str)
    return name


async def test_pages_go_on_at_the_server_they_are_sent_to(
    tmp_path: Path, chromium: Browsers
) -> None:
    data, port = tmp_path / "data", free_port()
    host = await lesson_page(chromium, "host", HOST, rate=LIVELY)
    room = await lesson_page(chromium, "room", ROOM, rate=LIVELY)
    async with served(data, "--successor", f"http://127.0.0.1:{port}") as first:
        lesson = await first.lesson()
        await host.enter(room_link(first, lesson, 0))
        await host.do("start")
        await room.enter(room_link(first, lesson, 1))
        await host.until_shown(ROOM)
        before = [await device(page) for page in (host, room)]
        assert await first.stop() == 0
    async with served(data, port=port):
        for page, other in ((host, ROOM), (room, HOST)):
            await page.page.until("document.querySelector('[data-standing=live]') !== null")
            await page.shown()
            await page.until_shown(other)
        assert [await device(page) for page in (host, room)] == before
