"""By an address that is not HTTPS: why there is no camera, and a lesson to watch and hear."""

import pytest

from tests.support.browsers import browsers
from tests.support.lesson_pages import lesson_link, lesson_page, room_link
from tests.support.served import Served

pytestmark = [pytest.mark.slow, pytest.mark.browser]

HOST = 1
NAME = "school.test"
"""Leads to this machine, but is no `localhost`: to a browser it is any address of the network."""
WHY = "这个地址不是 HTTPS"
HEARD = "interop.streams().length > 0"


async def test_the_page_says_why_there_is_no_camera_and_shows_the_lesson(server: Served) -> None:
    async with browsers() as drivers:
        lesson = await server.lesson()
        await drivers.launch("chromium", f"--host-resolver-rules=MAP {NAME} 127.0.0.1")
        host = await lesson_page(drivers, "host", HOST)
        await host.enter(room_link(server, lesson, 0))
        await host.do("start")
        viewer = await lesson_page(drivers, "viewer", 3)
        room = await lesson_page(drivers, "room", 5)
        links = {
            viewer: (lesson_link(server, lesson, "viewer"), "家长"),
            room: (room_link(server, lesson, 1), None),
        }
        for page, (link, name) in links.items():
            far = link.replace("127.0.0.1", NAME)
            await page.page.goto(far)
            await page.page.until("document.querySelector('[data-message=insecure]') !== null")
            assert await page.page.evaluate("navigator.mediaDevices === undefined")
            said = await page.page.evaluate(
                "document.querySelector('[data-message=insecure]').innerText"
            )
            assert WHY in str(said)
            await page.page.goto("about:blank")
            await page.enter(far, name)
            await page.until_shown(HOST)
            await page.page.until(HEARD)
