"""A far-side teacher says how her class follows, and the host reads it at once."""

from pathlib import Path

import pytest

from tests.support.browsers import Size, browsers
from tests.support.lesson_pages import lesson_page, room_link
from tests.support.served import served

pytestmark = [pytest.mark.slow, pytest.mark.browser]

PHONE = Size(390, 844)


async def test_the_host_reads_how_the_other_class_follows(tmp_path: Path) -> None:
    async with served(tmp_path / "data") as server, browsers() as drivers:
        lesson = await server.lesson()
        await drivers.launch("chromium")
        host = await lesson_page(drivers, "host", 1)
        far = await lesson_page(drivers, "far", 3, size=PHONE)
        await host.enter(room_link(server, lesson, 0))
        await far.enter(room_link(server, lesson, 1))
        pace = "[data-do=pace] > button"
        assert await far.page.evaluate(f"document.querySelector('{pace}') === null")
        await host.do("start")
        for word, sentence in (("lost", "B 乙：没听懂"), ("go_on", "B 乙：可以继续")):
            await far.page.press(pace)
            await far.page.press(f"[data-do=pace-{word}]")
            said = f"document.querySelector('[data-message=\"notice.pace.{word}\"]')"
            await host.page.until(f"{said}?.innerText === '{sentence}'")
            await far.page.until(
                "document.querySelector('[data-message=\"notice.paced\"]') !== null"
            )
            await far.page.key("Escape")
        assert await host.page.evaluate(f"document.querySelector('{pace}') === null")
