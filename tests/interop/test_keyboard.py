"""Everything by keyboard; what cannot be undone only by a hold of one second."""

import asyncio
from pathlib import Path

import pytest

from tests.support.browsers import browsers
from tests.support.lesson_pages import LessonPage, lesson_page, room_link
from tests.support.served import served

pytestmark = [pytest.mark.slow, pytest.mark.browser]

BUTTONS = (
    *("call", "discussion", "share", "layout", "hands", "mute-all"),
    *("camera", "microphone", "more", "end"),
)
"""What the host's bar holds in a lesson that runs."""
LONG, SHORT = 1.3, 0.4


async def walk(page: LessonPage) -> list[str]:
    """What the Tab key reaches, from the page's beginning until it comes round."""
    await page.page.evaluate("document.activeElement.blur()")
    found: list[str] = []
    for _ in range(60):
        await page.page.key("Tab")
        name = await page.page.evaluate(
            "document.activeElement.closest('[data-do]')?.dataset.do ?? ''"
        )
        found.append(str(name))
    return found


async def reach(page: LessonPage, what: str) -> None:
    """Go with the Tab key until a button has the focus."""
    here = f"document.activeElement?.closest('[data-do={what}]') !== null"
    for _ in range(60):
        if await page.page.evaluate(f"document.activeElement !== null && {here}"):
            return
        await page.page.key("Tab")
    raise AssertionError(f"no Tab leads to {what}")


async def use(page: LessonPage, what: str, seconds: float = 0.0) -> None:
    """Go to a button and press, or hold, the Enter key."""
    await reach(page, what)
    await page.page.key("Enter", seconds)


def there(selector: str) -> str:
    """An expression: whether the page has such an element."""
    return f"document.querySelector({selector!r}) !== null"


async def test_a_whole_lesson_is_led_by_keyboard(tmp_path: Path) -> None:
    async with served(tmp_path / "data") as server, browsers() as drivers:
        lesson = await server.lesson()
        await drivers.launch("chromium")
        host = await lesson_page(drivers, "host", 1)
        room = await lesson_page(drivers, "room", 3)
        await host.page.goto(room_link(server, lesson, 0))
        await host.page.until(there("[data-do=enter]"))
        await use(host, "enter")
        await host.page.until(there("[data-standing=live]"))
        await room.enter(room_link(server, lesson, 1))
        await use(host, "start")
        await host.page.until(there("[data-do=call]:not(:disabled)"))
        reached = await walk(host)
        assert set(BUTTONS) <= set(reached)

        await use(host, "call")
        await room.page.until(there(".summons"))
        await use(host, "send-back")
        await room.page.until("document.querySelector('.summons') === null")
        await use(room, "raise-hand")
        await host.page.until(there("[data-do=hands] [aria-pressed=true]"))
        await use(host, "more")
        await host.page.until(there("[data-do=pause]"))
        await use(host, "pause")
        await use(host, "lock")

        await use(host, "stop", SHORT)
        await use(host, "end", SHORT)
        await asyncio.sleep(1.0)
        assert await host.page.evaluate(there("[data-standing=live]"))
        await host.page.press("[data-do=end]", round(SHORT * 1000))
        await asyncio.sleep(1.0)
        assert await host.page.evaluate(there("[data-standing=live]"))
        await use(host, "end", LONG)
        await room.page.until("document.querySelector('[data-standing=live]') === null")


async def test_somebody_is_removed_by_a_hold_alone(tmp_path: Path) -> None:
    async with served(tmp_path / "data") as server, browsers() as drivers:
        lesson = await server.lesson()
        link = room_link(server, lesson, 1)
        other = f"[data-person='{lesson['rooms'][1]['participant']}']"
        here = f"document.querySelector({other!r} + ' [data-link=absent]') === null"
        await drivers.launch("chromium")
        host = await lesson_page(drivers, "host", 1)
        room = await lesson_page(drivers, "room", 3)
        await host.enter(room_link(server, lesson, 0))
        await room.enter(link)
        await host.do("more")
        await host.page.press("[data-page=people]")
        await host.page.until(there(f"{other} [data-do=remove]"))

        await host.page.press(f"{other} [data-do=remove]", round(SHORT * 1000))
        await asyncio.sleep(1.0)
        await use(host, "remove", SHORT)
        await asyncio.sleep(1.0)
        assert await host.page.evaluate(here)
        assert await room.page.evaluate(there("[data-standing=live]"))

        await host.page.press(f"{other} [data-do=remove]", round(LONG * 1000))
        await room.page.until(there("[data-page=ended]"))
        await host.page.until(f"!({here})")
        await room.page.press("[data-do=back]")
        await room.page.press("[data-do=enter]")
        await room.page.until(there("[data-standing=live]"))
        await use(host, "remove", LONG)
        await room.page.until(there("[data-page=ended]"))
