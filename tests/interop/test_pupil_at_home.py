"""A pupil on a parent's phone: by a code from /join into the lesson, and called to speak."""

import asyncio
from typing import cast

import pytest

from tests.support.browsers import Browsers, Size
from tests.support.lesson_pages import LessonPage, lesson_page, room_link
from tests.support.served import Served

pytestmark = [pytest.mark.slow, pytest.mark.browser]

PHONE = Size(390, 844)
HOST, ROOM, PUPIL = 1, 3, 5
FINGER = 96
"""CSS pixels that a child finds without looking."""
SETTLED_S = 1.5


async def test_a_pupil_comes_in_by_a_code_and_is_called(server: Served, chromium: Browsers) -> None:
    lesson = await server.lesson()
    host = await lesson_page(chromium, "host", HOST)
    room = await lesson_page(chromium, "room", ROOM)
    phone = await lesson_page(chromium, "phone", PUPIL, size=PHONE)
    await host.enter(room_link(server, lesson, 0))
    await room.enter(room_link(server, lesson, 1, "room"))
    await host.do("start")
    code = await shown_code(host)
    await joins(phone, server, code)
    await is_let_in(host, phone)
    await sees_a_lesson_made_for_a_phone(phone)
    await shows_itself_to_teachers_alone(phone, host, room)
    await is_called(phone, host, room)


async def shown_code(host: LessonPage) -> str:
    """The code as the host reads it out, beside a QR code and a link."""
    await host.do("more")
    await host.page.press("[data-page=people]")
    await host.page.until("document.querySelector('[data-invite] svg path') !== null")
    shown = await host.page.evaluate("document.querySelector('[data-code]').innerText")
    await host.page.press("[data-do=close]")
    return str(shown)


async def joins(phone: LessonPage, server: Served, code: str) -> None:
    """A wrong code says what to do; the right one, typed as it was said, asks for the name."""
    await phone.page.goto(f"{server.base}/join")
    await write(phone, "code", "BCDFGH" if code != "BCD FGH" else "BCDFGJ")
    await phone.do("code")
    await phone.page.until("document.querySelector('[data-message=code]') !== null")
    await phone.page.goto(f"{server.base}/join?again")
    await write(phone, "code", code.lower())
    await phone.do("code")
    await write(phone, "name", "李小明")
    await phone.do("enter")


async def write(page: LessonPage, field: str, text: str) -> None:
    """Type into one of the page's fields."""
    await page.page.press(f"[data-field={field}]")
    await page.page.ask("write", text=text)


async def is_let_in(host: LessonPage, phone: LessonPage) -> None:
    """It waits until the teacher has read the name and taps 请进."""
    await phone.page.until("document.querySelector('[data-page=waiting]') !== null")
    await host.do("waiting")
    await host.page.until("document.querySelector('[data-waits]')?.innerText.includes('李小明')")
    assert await phone.page.evaluate("document.querySelector('[data-tile]') === null")
    await host.do("admit")
    await phone.page.until("document.querySelector('[data-standing=live]') !== null")
    await host.page.until("document.querySelector('[data-waiting]') === null")
    await host.page.press("[data-do=close]")


async def sees_a_lesson_made_for_a_phone(phone: LessonPage) -> None:
    """The teacher full width on top, one large hand, a button for the sound; nothing overflows."""
    await phone.until_shown(HOST)
    await phone.page.until(f"""(({{ x, width }}) => x === 0 && width === {PHONE.width})(
      document.querySelector('[data-large=true]')?.getBoundingClientRect() ?? {{}})""")
    hand = await box(phone, "[data-do=raise-hand]")
    assert hand["height"] >= FINGER
    assert hand["width"] >= 0.9 * PHONE.width
    assert hand["y"] > 2 / 3 * PHONE.height
    await box(phone, "[data-do=speaker]")
    assert await phone.page.evaluate("document.documentElement.scrollWidth") == PHONE.width


async def box(page: LessonPage, what: str) -> dict[str, float]:
    """Where something stands on the page, in CSS pixels."""
    found = await page.page.evaluate(
        f"document.querySelector({what!r}).getBoundingClientRect().toJSON()"
    )
    return cast("dict[str, float]", found)


async def shows_itself_to_teachers_alone(
    phone: LessonPage, host: LessonPage, room: LessonPage
) -> None:
    """A camera at home is off at first; turned on, it reaches the host and no classroom's wall."""
    await room.shown()
    await phone.do("camera")
    await host.until_shown(PUPIL)
    await phone.page.until("document.querySelector('[data-seen]') !== null")
    await asyncio.sleep(SETTLED_S)
    assert PUPIL not in await sources_of(room)


async def sources_of(page: LessonPage) -> set[int]:
    """The stripes that a page's tiles showed since it was asked last."""
    far = [tile for tile in await page.shown() if not tile.own]
    return {frame.source for tile in far for frame in tile.frames}


async def is_called(phone: LessonPage, host: LessonPage, room: LessonPage) -> None:
    """老师请你发言: everyone sees it while it is its turn, and nobody after."""
    await phone.do("raise-hand")
    await host.page.press("[data-do=hands] button")
    await host.page.press("[data-hand] [data-do=call]")
    await phone.page.until(
        "document.querySelector('[role=alertdialog]')?.innerText.includes('老师请你发言')"
    )
    await phone.do("open-devices")
    await room.until_shown(PUPIL)
    await host.do("send-back")
    await phone.page.until("document.querySelector('[data-do=raise-hand]') !== null")
    await asyncio.sleep(SETTLED_S)
    await room.shown()
    await asyncio.sleep(SETTLED_S)
    assert PUPIL not in await sources_of(room)
