"""Everything by keyboard; what cannot be undone only by a hold of one second."""

import asyncio
from typing import cast

import pytest

from server.store.folder import lesson_folder, read_journal
from signaling.events import AudioMasterSet, Layout, LayoutSet, Switch, SwitchSet
from tests.support.browsers import Browsers
from tests.support.lesson_pages import LessonPage, lesson_page, room_link
from tests.support.served import Served
from tests.support.waiting import until

pytestmark = [pytest.mark.slow, pytest.mark.browser]

BUTTONS = (
    *("call", "discussion", "share", "layout", "hands", "mute-all"),
    *("camera", "microphone", "more", "end"),
)
"""What the host's bar holds in a lesson that runs."""
LONG, SHORT = 1.3, 0.4
SWITCHES = (
    "Object.fromEntries([...document.querySelectorAll('[data-switch]')]"
    ".map((one) => [one.dataset.switch, one.checked]))"
)
"""An expression: what is switched on for pupils, by the switch's name."""


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


async def reach(page: LessonPage, selector: str) -> None:
    """Go with the Tab key until an element has the focus."""
    here = f"document.activeElement?.closest({selector!r}) !== null"
    for _ in range(60):
        if await page.page.evaluate(f"document.activeElement !== null && {here}"):
            return
        await page.page.key("Tab")
    raise AssertionError(f"no Tab leads to {selector}")


async def use(page: LessonPage, what: str, seconds: float = 0.0) -> None:
    """Go to a button and press, or hold, the Enter key."""
    await reach(page, f"[data-do={what}]")
    await page.page.key("Enter", seconds)


async def turn_to(page: LessonPage, tab: str) -> None:
    """Open the drawer, if it is not, and turn to one of its pages."""
    if not await page.page.evaluate(there("[role=tablist]")):
        await use(page, "more")
        await page.page.until(there("[role=tablist]"))
    await reach(page, f"[data-page={tab}]")
    await page.page.key("Enter")
    await page.page.until(there(f"[data-page={tab}][aria-selected=true]"))


def there(selector: str) -> str:
    """An expression: whether the page has such an element."""
    return f"document.querySelector({selector!r}) !== null"


async def test_a_whole_lesson_is_led_by_keyboard(server: Served, chromium: Browsers) -> None:
    lesson = await server.lesson()
    host = await lesson_page(chromium, "host", 1)
    room = await lesson_page(chromium, "room", 3)
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


async def test_chat_layouts_switches_and_sound_are_used_by_keyboard(
    server: Served, chromium: Browsers
) -> None:
    lesson = await server.lesson()
    host = await lesson_page(chromium, "host", 1)
    first = await lesson_page(chromium, "first", 3)
    second = await lesson_page(chromium, "second", 5)
    await host.enter(room_link(server, lesson, 0))
    await use(host, "start")
    for page in (first, second):
        await page.enter(room_link(server, lesson, 1))

    await turn_to(host, "rules")
    before = await switches(host)
    assert set(before) == set(Switch)
    for name in before:
        await reach(host, f"[data-switch={name}]")
        await host.page.key("Space")
    turned = {name: not on for name, on in before.items()}
    await until(lambda: shows(host, turned), 5)

    await turn_to(host, "chat")
    await reach(host, "[data-field=chat]")
    await host.page.ask("write", text="请看黑板")
    await host.page.key("Enter")
    await turn_to(first, "chat")
    await first.page.until(
        "document.querySelector('[data-chat-line]')?.innerText.includes('请看黑板')"
    )

    await use(host, "layout")
    await use(host, "layout-speaker")
    await use(second, "layout")
    await use(second, "own-layout-equal")
    await use(second, "layout")
    await second.page.until(there("[data-do=own-layout-equal][aria-pressed=true]"))
    await second.page.key("Escape")
    await second.page.until("document.querySelector('[data-do=own-layout-equal]') === null")
    await turn_to(second, "device")
    await use(second, "audio-here")
    await second.page.until("document.querySelector('[data-do=audio-here]') === null")
    device = str((await second.stats())["device"])
    journal = await asyncio.to_thread(read_journal, lesson_folder(server.data, lesson["lesson"]))
    events = [line.event for line in journal.lines]
    assert {e.switch: e.on for e in events if isinstance(e, SwitchSet)} == turned
    assert [e.layout for e in events if isinstance(e, LayoutSet)] == [Layout.SPEAKER]
    masters = [e.device for e in events if isinstance(e, AudioMasterSet)]
    assert masters[-1] == device


async def switches(page: LessonPage) -> dict[str, bool]:
    """What pupils may, as the page shows it, by the switch."""
    return cast("dict[str, bool]", await page.page.evaluate(SWITCHES))


async def shows(page: LessonPage, wanted: dict[str, bool]) -> bool:
    """Whether a page shows the switches like this."""
    return await switches(page) == wanted


async def test_somebody_is_removed_by_a_hold_alone(server: Served, chromium: Browsers) -> None:
    lesson = await server.lesson()
    link = room_link(server, lesson, 1)
    other = f"[data-person='{lesson['rooms'][1]['participant']}']"
    here = f"document.querySelector({other!r} + ' [data-link=absent]') === null"
    host = await lesson_page(chromium, "host", 1)
    room = await lesson_page(chromium, "room", 3)
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
